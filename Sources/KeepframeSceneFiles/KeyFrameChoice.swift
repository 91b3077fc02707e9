internal import KeepframeBoundaries
internal import KeepframeDecoding
internal import KeepframeSystem

/// Chooses the key frames at which copied parts begin.
enum KeyFrameChoice {
  /// A part's start may move by this much further, to a key frame at which decoding can start
  /// without loss.
  private static let reachSeconds = 1.0

  /// The key frames nearest to the starts of all scenes but the first, ascending. A scene has none
  /// if an earlier scene already has its key frame.
  ///
  /// A key frame at which decoding can start without loss is preferred to a nearer one, if it is at
  /// most a second further away.
  static func cuts(for list: SceneList, among points: [CutPoint]) -> [CutPoint] {
    let reach = UInt64(min(max(0, reachSeconds / list.timeBase.doubleValue), 1e15))
    let sound = points.filter { $0.isClean && $0.isPromised }
    var cuts: [CutPoint] = []
    for scene in list.scenes.dropFirst() {
      let start = scene.pts.lowerBound
      func distance(_ point: CutPoint) -> UInt64 { (point.pts &- start).magnitude }
      guard var best = nearest(to: start, in: points) else { continue }
      if !best.isClean || !best.isPromised, let other = nearest(to: start, in: sound), distance(other) <= distance(best) + reach {
        best = other
      }
      if best.frame > cuts.last?.frame ?? 0 { cuts.append(best) }
    }
    return cuts
  }

  private static func nearest(to pts: Int64, in points: [CutPoint]) -> CutPoint? {
    let next = points.partitioningIndex { $0.pts >= pts }
    let beside = [next - 1, next].filter(points.indices.contains).map { points[$0] }
    return beside.min { ($0.pts &- pts).magnitude < ($1.pts &- pts).magnitude }
  }
}
