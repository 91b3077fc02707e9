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
    case .hierarchy(let model): windows(dimension: model.dimension, parameters: model.bodyParameterCount)
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

  /// Of attention over windows, and windows of windows: a share of one window a level.
  ///
  /// A window of n vectors reads them, and the weights of its attention, once. It takes the
  /// products of its vectors with each other (n² D), solves for weights that count every vector
  /// once (n³ / 3), and sums them up in K contexts (K n D). A window of windows holds W windows,
  /// each as its K contexts.
  ///
  /// - Parameters:
  ///   - parameters: of the attention.
  ///   - contexts: K
  ///   - windowSize: W
  ///   - levels: that are counted; a third brings a ten-thousandth of the second.
  static func windows(
    dimension: Int, parameters: Int, contexts: Int = 4, windowSize: Int = 100, levels: Int = 3
  ) -> StepCost {
    let (D, K, W) = (Double(dimension), Double(contexts), Double(windowSize))
    var cost = StepCost(multiplyAdds: 0, bytes: 0)
    var steps = W  // between two windows of a level
    for level in 0..<levels {
      let n = level == 0 ? W : W * K
      cost.multiplyAdds += (n * n * D + n * n * n / 3 + K * n * D) / steps
      cost.bytes += 4 * (n * D + Double(parameters)) / steps
      steps *= W
    }
    return cost
  }
}
