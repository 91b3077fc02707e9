import Foundation
package import KeepframeContext
import KeepframeFeatures
package import KeepframeNumerics
package import SystemPackage

/// Seeded, so that a failure can be repeated.
package struct TestGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  package mutating func next() -> UInt64 {  // xorshift64*, Vigna 2016
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }
}

/// A memory of random unit vectors, about 3 seconds apart. They share a direction, as embeddings
/// do, so that means are not tiny.
package func randomMemory(_ count: Int, dimension: Int, seed: UInt64 = 1, masses: ClosedRange<Float> = 1...1) -> [MemoryVector] {
  var random = TestGenerator(seed: seed)
  var seconds = 0.0
  return (0..<count).map { index in
    if index > 0 { seconds += Double.random(in: 0.5...6, using: &random) }
    let values = normalized((0..<dimension).map { _ in Float.random(in: -0.5...1, using: &random) })!
    return MemoryVector(
      values: values, seconds: seconds, coversSeconds: Double.random(in: 0.25...4, using: &random),
      mass: Float.random(in: masses, using: &random))
  }
}

extension EncoderWeights {
  /// All axes, keys and values, in contexts and in parts.
  package init(all axes: Matrix, order: OrderHead) {
    let makeup = ContextMakeup(all: axes, order, orderShare: 0.4)
    self.init(axes: axes, order: order, whole: makeup, part: makeup)
  }
}

/// Weights that do something in every part.
package func randomWeights(dimension: Int, axes: Int = 3, order: (Int, Int) = (2, 3), seed: UInt64 = 7) -> EncoderWeights {
  var random = TestGenerator(seed: seed)
  func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
  func map(_ width: Int) -> Projection {
    Projection(weight: Matrix(rows: dimension, columns: width, values: values(dimension * width)), bias: values(width))
  }
  let head = OrderHead(before: map(order.0), itself: map(order.1), shotSimilarity: 0.6)
  return EncoderWeights(
    all: Matrix(rows: dimension, columns: axes, values: values(dimension * axes)), order: head)
}

/// The largest difference between two vectors' elements.
package func distance(_ a: [Float], _ b: [Float]) -> Float {
  precondition(a.count == b.count)
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// The mean of the vectors, weighted by mass, scaled to unit length: computed in Double, directly.
package func unitMean(_ vectors: some Collection<MemoryVector>) -> [Float] {
  var sum = [Double](repeating: 0, count: vectors.first!.values.count)
  for vector in vectors {
    for (index, value) in vector.values.enumerated() { sum[index] += Double(vector.mass) * Double(value) }
  }
  let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return sum.map { Float($0 / length) }
}

extension HierarchicalEncoder {
  package init(_ vectors: some Sequence<MemoryVector>, weights: EncoderWeights, windowSize: Int = 100, parts: Int = 1) {
    self.init(weights: weights, windowSize: windowSize, parts: parts)
    for vector in vectors { append(vector) }
  }
}

package func temporaryPath() -> FilePath {
  FilePath(NSTemporaryDirectory()).appending("keepframe-weights-\(UUID().uuidString).safetensors")
}
