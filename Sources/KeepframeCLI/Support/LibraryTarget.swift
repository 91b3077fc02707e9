import Keepframe
import KeepframeLibrary
import KeepframeSystem
import SystemPackage

/// The library that `index --library` adds videos to.
struct LibraryTarget: Sendable {
  private let library: Library

  /// - Throws: ``LibraryError``
  init(_ path: FilePath) throws(LibraryError) { library = try Library.openOrCreate(at: path) }

  /// Adds a video, and indexes it only if the library does not have its content.
  ///
  /// - Parameter index: makes the bundle at a path, unless a finished one is there.
  /// - Throws: ``LibraryError``, ``ArchiveError``, or what `index` throws.
  func add(_ video: FilePath, index: (FilePath) throws -> Reply) throws -> (addition: Library.Addition, indexing: Reply?) {
    let content = try Fingerprint(of: video).digest
    if let known = try library.recognize(contentID: content, at: video) { return (known, nil) }
    let place = library.bundlePath(contentID: content)
    let reply = try index(place)
    let addition = try library.add(try Bundle(place), of: video)
    // It is in the library now; if it cannot be removed, the next run that meets it does.
    try? FileSystem.removeTree(place)
    return (addition, reply)
  }
}
