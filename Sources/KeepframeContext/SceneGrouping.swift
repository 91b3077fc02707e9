internal import Glibc
internal import KeepframeNumerics

/// Decides which runs of shots are scenes.
package protocol SceneGrouping: Sendable {
  /// The largest distance of shots that it compares. The similarities given to it must reach as
  /// far.
  var reach: Int { get }

  /// The first shot of every scene: ascending from 0; empty without shots.
  func sceneStarts(_ similarity: ShotSimilarity) -> [Int]
}

/// A scene ends where shots no longer attend to shots beyond.
///
/// Each shot attends to its neighbours and to "nothing", which takes the attention of a shot that
/// is unlike all its neighbours:
///
///     logit(i, j) = (cosine(i, j) - rest) / temperature - decay (|i - j| - 1)
///     logit(i, nothing) = 0
///
/// The coherence of the boundary before shot *b* is the attention that crosses it, both ways, as a
/// share of what would cross if all shots were the same. In a dialogue, A-B-A-B, every boundary is
/// crossed though neighbours are unlike. A scene starts where the coherence is under the threshold
/// and lower than at the boundaries beside it.
///
/// After Kender and Yeo 1998, "Video scene segmentation via continuous video coherence", with the
/// softmax of Vaswani et al. 2017, eq. 1, for their decaying memory.
public struct AttentionGrouping: SceneGrouping {
  /// The number of shots on either side that a shot attends to.
  public var reach = 12
  /// The difference of cosines that changes the logit by 1; above 0.
  public var temperature: Float = 0.1
  /// The cosine at which a neighbour draws as much attention as "nothing" does.
  public var rest: Float = 0.2
  /// What each further shot of distance takes off the logit.
  public var decay: Float = 0.3
  /// A scene may start where the coherence is below this, 0...1.
  public var threshold: Float = 0.35

  /// The settings for shots compared by the projection that ships.
  public init() {}

  /// The settings for shots compared by their embeddings, whose cosines are all rather high.
  public static var ofEmbeddings: AttentionGrouping {
    var grouping = AttentionGrouping()
    (grouping.rest, grouping.threshold) = (0.4, 0.5)
    return grouping
  }

  /// `[S]`, 0...1: the coherence of the boundary before each shot; 1 for the first.
  ///
  /// It is capped at 1. If shots attend past unlike neighbours to one far away, more attention
  /// crosses than between shots that are all the same.
  ///
  /// - Complexity: O(S · `reach`²)
  package func coherence(_ similarity: ShotSimilarity) -> [Float] {
    precondition(similarity.reach >= reach, "expected shots compared over \(reach), got \(similarity.reach)")
    let count = similarity.shotCount
    let attention = crossing(count) { similarity[$0, $1] }
    let most = crossing(count) { _, _ in 1 }
    return (0..<count).map { $0 == 0 ? 1 : min(1, attention[$0] / most[$0]) }
  }

  /// `[S]`: the attention that crosses the boundary before each shot.
  private func crossing(_ count: Int, cosine: (Int, Int) -> Float) -> [Float] {
    var crossing = [Float](repeating: 0, count: count)
    for shot in 0..<count {
      let others = (max(0, shot - reach)...min(count - 1, shot + reach)).filter { $0 != shot }
      let weights = softmax([0] + others.map { (cosine(shot, $0) - rest) / temperature - decay * Float(abs(shot - $0) - 1) })
      for (other, weight) in zip(others, weights.dropFirst()) {
        for boundary in min(shot, other) + 1...max(shot, other) { crossing[boundary] += weight }
      }
    }
    return crossing
  }

  package func sceneStarts(_ similarity: ShotSimilarity) -> [Int] { starts(coherence(similarity)) }

  /// The first shots of scenes, given the coherence before each shot.
  package func starts(_ coherence: [Float]) -> [Int] {
    coherence.indices.filter { shot in
      guard shot > 0 else { return true }
      guard coherence[shot] < threshold else { return false }
      // Of equal boundaries, the first.
      return coherence[shot] < coherence[shot - 1] && (shot + 1 == coherence.count || coherence[shot] <= coherence[shot + 1])
    }
  }
}
