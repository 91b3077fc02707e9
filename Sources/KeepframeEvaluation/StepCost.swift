internal import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeNumerics

/// What one more vector costs, counted from the shapes: no time is measured.
///
/// Bytes are those of weights and vectors that have to be read, 4 a number; sums, and products that
/// stay in the cache, are not counted. This is what the article compares: a recurrent step reads
/// all of its weights for one vector.
package struct StepCost: Hashable, Sendable {
  /// Multiplications with an addition.
  package var multiplyAdds: Double
  package var bytes: Double

  /// Of projecting an embedding that comes alone.
  static func projection(_ front: Projection) -> StepCost {
    let weights = front.weight.values.count
    return StepCost(
      multiplyAdds: Double(weights), bytes: 4 * Double(weights + front.bias.count + front.inputDimension))
  }

  /// Of a model, the projection aside; nil for one that does nothing until it is asked.
  static func body(_ model: TrainedEncoder) -> StepCost? {
    switch model {
    case .hierarchy(let model): windows(model.weights)
    case .opponent(let opponent):
      switch opponent.body {
      case .closedForm(.mean): StepCost(multiplyAdds: Double(model.dimension), bytes: 4 * Double(model.dimension))
      case .closedForm: nil
      case .network(let network, _):
        network.stepMultiplyAdds.flatMap { multiplyAdds in
          network.stepReads.map { StepCost(multiplyAdds: Double(multiplyAdds), bytes: 4 * Double($0)) }
        }
      }
    }
  }

  /// Of attention over windows, and windows of windows: a share of one window a level; and of what
  /// is remembered of order, as if every vector were a shot of its own, which is the most it can
  /// take.
  ///
  /// A window reads its vectors once. A window of windows holds W windows, each as its K parts.
  ///
  /// - Parameters:
  ///   - parts: K
  ///   - windowSize: W
  ///   - levels: that are counted; a third brings a ten-thousandth of the second.
  static func windows(_ weights: EncoderWeights, parts: Int = 4, windowSize: Int = 100, levels: Int = 3) -> StepCost {
    var cost = StepCost(
      multiplyAdds: Double(weights.order?.multiplyAdds ?? 0), bytes: 4 * Double(weights.order?.parameterCount ?? 0))
    var steps = 1.0  // between two windows of a level
    for level in 0..<levels {
      steps *= Double(windowSize)
      let members = level == 0 ? windowSize : windowSize * parts
      cost.multiplyAdds += Double(weights.multiplyAdds(inWindowOf: members, parts: parts)) / steps
      cost.bytes += 4 * Double(members * weights.dimension) / steps
    }
    return cost
  }
}
