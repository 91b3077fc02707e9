internal import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeNumerics

/// What one more vector costs, counted from the shapes. No time is measured.
///
/// Bytes are those of weights and vectors that must be read, 4 for each number. Sums, and products
/// that stay in the cache, are not counted. The article compares this number: a recurrent step
/// reads all of its weights for one vector.
package struct StepCost: Hashable, Sendable {
  /// Number of multiplications with an addition.
  package var multiplyAdds: Double
  package var bytes: Double

  /// The cost of projecting a single embedding.
  static func projection(_ projection: Projection) -> StepCost {
    let weights = projection.weight.values.count
    return StepCost(
      multiplyAdds: Double(weights), bytes: 4 * Double(weights + projection.bias.count + projection.inputDimension))
  }

  /// The cost of a model without the projection; nil for one that works only when it is read.
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

  /// The cost of attention over windows, and windows of windows: for each level, one vector's share
  /// of a window. It includes the memory of order, as if every vector were a shot of its own, which
  /// is the most that it can cost.
  ///
  /// A window reads its vectors once. A window of windows holds W windows, each as its K parts.
  ///
  /// - Parameters:
  ///   - parts: K
  ///   - windowSize: W
  ///   - levels: number of levels that are counted. The third adds 1 / W of what the second adds.
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
