internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeSystem
internal import SystemPackage

/// Encodes a video again, cut before given frames, with one run of the ffmpeg program.
///
/// Cuts are given as frame numbers. Times would be those of the file, which may jump or be missing.
enum ExactSplit {
  static func run(
    _ ffmpeg: FilePath, _ video: FilePath, _ stream: StreamDescription, before frames: [Int], into folder: FilePath,
    log: FilePath, cancellation: Cancellation?
  ) throws {
    let cuts = frames.map(String.init).joined(separator: ",")
    let keys = frames.map { "eq(n,\($0))" }.joined(separator: "+")
    guard keys.utf8.count < 120_000 else { throw SplitError.tooManyParts(frames.count + 1) }
    var options = ["-map", "0:\(stream.streamIndex)", "-map", "0:a?", "-map_chapters", "-1"]
    options += ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-fps_mode", "passthrough", "-enc_time_base", "-1"]
    options += ["-c:a", "aac"]
    // The encoder takes even sizes only.
    if stream.codedWidth % 2 != 0 || stream.codedHeight % 2 != 0 { options += ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"] }
    if !frames.isEmpty { options += ["-force_key_frames", "expr:\(keys)"] }
    options += ["-f", "segment", "-segment_format", "mp4", "-reset_timestamps", "1", "-avoid_negative_ts", "disabled"]
    // Without this, every part would begin with the video's own start time code.
    options += ["-segment_format_options", "write_tmcd=0"]
    // Without a cut there is one part, so the time to cut at is one that never comes.
    options += frames.isEmpty ? ["-segment_times", "1000000000"] : ["-segment_frames", cuts]
    // ffmpeg takes a per cent sign in the name for the place of the part's number.
    let pattern = folder.bytes.flatMap { $0 == UInt8(ascii: "%") ? [$0, $0] : [$0] } + Array("/part-%06d.mp4".utf8)
    let arguments =
      ["-nostdin", "-hide_banner", "-v", "error", "-i"].map { Array($0.utf8) } + [Array("file:".utf8) + video.bytes]
      + options.map { Array($0.utf8) } + [Array("file:".utf8) + pattern]
    do {
      try ChildProcess.run(ffmpeg, arguments, log: log, cancellation: cancellation)
    } catch let error as ChildProcess.Failure {
      if error.says("No space left on device") {
        throw SplitError.cannotWrite(folder: folder.removingLastComponent(), .noSpace)
      }
      for encoder in ["libx264", "aac"] where error.says("Unknown encoder '\(encoder)'") {
        throw SplitError.lacks("encoder \(encoder)")
      }
      throw SplitError.failed(video: video, status: error.status, says: error.lastWords)
    }
  }
}
