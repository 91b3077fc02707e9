internal import Glibc

/// Turns logits into weights: `exp(x) / sum(exp(x))`, computed without overflow.
///
/// - Parameter logits: Any number of values. `-infinity` masks an entry: its weight is exactly 0.
/// - Returns: Weights in 0...1 that sum to 1. If every entry is masked, or there are none, all
///   weights are 0, not NaN.
package func softmax(_ logits: [Float]) -> [Float] {
  guard let largest = logits.max(), largest > -.infinity else { return [Float](repeating: 0, count: logits.count) }
  let exponentials = logits.map { expf($0 - largest) }
  let sum = exponentials.reduce(0, +)
  return exponentials.map { $0 / sum }
}

/// Softmax over items that represent several others: an item of mass *m* weighs as much as *m*
/// equal items of mass 1.
///
/// Equal to `softmax(logits + log(masses))` in real arithmetic, but exactly `masses / sum(masses)`
/// when all logits are equal.
///
/// - Parameters:
///   - logits: Finite values.
///   - masses: As many as there are logits; finite, 0 or more. Mass 0 masks an item: its logit is
///     ignored.
/// - Returns: Weights in 0...1 that sum to 1, or all 0 if no item has mass.
package func softmax(_ logits: [Float], masses: [Float]) -> [Float] {
  precondition(logits.count == masses.count, "expected a mass for each of \(logits.count) logits, got \(masses.count)")
  var largest = -Float.infinity
  for (logit, mass) in zip(logits, masses) where mass > 0 { largest = max(largest, logit) }
  var weights = [Float](repeating: 0, count: logits.count)
  var sum: Float = 0
  for index in logits.indices where masses[index] > 0 {
    weights[index] = masses[index] * expf(logits[index] - largest)
    sum += weights[index]
  }
  guard sum > 0 else { return weights }
  for index in weights.indices { weights[index] /= sum }
  return weights
}
