import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `Contexts` {
  @Test(arguments: [1, 4, 7, 16, 17, 70])
  func `agree with their formulas`(count: Int) {
    let memory = randomMemory(count, dimension: 6, masses: 0.5...4)
    let weights = randomWeights(dimension: 6)
    let video = HierarchicalEncoder(memory, weights: weights, windowSize: 4).contexts()[0]
    let twin = ReferenceEncoder(weights: weights, windowSize: 4).encode(memory).map { Float($0) }
    // Float32 against Double, over up to four levels.
    #expect(distance(video.values, twin) < 2e-5)
  }

  @Test func `count a vector of mass two as two vectors`() {
    var memory = randomMemory(12, dimension: 6)
    let weights = EncoderWeights(dimension: 6)
    var twice = memory
    twice.insert(memory[7], at: 8)
    memory[7].mass = 2
    let once = HierarchicalEncoder(memory, weights: weights).contexts()[0]
    #expect(distance(once.values, HierarchicalEncoder(twice, weights: weights).contexts()[0].values) < 2e-6)
  }

  @Test(arguments: [1, 2, 4]) func `do not see a vector of mass zero`(parts: Int) {
    let memory = randomMemory(12, dimension: 6)
    let weights = randomWeights(dimension: 6)
    var masked = memory
    masked[7].mass = 0
    var changed = masked
    changed[7] = MemoryVector(
      values: [9, -9, 9, 9, -9, 9], seconds: memory[7].seconds, coversSeconds: memory[7].coversSeconds, mass: 0)
    let contexts = HierarchicalEncoder(masked, weights: weights, parts: parts).contexts()
    for (a, b) in zip(contexts, HierarchicalEncoder(changed, weights: weights, parts: parts).contexts()) {
      #expect(a.values == b.values && !a.attention.contains { $0.row == 7 })
    }
    var without = memory
    without.remove(at: 7)
    #expect(distance(contexts[0].values, HierarchicalEncoder(without, weights: weights).contexts()[0].values) < 1e-5)
  }

  @Test func `stay finite and of unit length, whatever the weights`() {
    let memory = randomMemory(130, dimension: 8)
    for seed in 1...10 {
      let weights = randomWeights(dimension: 8, seed: UInt64(seed))
      for parts in [1, 2, 4, 8] {
        for context in HierarchicalEncoder(memory, weights: weights, windowSize: 5, parts: parts).contexts() {
          #expect(context.values.allSatisfy { $0.isFinite }, "seed \(seed)")
          #expect(abs(norm(context.values) - 1) < 1e-5, "seed \(seed)")
          #expect(context.attention.allSatisfy { 0...1 ~= $0.weight && context.memory.contains($0.row) }, "seed \(seed)")
        }
      }
    }
  }

  @Test(arguments: [1, 2, 4]) func `attend to frames with shares that sum to one, three levels down`(parts: Int) {
    // Five frames, so that all of them are listed; windows of two.
    let memory = randomMemory(5, dimension: 6)
    for context in HierarchicalEncoder(memory, weights: randomWeights(dimension: 6), windowSize: 2, parts: parts).contexts() {
      #expect(abs(context.attention.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
      #expect(context.attention.map(\.weight) == context.attention.map(\.weight).sorted(by: >))
    }
  }

  @Test func `attend to what is rare, and name of equals the earliest`() {
    // One frame of 60 shows something else, three levels down.
    let memory = (0..<60).map {
      MemoryVector(values: $0 == 41 ? [1, 0] : [0, 1], seconds: Double($0), coversSeconds: 1)
    }
    let contexts = HierarchicalEncoder(memory, weights: EncoderWeights(dimension: 2), windowSize: 4).contexts()
    #expect(contexts[0].level == 3)
    // A mean would attend with 1 part of 60.
    #expect(contexts[0].attention[0].row == 41 && contexts[0].attention[0].weight > 2 / 60)
    #expect(contexts[0].attention.dropFirst().prefix(3).map(\.row) == [40, 42, 43])
    #expect(contexts[0].values[0] > 2 / 60)
  }

  @Test func `attend in shares with which leaving a frame out changes them`() throws {
    // Alone in what it shows, a frame's share is what it adds, as far as one frame can tell.
    let memory = (0..<6).map { index in
      MemoryVector(values: (0..<6).map { $0 == index ? 1 : 0 }, seconds: Double(index), coversSeconds: 1)
    }
    let context = HierarchicalEncoder(memory, weights: EncoderWeights(dimension: 6), windowSize: 3).contexts()[0]
    let sum = context.values.reduce(0, +)
    for attended in context.attention { #expect(abs(attended.weight - context.values[attended.row] / sum) < 1e-6) }
  }

  @Test func `have nothing to say of an empty memory`() {
    let encoder = HierarchicalEncoder(weights: EncoderWeights(dimension: 4))
    #expect(encoder.contexts().isEmpty)
    #expect(encoder.encode([], kind: .shot, rows: [], seconds: 0..<1) == nil)
    #expect(encoder.count == 0 && encoder.levelCount == 0 && encoder.multiplyAdds == 0)
  }

  @Test func `are zeros where vectors cancel or have no mass`() {
    func vector(_ values: [Float], mass: Float = 1) -> MemoryVector {
      MemoryVector(values: values, seconds: 0, coversSeconds: 0, mass: mass)
    }
    let weights = EncoderWeights(dimension: 2)
    #expect(HierarchicalEncoder([vector([1, 0]), vector([-1, 0])], weights: weights).contexts()[0].values == [0, 0])
    #expect(HierarchicalEncoder([vector([1, 0], mass: 0)], weights: weights).contexts()[0].values == [0, 0])
  }

  @Test func `of a shot of any length are those of its vectors alone`() throws {
    let memory = randomMemory(321, dimension: 8)
    let weights = randomWeights(dimension: 8)
    let encoder = HierarchicalEncoder(memory, weights: weights, windowSize: 10)
    for rows in [5..<6, 0..<10, 7..<18, 0..<321] {
      let shot = try #require(encoder.encode(Array(memory[rows]), kind: .shot, rows: Array(rows), seconds: 1..<2))
      #expect(shot.values == HierarchicalEncoder(memory[rows], weights: weights, windowSize: 10).contexts()[0].values)
      #expect(shot.kind == .shot && shot.memory == rows && shot.seconds == 1..<2 && shot.parent == nil)
      #expect(shot.attention.allSatisfy { rows.contains($0.row) })
    }
  }
}

@Suite struct `Parts` {
  @Test(arguments: [2, 4, 8]) func `are as many as asked for, of the video and of each window below`(parts: Int) {
    let memory = randomMemory(47, dimension: 8)
    let contexts = HierarchicalEncoder(memory, weights: randomWeights(dimension: 8), windowSize: 10, parts: parts).contexts()
    let windows = contexts.indices.filter { contexts[$0].kind == .window }
    #expect(contexts.filter { $0.kind == .part && $0.parent == 0 }.count == parts)
    for window in windows.dropFirst() {
      let own = contexts.filter { $0.kind == .part && $0.parent == window }
      #expect(own.count == min(parts, contexts[window].memory.count))
    }
    #expect(!HierarchicalEncoder(memory, weights: randomWeights(dimension: 8)).contexts().contains { $0.kind == .part })
  }

  @Test(arguments: [2, 4, 8]) func `are runs in time, as equal as can be, and say which`(parts: Int) {
    let memory = randomMemory(20, dimension: 8)
    let contexts = HierarchicalEncoder(memory, weights: randomWeights(dimension: 8), parts: parts).contexts()
    let runs = contexts.filter { $0.kind == .part }
    #expect(runs.map(\.memory) == (0..<parts).map { $0 * 20 / parts..<($0 + 1) * 20 / parts })
    for run in runs {
      #expect(run.attention.allSatisfy { run.memory.contains($0.row) })
      let own = memory[run.memory]
      #expect(run.seconds == own.first!.seconds..<own.map { $0.seconds + $0.coversSeconds }.max()!)
    }
  }

  @Test func `of windows of windows follow each other, from the first row to the last`() {
    let memory = randomMemory(47, dimension: 8)
    let contexts = HierarchicalEncoder(memory, weights: randomWeights(dimension: 8), windowSize: 10, parts: 3).contexts()
    for owner in contexts.indices where contexts[owner].kind != .part {
      let own = contexts.filter { $0.kind == .part && $0.parent == owner }.map(\.memory)
      guard !own.isEmpty else { continue }
      #expect(own.first?.lowerBound == contexts[owner].memory.lowerBound)
      #expect(own.last?.upperBound == contexts[owner].memory.upperBound)
      #expect(zip(own, own.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }
  }

  @Test func `add up to the whole, in what is shown`() {
    // Without axes, the one vector is the direction of the sum of the window's weighted frames.
    let memory = randomMemory(40, dimension: 8)
    let one = HierarchicalEncoder(memory, weights: EncoderWeights(dimension: 8)).contexts()[0].values
    let whole = HierarchicalEncoder(memory, weights: EncoderWeights(dimension: 8), parts: 4).contexts()[0].values
    #expect(distance(one, whole) < 1e-6)
  }
}
