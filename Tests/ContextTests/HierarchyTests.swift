import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `The hierarchy` {
  @Test func `needs ceil(log100 N) hops`() {
    // Vectors of 1 dimension: this is about the windows.
    let memory = Array(repeating: MemoryVector(values: [1], seconds: 0, coversSeconds: 0), count: 10_001)
    let encoder = HierarchicalEncoder(weights: EncoderWeights(dimension: 1))
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

  @Test(arguments: [1, 2, 4]) func `encodes piece by piece what it encodes at once, bit for bit`(parts: Int) throws {
    let memory = randomMemory(300, dimension: 8, masses: 0.5...3)
    var encoder = HierarchicalEncoder(weights: randomWeights(dimension: 8), windowSize: 4, parts: parts)
    for (index, vector) in memory.enumerated() {
      encoder.append(vector)
      guard [0, 3, 4, 15, 16, 17, 63, 64, 65, 255, 256, 299].contains(index) else { continue }
      #expect(
        encoder.contexts()
          == HierarchicalEncoder(memory[...index], weights: randomWeights(dimension: 8), windowSize: 4, parts: parts).contexts())
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

  @Test(arguments: [1, 4]) func `does its work when windows are full, as much a vector however many came before`(parts: Int) {
    let (dimension, size) = (2, 100)
    let memory = randomMemory(100, dimension: dimension)
    var encoder = HierarchicalEncoder(weights: EncoderWeights(dimension: dimension), parts: parts)
    var leaf = 0
    for count in 1...20_000 {
      let before = encoder.multiplyAdds
      encoder.append(memory[count % 100])
      let work = encoder.multiplyAdds - before
      if count == size { leaf = work }
      switch count {
      case _ where count.isMultiple(of: 10_000): #expect(work > leaf, "\(count) vectors")
      case _ where count.isMultiple(of: size): #expect(work == leaf && work > 0, "\(count) vectors")
      default: #expect(work == 0, "\(count) vectors")
      }
    }
    #expect(encoder.levelCount == 3)
  }
}
