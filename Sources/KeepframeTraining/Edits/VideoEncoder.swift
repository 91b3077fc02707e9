internal import KeepframeBundle
internal import KeepframeSystem
internal import SystemPackage

/// Makes Matroska videos with ffmpeg, from frames that are first written to a file beside it. A
/// video appears at its place whole, or not at all.
struct VideoEncoder: Sendable {
  private let ffmpeg: FilePath

  /// - Throws: ``TrainingError/noFFmpeg``
  init() throws(TrainingError) {
    guard let ffmpeg = Installation.current().program(named: "ffmpeg") else { throw .noFFmpeg }
    self.ffmpeg = ffmpeg
  }

  /// All files that are written to make a video: the video, and temporary files.
  static func files(for path: FilePath) -> [FilePath] { [path] + ["frames", "mkv", "log"].map { aside(path, $0) } }

  private static func aside(_ path: FilePath, _ ending: String) -> FilePath {
    path.removingLastComponent().appending(".\(path.lastComponent?.string ?? "video").partial.\(ending)")
  }

  /// Makes a video, replacing an existing one.
  ///
  /// - Parameters:
  ///   - input: ffmpeg's options that describe the frames.
  ///   - filters: ffmpeg's filters for the frames.
  ///   - isWoven: encodes the two fields of a frame separately.
  ///   - write: appends the frames.
  /// - Throws: `ArchiveError`, ``TrainingError/ffmpeg(status:lastWords:)``, `CancellationError`;
  ///   what `write` throws.
  func encode(
    _ path: FilePath, _ encoding: EditPlan.Encoding, input: [String], filters: [String] = [], isWoven: Bool = false,
    cancellation: Cancellation?,
    write: (borrowing StagedFile) throws -> Void
  ) throws {
    let (frames, draft, log) = (Self.aside(path, "frames"), Self.aside(path, "mkv"), Self.aside(path, "log"))
    defer { for file in [frames, draft, log] { try? FileSystem.remove(file) } }
    do {
      let file = try StagedFile(frames, replace: true)
      try write(file)
      try file.publish()
    }
    let codec =
      encoding.codec == .h264
      ? ["-c:v", "libx264", "-preset", encoding.preset, "-crf", "\(encoding.quantizer)", "-g", "\(encoding.keyInterval)"]
      : ["-c:v", "mpeg4", "-q:v", "\(encoding.quantizer)", "-g", "\(encoding.keyInterval)"]
    let words =
      ["-v", "error", "-nostdin", "-y", "-threads", "1"] + input + ["-i", "file:\(frames.string)"]
      + (filters.isEmpty ? [] : ["-vf", filters.joined(separator: ",")]) + ["-fps_mode", "passthrough", "-pix_fmt", "yuv420p"]
      + codec
      + ["-threads", "1", "-fflags", "+bitexact", "-flags:v", isWoven ? "+bitexact+ilme+ildct" : "+bitexact"]
      + ["-f", "matroska", "file:\(draft.string)"]
    do {
      try ChildProcess.run(ffmpeg, words.map { Array($0.utf8) }, log: log, cancellation: cancellation)
    } catch let error as ChildProcess.Failure {
      throw TrainingError.ffmpeg(status: error.status, lastWords: error.lastWords)
    }
    do throws(Errno) { try FileSystem.rename(draft, to: path) } catch { throw ArchiveError(.cannotWrite(error), at: path) }
  }
}
