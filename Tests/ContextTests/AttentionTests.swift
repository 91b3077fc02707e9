import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `Attention` {
  @Test(arguments: [1, 4, 7, 16, 17, 70])
  func `agrees with its formulas`(count: Int) {
    let memory = randomMemory(count, dimension: 6, masses: 0.5...4)
    for headCount in [1, 2, 3] {
      let weights = randomWeights(dimension: 6, headCount: headCount)
      let video = HierarchicalEncoder(memory, weights: weights, windowSize: 4).contexts()[0]
      let twin = unit(ReferenceEncoder(weights: weights, windowSize: 4).encode(memory))
      // Float32 against Double, over up to four levels.
      #expect(distance(video.values, twin) < 1e-5, "\(headCount) heads")
    }
  }

  @Test func `counts a vector of mass two as two vectors`() throws {
    let memory = randomMemory(12, dimension: 6)
    for weights in [EncoderWeights.identity(dimension: 6), randomWeights(dimension: 6)] {
      var heavy = memory
      heavy[7].mass = 2
      var twice = memory
      twice.insert(memory[7], at: 8)
      let once = HierarchicalEncoder(heavy, weights: weights).contexts()[0]
      #expect(distance(once.values, HierarchicalEncoder(twice, weights: weights).contexts()[0].values) < 2e-6)
    }
  }

  @Test func `does not see a vector of mass zero`() {
    let memory = randomMemory(12, dimension: 6)
    let weights = randomWeights(dimension: 6)
    var masked = memory
    masked[7].mass = 0
    var changed = masked
    changed[7] = MemoryVector(
      values: [9, -9, 9, 9, -9, 9], seconds: memory[7].seconds, gapSeconds: 99, coversSeconds: memory[7].coversSeconds, mass: 0)
    let context = HierarchicalEncoder(masked, weights: weights).contexts()[0]
    #expect(context == HierarchicalEncoder(changed, weights: weights).contexts()[0])
    var without = memory
    without.remove(at: 7)
    #expect(distance(context.values, HierarchicalEncoder(without, weights: weights).contexts()[0].values) < 2e-6)
    #expect(!context.attention.contains { $0.row == 7 })
  }

  @Test func `looks at times only with weights for them`() {
    let memory = randomMemory(20, dimension: 6)
    let shifted = memory.enumerated().map { index, vector in
      MemoryVector(values: vector.values, seconds: Double(index * index), gapSeconds: Double(index), coversSeconds: 0.5)
    }
    func values(_ memory: [MemoryVector], _ weights: EncoderWeights) -> [Float] {
      HierarchicalEncoder(memory, weights: weights, windowSize: 5).contexts()[0].values
    }
    let blind = randomWeights(dimension: 6, time: false)
    let sighted = randomWeights(dimension: 6, time: true)
    #expect(values(memory, blind) == values(shifted, blind))
    #expect(values(memory, .identity(dimension: 6)) == values(shifted, .identity(dimension: 6)))
    #expect(distance(values(memory, sighted), values(shifted, sighted)) > 1e-3)
  }

  @Test func `does not depend on where in the video a window lies`() {
    let memory = randomMemory(20, dimension: 6)
    let later = memory.map {
      MemoryVector(values: $0.values, seconds: $0.seconds + 4096, gapSeconds: $0.gapSeconds, coversSeconds: $0.coversSeconds)
    }
    let weights = randomWeights(dimension: 6)
    let a = HierarchicalEncoder(memory, weights: weights, windowSize: 5).contexts()[0].values
    #expect(distance(a, HierarchicalEncoder(later, weights: weights, windowSize: 5).contexts()[0].values) < 1e-6)
  }

  @Test func `blind to time does not see order inside a window`() {
    var random = TestGenerator(seed: 3)
    let memory = randomMemory(30, dimension: 6, masses: 0.5...2)
    let weights = randomWeights(dimension: 6, time: false)
    let shuffled = (0..<3).flatMap { window in memory[window * 10..<(window + 1) * 10].shuffled(using: &random) }
    func contexts(_ memory: [MemoryVector]) -> [ContextVector] {
      HierarchicalEncoder(memory, weights: weights, windowSize: 10).contexts()
    }
    for (a, b) in zip(contexts(memory), contexts(shuffled)) { #expect(distance(a.values, b.values) < 2e-6) }
  }

  @Test func `stays finite and of unit length, whatever the weights`() {
    let memory = randomMemory(130, dimension: 8)
    for seed in 1...20 {
      let weights = randomWeights(dimension: 8, headCount: 4, seed: UInt64(seed))
      for context in HierarchicalEncoder(memory, weights: weights, windowSize: 5).contexts() {
        #expect(context.values.allSatisfy { $0.isFinite }, "seed \(seed)")
        #expect(abs(norm(context.values) - 1) < 1e-5, "seed \(seed)")
        #expect(context.attention.allSatisfy { 0...1 ~= $0.weight && context.memory.contains($0.row) }, "seed \(seed)")
      }
    }
  }

  @Test func `finds the frames that its weights look for, three levels down`() {
    // One head that looks for the first column; one frame of 60 has it.
    var layer = AttentionWeights.identity(dimension: 4, headCount: 1)
    layer.query[0, 0] = 12
    layer.key[0, 0] = 1
    var memory = (0..<60).map {
      MemoryVector(values: [0, 1, 0, 0], seconds: Double($0), gapSeconds: 1, coversSeconds: 1)
    }
    memory[41] = MemoryVector(values: [1, 0, 0, 0], seconds: 41, gapSeconds: 1, coversSeconds: 1)
    let contexts = HierarchicalEncoder(
      memory, weights: EncoderWeights(leaf: layer, upper: layer), windowSize: 4
    ).contexts()
    #expect(contexts[0].level == 3)
    #expect(contexts[0].attention[0].row == 41 && contexts[0].attention[0].weight > 0.9)
    #expect(contexts[0].values[0] > 0.99)
    #expect(contexts[0].attention.count == 5)
  }

  @Test func `weights of the listed rows are those of the whole, and sum to one`() {
    let memory = randomMemory(5, dimension: 6)
    let contexts = HierarchicalEncoder(memory, weights: randomWeights(dimension: 6), windowSize: 3).contexts()
    let sum = contexts[0].attention.reduce(0) { $0 + $1.weight }
    #expect(Set(contexts[0].attention.map(\.row)) == [0, 1, 2, 3, 4])
    #expect(abs(sum - 1) < 1e-6)
    #expect(contexts[0].attention.map(\.weight) == contexts[0].attention.map(\.weight).sorted(by: >))
  }
}

@Suite struct `Time features` {
  @Test func `are bounded, and zero at the start but for the cosines`() {
    let start = TimeFeatures.make(secondsIntoWindow: 0, gapSeconds: 0, coversSeconds: 0)
    #expect(start == [0, 0, 0] + Array(repeating: [0, 1], count: 6).flatMap { $0 })
    for seconds in [-1, 0.001, 1, 59, 3_600, 64_800] {
      let features = TimeFeatures.make(secondsIntoWindow: seconds, gapSeconds: 10, coversSeconds: seconds)
      #expect(features.count == TimeFeatures.count)
      #expect(features.allSatisfy { -1...1 ~= $0 }, "\(seconds) s")
    }
  }

  @Test func `double their logarithms' step with each doubling`() {
    func first(_ seconds: Double) -> Float {
      TimeFeatures.make(secondsIntoWindow: seconds, gapSeconds: 0, coversSeconds: 0)[0]
    }
    #expect(first(1) == 1 / 16 && first(3) == 2 / 16 && first(65_535) == 1)
  }
}
