internal import KeepframeAutograd
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem

/// Trains what the learned gate learns from footage without labels: which frames are clear.
///
/// When a frame is worth its price is a rule. What matters to an application is learned from
/// labels.
package struct GateTrainer: Sendable {
  package struct Settings: Hashable, Sendable {
    package var seed: UInt64 = 1
    /// Transitions to make and learn from.
    package var transitions = 3_000
    /// Training steps of each network.
    package var steps = 1_500

    package init() {}
  }

  /// How far a training is.
  package struct Progress: Hashable, Sendable {
    package enum Stage: String, Sendable { case clarity }
    package let stage: Stage
    package let round: Int
    package let of: Int
  }

  package var settings = Settings()

  package init() {}

  /// - Parameter start: the gate whose clarity networks are replaced.
  /// - Throws: ``GradientsError``, ``TensorError`` without OpenBLAS, or `CancellationError`.
  package func train(
    _ clips: [FootageClip], start: GateWeights, progress: (Progress) -> Void, cancellation: Cancellation? = nil
  ) throws -> GateWeights {
    try prepareMatmul()
    func report(_ round: Int) throws(CancellationError) {
      try cancellation?.check()
      progress(Progress(stage: .clarity, round: round, of: 2))
    }
    var weights = start
    weights.background = Self.background(clips)
    try report(0)
    let sequences =
      TransitionMaker(clips).make(settings.transitions, seed: settings.seed) + clips.map { TransitionMaker.Sequence($0) }
    for (round, path, looksAhead) in [(1, \GateWeights.liveClarity, false), (2, \GateWeights.aheadClarity, true)] {
      weights[keyPath: path] = try ClarityTrainer(steps: settings.steps).train(
        sequences, like: start[keyPath: path], looksAhead: looksAhead, seed: settings.seed, cancellation: cancellation)
      try report(round)
    }
    return weights
  }

  /// The mean embedding of all samples, in which a source has the weight of the square root of its
  /// number of samples.
  static func background(_ clips: [FootageClip]) -> [Float]? {
    guard let dimension = clips.first?.embeddings.columns else { return nil }
    let sizes = clips.reduce(into: [String: Int]()) { $0[$1.source, default: 0] += $1.count }
    var (sum, total) = ([Double](repeating: 0, count: dimension), 0.0)
    for clip in clips where clip.count > 0 {
      let share = 1 / Double(sizes[clip.source]!).squareRoot()
      for row in 0..<clip.count {
        for (column, value) in clip.embeddings[row: row].enumerated() { sum[column] += share * Double(value) }
      }
      total += share * Double(clip.count)
    }
    return total > 0 ? sum.map { Float($0 / total) } : nil
  }
}

extension GateTrial {
  package init(_ programme: Programme) {
    self.init(embeddings: programme.embeddings, seconds: programme.seconds, quality: programme.quality)
  }
}
