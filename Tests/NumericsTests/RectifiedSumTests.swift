import KeepframeNumerics
import Testing

@Suite struct `The rectified sum` {
  @Test(arguments: [0, 1, 7, 8, 9, 64, 545]) func `adds up like its definition, whatever the length`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    func draw(_ range: ClosedRange<Float>) -> [Float] { (0..<count).map { _ in random.uniform(in: range) } }
    let (a, b, c, weights) = (draw(-1...1), draw(-1...1), draw(-1...1), draw(0...4))
    let over = (0..<count).reduce(0.0) { $0 + Double(max(0, a[$1] - b[$1])) }
    let weighted = (0..<count).reduce(0.0) { $0 + Double(weights[$1] * max(0, a[$1] - b[$1])) }
    let overLarger = (0..<count).reduce(0.0) { $0 + Double(weights[$1] * max(0, a[$1] - max(b[$1], c[$1]))) }
    #expect(abs(rectifiedSum(a, minus: b) - over) < 1e-12 * Double(count + 1))
    #expect(abs(rectifiedSum(a, minus: b, weights: weights) - weighted) < 1e-12 * Double(count + 1))
    #expect(abs(rectifiedSum(a, minusLargerOf: b, c, weights: weights) - overLarger) < 1e-12 * Double(count + 1))
  }
}
