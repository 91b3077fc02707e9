import Keepframe
import KeepframeLibrary
import KeepframeSystem
import SystemPackage

/// The library that `index --library` adds videos to.
struct LibraryTarget: Sendable {
  private let library: Library

  /// - Throws: ``LibraryError``
  init(_ path: FilePath) throws(LibraryError) { library = try Library.openOrCreate(at: path) }

  /// Refuses settings of which no library takes the index.
  ///
  /// - Throws: ``UsageError``
  static func check(_ settings: IndexSettings) throws(UsageError) {
    guard settings.encoder.map({ $0.digest == EncoderModel.shippedDigest }) ?? true else {
      throw UsageError("--encoder: a library takes the encoder that comes with this version only")
    }
  }

  /// What became of a video.
  struct Outcome {
    let addition: Library.Addition
    let video: LibraryVideo?
    /// What there is to say about its bundle; nil if none had to be made.
    let indexing: Reply?
  }

  /// Refuses a backbone whose vectors could not be compared with the library's, before anything is
  /// decoded.
  ///
  /// - Throws: ``LibraryError`` `otherBackbone`.
  func check(_ backbone: BackboneDescription) throws(LibraryError) {
    guard let space = try library.snapshot().space else { return }
    guard space.backbone == backbone.name, space.modelDigest == backbone.modelDigest else {
      throw LibraryError(.otherBackbone(expected: space.backbone, got: backbone.name), at: library.path)
    }
  }

  /// Adds a video, and indexes it only if the library does not have its content.
  ///
  /// Where another job or process is making the bundle of the same content, this waits for it.
  ///
  /// - Parameter index: makes the bundle at a path, unless a finished one is there.
  /// - Throws: ``LibraryError``, ``ArchiveError``, `CancellationError`, or what `index` throws.
  func add(_ video: FilePath, _ cancellation: Cancellation, index: (FilePath) throws -> Reply) throws -> Outcome {
    let content = try Fingerprint(of: video).digest
    let place = library.bundlePath(contentID: content)
    if !FileSystem.exists(place), let known = try library.recognize(contentID: content, at: video) {
      return Outcome(addition: known, video: try library.holds(contentID: content), indexing: nil)
    }
    let lock: WriterLock
    do throws(LibraryError) {
      lock = try library.lockBundle(contentID: content) { !cancellation.isCancelled }
    } catch {
      try cancellation.check()
      throw error
    }
    return try withExtendedLifetime(lock) {
      if let known = try library.recognize(contentID: content, at: video) {
        // A run that was killed had added it, and left its bundle.
        library.removeBundle(contentID: content)
        return Outcome(addition: known, video: try library.holds(contentID: content), indexing: nil)
      }
      let indexing = try index(place)
      let addition = try library.add(try Bundle(place), of: video)
      library.removeBundle(contentID: content)
      return Outcome(addition: addition, video: try library.holds(contentID: content), indexing: indexing)
    }
  }
}
