package import KeepframeContext

/// The simplest grouping: a scene starts with every shot that is not similar to the one before.
package struct NeighbourGrouping: SceneGrouping {
  package let reach = 1
  /// The cosine at which two shots belong together.
  package var threshold: Float

  package init(threshold: Float = 0.6) { self.threshold = threshold }

  package func sceneStarts(_ similarity: ShotSimilarity) -> [Int] {
    (0..<similarity.shotCount).filter { $0 == 0 || similarity[$0 - 1, $0] < threshold }
  }
}

/// Overlapping links: two similar shots belong together with all shots between them, and runs that
/// overlap are joined.
///
/// See Hanjalic, Lagendijk and Biemond 1999, "Automated high-level movie segmentation for advanced
/// video-retrieval systems".
package struct LinkGrouping: SceneGrouping {
  package var reach: Int
  /// The cosine at which two shots are linked.
  package var threshold: Float

  package init(reach: Int = 4, threshold: Float = 0.7) {
    self.reach = reach
    self.threshold = threshold
  }

  package func sceneStarts(_ similarity: ShotSimilarity) -> [Int] {
    var starts: [Int] = []
    var end = 0  // the last shot that a link from an earlier one reaches
    for shot in 0..<similarity.shotCount {
      if shot == 0 || shot > end { starts.append(shot) }
      let linked = (shot + 1..<max(shot + 1, min(similarity.shotCount, shot + 1 + reach))).last {
        similarity[shot, $0] >= threshold
      }
      end = max(end, linked ?? shot)
    }
    return starts
  }
}
