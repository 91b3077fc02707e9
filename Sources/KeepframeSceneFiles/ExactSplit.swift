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
    _ ffmpeg: FFmpegProgram, _ video: FilePath, _ stream: StreamDescription, before frames: [Int], into folder: FilePath,
    log: FilePath, cancellation: Cancellation?
  ) throws {
    let cuts = frames.map(String.init).joined(separator: ",")
    let keys = frames.map { "eq(n,\($0))" }.joined(separator: "+")
    guard keys.utf8.count < 120_000 else { throw SplitError.tooManyParts(frames.count + 1) }
    var options = frames.isEmpty ? [] : ["-force_key_frames", "expr:\(keys)"]
    options += ["-f", "segment", "-segment_format", "mp4", "-reset_timestamps", "1", "-avoid_negative_ts", "disabled"]
    // Without this, every part would begin with the video's own start time code.
    options += ["-segment_format_options", "write_tmcd=0"]
    // Without a cut there is one part, so the time to cut at is one that never comes.
    options += frames.isEmpty ? ["-segment_times", "1000000000"] : ["-segment_frames", cuts]
    // ffmpeg takes a per cent sign in the name for the place of the part's number.
    let pattern = folder.bytes.flatMap { $0 == UInt8(ascii: "%") ? [$0, $0] : [$0] } + Array("/part-%06d.mp4".utf8)
    try ffmpeg.encode(
      video, stream, options: options, to: pattern, in: folder.removingLastComponent(), log: log, cancellation: cancellation)
  }
}
