import KeepframeContext
import KeepframeMemorySupport
import Testing

@Suite struct `Untrained, the encoder` {
  @Test(arguments: [(1, 1280), (99, 1280), (100, 16), (101, 16), (250, 16), (10_050, 4), (9, 7), (9, 6), (9, 1)])
  func `makes every context the mean of its vectors`(count: Int, dimension: Int) {
    let memory = randomMemory(count, dimension: dimension)
    let contexts = HierarchicalEncoder(memory, weights: .identity(dimension: dimension)).contexts()
    for context in contexts {
      // Sums of at most 100 unit vectors a level: an error of a few parts in 2^24 each.
      #expect(distance(context.values, unitMean(memory[context.memory])) < 2e-6, "\(context)")
    }
    #expect(contexts[0].memory == 0..<count)
  }

  @Test func `weighs vectors by their mass at every level`() {
    let memory = randomMemory(730, dimension: 8, masses: 0.1...20)
    for context in HierarchicalEncoder(memory, weights: .identity(dimension: 8), windowSize: 9).contexts() {
      #expect(distance(context.values, unitMean(memory[context.memory])) < 2e-6, "\(context)")
    }
  }

  @Test func `makes a shot of any length its mean`() throws {
    let memory = randomMemory(321, dimension: 8)
    let encoder = HierarchicalEncoder(weights: .identity(dimension: 8), windowSize: 10)
    for rows in [5..<6, 0..<10, 7..<18, 0..<321] {
      let shot = try #require(encoder.encode(Array(memory[rows]), kind: .shot, rows: Array(rows), seconds: 1..<2))
      #expect(distance(shot.values, unitMean(memory[rows])) < 2e-6)
      #expect(shot.kind == .shot && shot.memory == rows && shot.seconds == 1..<2 && shot.parent == nil)
    }
  }

  @Test func `attends to all alike, and names the earliest`() {
    let contexts = HierarchicalEncoder(randomMemory(50, dimension: 4), weights: .identity(dimension: 4)).contexts()
    #expect(contexts[0].attention.map(\.row) == [0, 1, 2, 3, 4])
    #expect(contexts[0].attention.allSatisfy { abs($0.weight - 1 / 50) < 1e-7 })
  }

  @Test func `has nothing to say of an empty memory`() {
    let encoder = HierarchicalEncoder(weights: .identity(dimension: 4))
    #expect(encoder.contexts().isEmpty)
    #expect(encoder.encode([], kind: .shot, rows: [], seconds: 0..<1) == nil)
    #expect(encoder.count == 0 && encoder.levelCount == 0 && encoder.multiplyAdds == 0)
  }

  @Test func `gives zeros where vectors cancel or have no mass`() {
    func vector(_ values: [Float], mass: Float = 1) -> MemoryVector {
      MemoryVector(values: values, seconds: 0, gapSeconds: 0, coversSeconds: 0, mass: mass)
    }
    let identity = EncoderWeights.identity(dimension: 2)
    #expect(HierarchicalEncoder([vector([1, 0]), vector([-1, 0])], weights: identity).contexts()[0].values == [0, 0])
    #expect(HierarchicalEncoder([vector([1, 0], mass: 0)], weights: identity).contexts()[0].values == [0, 0])
  }
}
