/// Scenes as chapters: WebVTT for web players, ffmpeg's metadata for muxing into a file.
///
/// Times are those of players, which count from the container's start. The first chapter starts
/// when the first frame is shown.
public enum SceneChapters {
  /// A WebVTT file for `<track kind="chapters">`; times in milliseconds.
  public static func webVTT(_ list: SceneList, video: VideoFacts) -> String {
    "WEBVTT\n"
      + list.scenes.enumerated().map { index, scene in
        let seconds = video.playerSeconds(of: scene)
        return "\n\(index + 1)\n\(Timecode.cue(seconds.lowerBound, seconds.upperBound))\nScene \(index + 1)\n"
      }.joined()
  }

  /// For `ffmpeg -i film.mp4 -i film.ffmetadata -map_metadata 0 -map_chapters 1 -c copy out.mp4`.
  ///
  /// The time base is always written. Without it, some versions of ffmpeg count milliseconds,
  /// others nanoseconds.
  public static func ffmetadata(_ list: SceneList, video: VideoFacts) -> String {
    ";FFMETADATA1\n"
      + list.scenes.enumerated().map { index, scene in
        let seconds = video.playerSeconds(of: scene)
        let (start, end) = Timecode.milliseconds(seconds.lowerBound, seconds.upperBound)
        return "\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=\(start)\nEND=\(end)\ntitle=Scene \(index + 1)\n"
      }.joined()
  }
}
