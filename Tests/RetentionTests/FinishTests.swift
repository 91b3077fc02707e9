import KeepframeDecoding
import KeepframeFeatures
import KeepframeRetention
import Testing

@Suite struct `A slide that is built line by line` {
  /// Three slides of three lines, a line every six seconds, sampled once a second: ordinal / 6
  /// counts the lines.
  private func kept(finish: Finish?) throws -> [Int] {
    var weights = GateWeights(backbone: "test", dimension: 4)
    weights.finish = finish
    var retainer = Retainer(gate: LearnedGate(price: 0.1, lookAhead: 8, weights: weights), dimension: 4)
    var decisions: [Decision] = []
    for ordinal in 0..<54 {
      let (slide, line) = (ordinal / 18, ordinal / 6 % 3)
      var values: [Float] = [0, 0, 0, 0.1 * Float(line)]
      values[slide] = 1
      let quality = FrameQuality(meanLuma: 200, lumaDeviation: 40, sharpness: 10 * (1 + 0.3 * Float(line)), motion: 0)
      decisions += retainer.push(
        Sample(ordinal: ordinal, seconds: Double(ordinal), embedding: try Embedding(normalizing: values), quality: quality))
    }
    retainer.finish(&decisions, end: 54)
    return decisions.filter(\.keeps).map(\.ordinal)
  }

  @Test func `is kept once, with its last line`() throws {
    let kept = try kept(finish: .usual)
    #expect(kept.map { $0 / 18 } == [0, 1, 2], "one of each slide: \(kept)")
    #expect(kept.allSatisfy { $0 / 6 % 3 == 2 }, "with all three lines: \(kept)")
  }

  @Test func `is kept with fewer lines by a gate that does not wait`() throws {
    #expect(try kept(finish: nil).contains { $0 / 6 % 3 < 2 })
  }
}
