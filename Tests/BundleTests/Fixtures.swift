import Glibc
import KeepframeBundle
import KeepframeDecoding
import SystemPackage

/// A new, empty folder that is gone at the end of the test.
final class Folder {
  let path: FilePath

  init() {
    var name = Array("/tmp/keepframe-archive-XXXXXX".utf8CString)
    precondition(mkdtemp(&name) != nil, "no scratch folder in /tmp")
    path = FilePath(platformString: name)
  }

  /// Names of everything below, sorted.
  func names() -> [String] { Self.names(below: path).sorted() }

  private static func names(below path: FilePath) -> [String] {
    guard let directory = opendir(path.string) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      names.append(name)
      names += Self.names(below: path.appending(name)).map { name + "/" + $0 }
    }
    return names
  }

  func read(_ name: FilePath) -> [UInt8]? {
    guard let file = fopen(path.pushing(name).string, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  func write(_ bytes: some Sequence<UInt8>, to name: FilePath) {
    let bytes = Array(bytes)
    guard let file = fopen(path.pushing(name).string, "wb") else { preconditionFailure("cannot write \(name)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  func makeFolder(_ name: FilePath) { mkdir(path.pushing(name).string, 0o777) }

  deinit { Self.remove(path) }

  private static func remove(_ path: FilePath) {
    var status = stat()
    guard lstat(path.string, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      chmod(path.string, 0o700)
      for name in names(below: path) where !name.contains("/") { remove(path.appending(name)) }
      rmdir(path.string)
    } else {
      unlink(path.string)
    }
  }
}

extension Manifest {
  /// A manifest of nothing in particular.
  static func sample(title: String? = nil) -> Manifest {
    Manifest(
      tool: .init(name: "keepframe", version: "test"), partial: false,
      video: .init(
        path: "film.mp4", fingerprint: "00", sizeBytes: 1, container: "mov", codec: "h264", pixelFormat: "yuv420p", width: 160,
        height: 120, rotationDegrees: 0, mirrored: false, streamIndex: 0, videoStreams: 1, timeBase: "1/12800", frameRate: "25/1",
        variableFrameRate: false, startPts: 0, startSeconds: 0, durationSeconds: 4, title: title),
      damage: DecodingDamage(),
      settings: .init(
        samplesPerSecond: 4, gate: "coverage", price: 4, lookAheadSeconds: 2, backbone: "thumbnail", precision: "auto",
        detector: "adaptive", detectorThreshold: 0.5, minimumSceneSeconds: 0.6, windowSize: 100, thumbnailWidth: 320,
        maxPixels: 67_108_864, pipeline: "default"),
      backbone: .init(name: "thumbnail", precision: "f32", dimension: 2, inputWidth: 64, inputHeight: 36),
      gate: .init(name: "coverage", price: 4, retention: 0.5, coverage: 0.9),
      encoder: .init(weights: "identity", windowSize: 100, levels: 1, dimension: 2),
      counts: .init(decoded: 100, sampled: 16, reused: 0, retained: 2, contexts: 1, scenes: 1, transitions: 0))
  }
}

/// The problem that `body` throws.
func problem(_ body: () throws(ArchiveError) -> Void) -> ArchiveError.Problem? {
  do throws(ArchiveError) {
    try body()
    return nil
  } catch { return error.problem }
}
