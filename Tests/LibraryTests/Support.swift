import Glibc
import Keepframe
import KeepframeBundle
import KeepframeContext
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import KeepframeLibrary

/// Bundles of made clips, each indexed once with the descriptor that needs no runtime.
enum Films {
  private static let made = Mutex<Set<Int>>([])
  /// Gone when the process ends, unless it is killed.
  private static let isCleared: Void = { _ = atexit { Folder.remove(Films.folder(of: getpid())) } }()

  private static func folder(of process: pid_t) -> FilePath { FilePath("/tmp/keepframe-films-\(process)") }

  /// Two pictures of a second and a half each, another pair for each number from 0 to 3.
  static func clip(_ number: Int) throws -> FilePath {
    let sources = ["testsrc2", "smptebars", "rgbtestsrc", "yuvtestsrc", "testsrc"]
    func input(_ source: String) -> String { "-f lavfi -i \(source)=s=96x54:r=10:d=1.5" }
    return try KeepframeTestSupport.clip(
      "film\(number).mp4",
      input(sources[number]) + " " + input(sources[number + 1])
        + " -filter_complex [0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]concat=n=2:v=1[v] -map [v] -c:v libx264")
  }

  static func bundle(_ number: Int) throws -> Bundle {
    isCleared
    return try made.withLock { made in
      let place = place(number, getpid())
      if made.insert(number).inserted {
        _ = try Indexer(settings: IndexSettings(), backbone: ThumbnailBackbone()).index(try clip(number), to: place)
      }
      return try Bundle(place)
    }
  }

  /// One that another process has made.
  static func bundle(_ number: Int, madeBy process: pid_t) throws -> Bundle { try Bundle(place(number, process)) }

  private static func place(_ number: Int, _ process: pid_t) -> FilePath {
    folder(of: process).appending("film\(number).keepframe")
  }

  /// The same bundle as that of a film with another content.
  static func bundle(_ number: Int, content: String, in folder: Folder) throws -> Bundle {
    try changed(try bundle(number), in: folder) { manifest, fingerprint in
      manifest.replacing("\"\(fingerprint)\"", with: "\"\(content)\"")
    }
  }

  /// A copy with another manifest.
  static func changed(_ bundle: Bundle, in folder: Folder, _ change: (String, String) -> String) throws -> Bundle {
    let copy = folder.path.appending("\(UInt64.random(in: 0 ... .max)).keepframe")
    try runOrThrow("cp", ["-r", bundle.path.string, copy.string])
    let file = copy.appending("manifest.json")
    let manifest = String(decoding: Folder.contents(file), as: UTF8.self)
    Folder.write(change(manifest, bundle.manifest.video.fingerprint).utf8, to: file)
    return try Bundle(copy)
  }
}

/// A library in a folder of its own.
struct Place {
  let folder = Folder()
  var path: FilePath { folder.path.appending("films.library") }

  func create() throws -> Library { try Library.create(at: path) }

  /// A library with the first films, at `/films/0.mp4` and so on.
  func create(films count: Int) throws -> Library {
    let library = try create()
    for number in 0..<count { try library.add(try Films.bundle(number), of: film(number)) }
    return library
  }

  func reading() throws(LibraryError) -> Library { try Library(path, for: .reading) }

  func file(_ name: FilePath) -> FilePath { path.pushing(name) }

  func segmentFiles() throws -> [FilePath] {
    Folder.names(in: file("segments")).map { file("segments").appending($0) }
  }

  /// Changes the bytes of a file of the library.
  func change(_ name: FilePath, _ body: (inout [UInt8]) -> Void) {
    var bytes = Folder.contents(file(name))
    body(&bytes)
    Folder.write(bytes, to: file(name))
  }
}

func film(_ number: Int) -> FilePath { FilePath("/films/\(number).mp4") }

/// What a library holds, whatever its ids and wherever its blocks are.
struct Holding: Hashable {
  let content: String
  let paths: [FilePath]
  let added: Double
  let moments: [Float]
  let contexts: [Float]
  let records: [MomentRecord]
  let pictures: [[UInt8]]

  static func all(_ library: Library) throws -> Set<Holding> { try all(try library.snapshot()) }

  static func all(_ snapshot: LibrarySnapshot) throws -> Set<Holding> {
    Set(
      try snapshot.videos.enumerated().map { index, video in
        let block = try snapshot.block(index)
        return Holding(
          content: video.contentID, paths: [video.path] + video.otherPaths, added: video.added,
          moments: block.withMoments { Array($0) }, contexts: block.withContexts { Array($0) },
          records: (0..<block.momentCount).map(block.moment),
          pictures: try (0..<block.momentCount).map { try snapshot.picture(index, moment: $0) })
      })
  }
}

/// The problem that `body` throws.
func problem<Value>(_ body: () throws -> Value) -> LibraryError.Problem? {
  do {
    _ = try body()
  } catch let error as LibraryError { return error.problem } catch { Issue.record(error) }
  return nil
}

extension LibraryError.Problem {
  var isDamage: Bool { if case .damaged = self { true } else { false } }
}

/// Says that it is the default backbone, and makes something of each picture.
struct LikeDefault: Backbone {
  let description = BackboneDescription(
    name: "efficientnet-lite0", modelDigest: "0123", precision: "f32", dimension: 1280, inputWidth: 32, inputHeight: 40)

  func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
    do { return try Embedding(normalizing: (0..<1280).map { Float(picture.rgb[$0 * 3]) + 1 }) } catch {
      throw .noDirection(backbone: description.name, precision: "f32", error)
    }
  }
}

/// Where a test and its child process meet, which gets killed or is somebody else: both know the
/// name.
func sharedPlace(_ name: String, of process: pid_t) -> FilePath { FilePath("/tmp/keepframe-shared-\(process)-\(name)") }

/// A hundredth of a second.
func pause() { usleep(10_000) }

/// Ends a change as a kill would, but for the process.
func stop<Value>(after step: Rehearsal.Step, _ body: () throws -> Value) {
  let stop = Rehearsal.Stop { reached throws(LibraryError) in
    if reached == step { throw LibraryError(.busy, at: "stopped") }
  }
  Rehearsal.$stop.withValue(stop) {
    do {
      _ = try body()
      Issue.record("was not stopped")
    } catch { #expect((error as? LibraryError)?.path == "stopped") }
  }
}
