import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `The hierarchy` {
  @Test func `needs ceil(log100 N) hops`() {
    // Vectors of 1 dimension: this is about the windows.
    let memory = Array(repeating: MemoryVector(values: [1], seconds: 0, gapSeconds: 0, coversSeconds: 0), count: 10_001)
    let encoder = HierarchicalEncoder(weights: .identity(dimension: 1))
    for (count, hops) in [(1, 1), (2, 1), (100, 1), (101, 2), (9_999, 2), (10_000, 2), (10_001, 3)] {
      let context = encoder.encode(Array(memory.prefix(count)), kind: .video, rows: Array(0..<count), seconds: 0..<1)
      #expect(context?.level == hops, "\(count) vectors")
    }
  }

  @Test(arguments: [1, 2, 3, 4, 9, 10, 27, 28, 100])
  func `lists the video, then windows from the top down, each under its parent`(count: Int) throws {
    let memory = randomMemory(count, dimension: 4)
    let contexts = HierarchicalEncoder(memory, weights: randomWeights(dimension: 4), windowSize: 3).contexts()
    #expect(contexts[0].kind == .video && contexts[0].parent == nil && contexts[0].memory == 0..<count)
    #expect(contexts[1].kind == .window && contexts[1].parent == 0 && contexts[1].memory == 0..<count)
    #expect(contexts[0].level == contexts[1].level && contexts[0].values == contexts[1].values)
    for (index, context) in contexts.enumerated().dropFirst() {
      #expect(context.kind == .window)
      let parent = contexts[try #require(context.parent)]
      if index > 1 { #expect(parent.level == context.level + 1) }
      #expect(parent.memory.lowerBound <= context.memory.lowerBound && context.memory.upperBound <= parent.memory.upperBound)
      #expect(context.seconds.lowerBound == memory[context.memory.lowerBound].seconds)
      #expect(context.seconds.upperBound == memory[context.memory].map { $0.seconds + $0.coversSeconds }.max())
    }
    for level in 1...contexts[0].level {
      let windows = contexts.filter { $0.kind == .window && $0.level == level }
      let size = (1..<level).reduce(3) { size, _ in size * 3 }
      #expect(windows.map(\.memory) == stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) })
    }
  }

  @Test func `encodes piece by piece what it encodes at once, bit for bit`() throws {
    let memory = randomMemory(300, dimension: 8, masses: 0.5...3)
    var encoder = HierarchicalEncoder(weights: randomWeights(dimension: 8), windowSize: 4)
    for (index, vector) in memory.enumerated() {
      encoder.append(vector)
      guard [0, 3, 4, 15, 16, 17, 63, 64, 65, 255, 256, 299].contains(index) else { continue }
      let video = encoder.contexts()[0]
      let whole = try #require(
        encoder.encode(Array(memory[...index]), kind: .video, rows: Array(0..<index + 1), seconds: video.seconds))
      #expect(video == whole, "\(index + 1) vectors")
    }
  }

  @Test func `never changes a full window`() {
    let memory = randomMemory(90, dimension: 8)
    var encoder = HierarchicalEncoder(weights: randomWeights(dimension: 8), windowSize: 5)
    var leaves: [Range<Int>: ContextVector] = [:]
    var above: [Range<Int>: ContextVector] = [:]
    for vector in memory {
      encoder.append(vector)
      for context in encoder.contexts() where context.kind == .window {
        let before =
          switch (context.level, context.memory.count) {
          case (1, 5): leaves.updateValue(context, forKey: context.memory)
          case (2, 25): above.updateValue(context, forKey: context.memory)
          default: ContextVector?.none
          }
        if let before { #expect(before.values == context.values && before.attention == context.attention) }
      }
    }
    #expect(leaves.count == 18 && above.count == 3)
  }

  @Test(arguments: [nil, SlotPooling()])
  func `does its work when windows are full, as much a vector however many came before`(slots: SlotPooling?) {
    // Untrained, a window of n vectors costs n·D, and its slots what they say.
    let (dimension, size) = (2, 100)
    let memory = randomMemory(100, dimension: dimension)
    var encoder = HierarchicalEncoder(weights: .identity(dimension: dimension), slots: slots)
    let leaf = size * dimension + (slots?.multiplyAdds(for: size, dimension: dimension) ?? 0)
    for count in 1...20_000 {
      let before = encoder.multiplyAdds
      encoder.append(memory[count % 100])
      let upper = count.isMultiple(of: 10_000) ? size * dimension : 0
      #expect(encoder.multiplyAdds - before == (count.isMultiple(of: size) ? leaf + upper : 0), "\(count) vectors")
    }
    #expect(encoder.levelCount == 3)
  }

  @Test func `does no more work per full window with weights than levels allow`() {
    let dimension = 4
    let memory = randomMemory(64, dimension: dimension)
    var encoder = HierarchicalEncoder(weights: randomWeights(dimension: dimension), windowSize: 8)
    // Per level: projections of the vectors that came, the pooling, and the network of one window.
    let (heads, rank, hidden) = (2, 2, 5)
    let project = heads * (dimension + TimeFeatures.count) + dimension * rank
    let pool = 8 * (dimension + heads * rank) + rank * dimension + 2 * dimension * hidden
    for count in 1...3_000 {
      let before = encoder.multiplyAdds
      encoder.append(memory[count % 64])
      #expect(encoder.multiplyAdds - before <= encoder.levelCount * (pool + 8 * project), "\(count) vectors")
    }
  }

  @Test func `has the slots of each window, piece by piece as at once`() {
    let memory = randomMemory(47, dimension: 8, masses: 0.5...3)
    let pooling = SlotPooling(vectorsPerSlot: 3)
    var encoder = HierarchicalEncoder(weights: .identity(dimension: 8), windowSize: 10, slots: pooling)
    for (index, vector) in memory.enumerated() {
      encoder.append(vector)
      let slots = encoder.slotContexts()
      let windows = stride(from: 0, through: index, by: 10).map { $0..<min($0 + 10, index + 1) }
      let expected = windows.flatMap { rows in
        let window = pooling.pool(Matrix(stacking: memory[rows].map(\.values)), masses: memory[rows].map(\.mass))
        return (0..<window.count).map { window.vectors[row: $0] }
      }
      #expect(slots.map(\.values) == expected, "\(index + 1) vectors")
      #expect(Set(slots.map(\.window)) == Set(windows))
      for slot in slots {
        #expect(slot.attention.allSatisfy { slot.window.contains($0.row) && $0.weight > 0 })
        #expect(slot.attention.first!.weight == slot.attention.map(\.weight).max())
      }
    }
    #expect(HierarchicalEncoder(memory, weights: .identity(dimension: 8)).slotContexts().isEmpty, "none were asked for")
  }
}
