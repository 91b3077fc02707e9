/// Scenes as bare frame numbers, counted from 0 as decoded.
public enum SceneFrameLists {
  /// For `x264 --qpfile`: a key frame at each scene's start, the quantiser left to the encoder.
  public static func qp(_ list: SceneList) -> String {
    let starts = list.scenes.map(\.frames.lowerBound)
    return ((starts.first == 0 ? [] : [0]) + starts).map { "\($0) I -1\n" }.joined()
  }

  /// As TransNetV2's `.scenes.txt`: first and last frame of each scene, both inclusive.
  public static func transNetV2(_ list: SceneList) -> String {
    list.scenes.map { "\($0.frames.lowerBound) \($0.frames.upperBound - 1)\n" }.joined()
  }
}
