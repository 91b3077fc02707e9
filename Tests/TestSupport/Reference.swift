package import SystemPackage

/// What ffprobe says about one frame, in ticks; nil for N/A.
package struct ProbedFrame: Sendable, Hashable {
  package let isKey: Bool
  package let pts: Int64?
  package let bestEffort: Int64?
}

/// ffprobe's frames of one video stream, in its order.
package func probedFrames(_ path: FilePath, stream: String = "v:0") throws -> [ProbedFrame] {
  let result = try run(
    "ffprobe",
    [
      "-v", "quiet", "-select_streams", stream, "-show_entries", "frame=key_frame,pts,best_effort_timestamp", "-of", "csv=p=0",
      "file:" + path.string,
    ])
  return result.output.split(separator: "\n").compactMap { line in
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count >= 3 else { return nil }
    return ProbedFrame(isKey: fields[0] == "1", pts: Int64(fields[1]), bestEffort: Int64(fields[2]))
  }
}

/// All frames as the ffmpeg program converts them, in sequence.
///
/// - Parameters:
///   - options: Options before `-i`, such as `-noautorotate`.
///   - filter: The filter for `-vf`; none if empty.
package func rawVideo(_ path: FilePath, pixelFormat: String = "rgb24", options: [String] = [], filter: String = "") throws
  -> [UInt8]
{
  try runOrThrow(
    "ffmpeg",
    ["-nostdin", "-v", "error"] + options + [
      "-i", "file:" + path.string, "-map", "0:V:0", "-fps_mode", "passthrough", "-f", "rawvideo",
    ]
      + (filter.isEmpty ? [] : ["-vf", filter])
      + ["-pix_fmt", pixelFormat, "-sws_flags", "area+accurate_rnd+full_chroma_int", "-"]
  ).stdout
}
