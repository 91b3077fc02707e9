import Foundation
package import KeepframeContext
import KeepframeNumerics
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

/// A memory of random unit vectors, about 3 seconds apart. They share a direction, as embeddings do, so that means are not tiny.
package func randomMemory(_ count: Int, dimension: Int, seed: UInt64 = 1, masses: ClosedRange<Float> = 1...1) -> [MemoryVector] {
  var random = TestGenerator(seed: seed)
  var seconds = 0.0
  return (0..<count).map { index in
    let gap = index == 0 ? 0 : Double.random(in: 0.5...6, using: &random)
    seconds += gap
    let values = normalized((0..<dimension).map { _ in Float.random(in: -0.5...1, using: &random) })!
    return MemoryVector(
      values: values, seconds: seconds, gapSeconds: gap, coversSeconds: Double.random(in: 0.25...4, using: &random),
      mass: Float.random(in: masses, using: &random))
  }
}

/// Weights that do something in every part.
package func randomWeights(dimension: Int, headCount: Int = 2, time: Bool = true, seed: UInt64 = 7) -> EncoderWeights {
  var random = TestGenerator(seed: seed)
  func fill(_ matrix: Matrix, _ bound: Float) -> Matrix {
    Matrix(
      rows: matrix.rows, columns: matrix.columns,
      values: matrix.values.map { _ in Float.random(in: -bound...bound, using: &random) })
  }
  func layer() -> AttentionWeights {
    var weights = AttentionWeights.identity(
      dimension: dimension, headCount: headCount, keyWidth: 3, rank: 2, hiddenWidth: 5)
    let bound = (3 / Float(dimension)).squareRoot()  // outputs keep the variance of inputs
    weights.query = fill(weights.query, 2)
    weights.key = fill(weights.key, bound)
    weights.valueDown = fill(weights.valueDown, bound)
    weights.hidden = fill(weights.hidden, bound)
    weights.valueUp = fill(weights.valueUp, 0.5)
    weights.hiddenBias = fill(weights.hiddenBias, 0.5)
    weights.output = fill(weights.output, 0.3)
    weights.outputBias = fill(weights.outputBias, 0.1)
    if !time {
      for row in dimension..<weights.key.rows { weights.key[row: row] = Array(repeating: 0, count: weights.key.columns) }
    }
    return weights
  }
  return EncoderWeights(leaf: layer(), upper: layer())
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
  package init(_ vectors: some Sequence<MemoryVector>, weights: EncoderWeights, windowSize: Int = 100) {
    self.init(weights: weights, windowSize: windowSize)
    for vector in vectors { append(vector) }
  }
}

package func temporaryPath() -> FilePath {
  FilePath(NSTemporaryDirectory()).appending("keepframe-weights-\(UUID().uuidString).safetensors")
}
