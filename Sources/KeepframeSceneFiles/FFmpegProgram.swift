internal import KeepframeDecoding
internal import KeepframeSystem
internal import SystemPackage

/// The ffmpeg program, which encodes parts again: video as H.264 (CRF 18), sound as AAC.
struct FFmpegProgram {
  private let path: FilePath

  /// - Throws: ``SplitError`` `noFFmpeg`.
  init() throws(SplitError) {
    guard let path = Installation.current().program(named: "ffmpeg") else { throw .noFFmpeg }
    self.path = path
  }

  /// - Parameters:
  ///   - seeking: options before the input.
  ///   - options: options after it, and after those of the encoders.
  ///   - output: a path as bytes.
  ///   - folder: where the output goes, for errors.
  ///   - log: a file for what the program says.
  /// - Throws: ``SplitError``; `CancellationError`.
  func encode(
    _ video: FilePath, _ stream: StreamDescription, seeking: [String] = [], options: [String], to output: [UInt8],
    in folder: FilePath, log: FilePath, cancellation: Cancellation?
  ) throws {
    var all = ["-map", "0:\(stream.streamIndex)", "-map", "0:a?", "-map_chapters", "-1"]
    all += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-fps_mode", "passthrough", "-enc_time_base", "-1"]
    all += ["-c:a", "aac"]
    // The encoder takes even sizes only.
    if stream.codedWidth % 2 != 0 || stream.codedHeight % 2 != 0 { all += ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"] }
    let arguments =
      (["-nostdin", "-hide_banner", "-v", "error"] + seeking + ["-i"]).map { Array($0.utf8) }
      + [Array("file:".utf8) + video.bytes] + (all + options).map { Array($0.utf8) } + [Array("file:".utf8) + output]
    do {
      try ChildProcess.run(path, arguments, log: log, cancellation: cancellation)
    } catch let error as ChildProcess.Failure {
      if error.says("No space left on device") { throw SplitError.cannotWrite(folder: folder, .noSpace) }
      for encoder in ["libx264", "aac"] where error.says("Unknown encoder '\(encoder)'") {
        throw SplitError.lacks("encoder \(encoder)")
      }
      throw SplitError.failed(video: video, status: error.status, says: error.lastWords)
    }
  }
}
