import KeepframeContext
import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `What is remembered of order` {
  /// Shots of one of three things, so many vectors each.
  private func memory(_ shots: [(thing: Int, count: Int)]) -> [MemoryVector] {
    shots.flatMap { shot in Array(repeating: shot.thing, count: shot.count) }.enumerated().map { index, thing in
      MemoryVector(values: (0..<3).map { $0 == thing ? 1 : 0 }, seconds: Double(index), coversSeconds: 1)
    }
  }

  /// Both maps leave vectors as they are, so what is remembered is which thing followed which.
  private var weights: EncoderWeights {
    let identity = Matrix(stacking: (0..<3).map { row in (0..<3).map { $0 == row ? 1 : 0 } })
    let map = Projection(weight: identity, bias: [0, 0, 0])
    return EncoderWeights(all: identity, order: OrderHead(before: map, itself: map, shotSimilarity: 0.5))
  }

  /// `[3, 3]`, before and after: the context's part of order.
  private func order(_ shots: [(thing: Int, count: Int)], windowSize: Int = 100) -> [Float] {
    Array(HierarchicalEncoder(memory(shots), weights: weights, windowSize: windowSize).contexts()[0].values.dropFirst(3))
  }

  @Test func `is how often what followed what, each shot counted once, by how often either comes`() {
    // 0 then 1, 1 then 0, 0 then 1, 1 then 2: 0 and 1 come twice before another, 0 and 2 once
    // after, 1 twice.
    let (counts, before, after): ([Float], [Float], [Float]) = ([0, 2, 0, 1, 0, 1, 0, 0, 0], [2, 2, 0], [1, 2, 1])
    let ridge = 0.3 * 4 / Float(3)  // of a mean of 4 / 3
    let white = (0..<9).map { counts[$0] / ((before[$0 / 3] + ridge) * (after[$0 % 3] + ridge)).squareRoot() }
    let expected = normalized(white)!.map { $0 * Float(0.4).squareRoot() }
    for lengths in [[1, 1, 1, 1, 1], [4, 1, 7, 2, 9]] {
      let shots = zip([0, 1, 0, 1, 2], lengths).map { (thing: $0, count: $1) }
      #expect(distance(order(shots), expected) < 1e-6, "\(lengths)")
    }
  }

  @Test(arguments: [2, 3, 4, 5, 7]) func `is the same wherever windows end`(windowSize: Int) {
    let shots = zip([0, 1, 0, 2, 1, 2, 0], [3, 1, 2, 5, 1, 1, 4]).map { (thing: $0, count: $1) }
    #expect(distance(order(shots, windowSize: windowSize), order(shots)) < 1e-6)
  }

  @Test func `tells a memory from its reverse, which what is shown does not`() {
    let shots = zip([0, 1, 2, 0], [2, 2, 3, 2]).map { (thing: $0, count: $1) }
    let (there, back) = (order(shots), order(shots.reversed()))
    #expect(distance(there, back) > 0.2)
    let transposed = (0..<9).map { back[$0 % 3 * 3 + $0 / 3] }
    #expect(distance(there, transposed) < 1e-6)
    func shown(_ shots: [(thing: Int, count: Int)]) -> ArraySlice<Float> {
      HierarchicalEncoder(memory(shots), weights: weights).contexts()[0].values.prefix(3)
    }
    #expect(distance(Array(shown(shots)), Array(shown(shots.reversed()))) < 1e-6)
  }

  @Test func `is nothing in one shot, whose context is what is shown`() {
    let context = HierarchicalEncoder(memory([(thing: 1, count: 5)]), weights: weights).contexts()[0]
    #expect(distance(context.values, [0, 1, 0] + Array(repeating: 0, count: 9)) < 1e-6)
  }

  @Test func `is what frames of all shots but the first are attended to for`() {
    let context = HierarchicalEncoder(memory([(thing: 0, count: 2), (thing: 1, count: 3)]), weights: weights).contexts()[0]
    let attended = context.attention.sorted { $0.row < $1.row }
    #expect(attended.map(\.row) == Array(0..<5))
    for (attended, expected) in zip(attended, [0, 0, 0.4 / 3, 0.4 / 3, 0.4 / 3] as [Float]) {
      #expect(abs(attended.followed - expected) < 1e-6 && attended.shown > 0)
    }
  }

  @Test func `is told in fewer numbers by the first keys and values alone`() {
    // Of three things, the third is neither key nor value of a part, nor an axis of the whole.
    let identity = Matrix(stacking: (0..<3).map { row in (0..<3).map { $0 == row ? 1 : 0 } })
    let map = Projection(weight: identity, bias: [0, 0, 0])
    let weights = EncoderWeights(
      axes: identity, order: OrderHead(before: map, itself: map, shotSimilarity: 0.5),
      whole: ContextMakeup(axes: 1, keys: 2, values: 3, orderShare: 0.5),
      part: ContextMakeup(axes: 3, keys: 2, values: 2, orderShare: 0.2))
    let shots = memory(zip([2, 0, 1, 2], [1, 1, 1, 1]).map { (thing: $0, count: $1) })
    let contexts = HierarchicalEncoder(shots, weights: weights, parts: 2).contexts()
    #expect(contexts.map(\.kind) == [.video, .window, .part, .part] && contexts.allSatisfy { $0.values.count == 7 })
    // 0 then 1 and 1 then 2, each key once and each value once; 2 then 0 has no key.
    let order = contexts[0].values.dropFirst()
    #expect(order.indices.filter { order[$0] > 0.1 }.map { $0 - 1 } == [1, 5], "\(Array(order))")
    #expect(abs(order.reduce(0) { $0 + $1 * $1 } - 0.5) < 1e-5)
    // The second part is 1 and 2: 0 then 1 begins there, 1 then 2 has no value.
    let part = contexts[3].values.dropFirst(3)
    #expect(part.indices.filter { abs(part[$0]) > 0.1 }.map { $0 - 3 } == [1], "\(Array(part))")
  }

  @Test func `with weights of zero is nothing`() {
    let zero = Projection(weight: Matrix(rows: 3, columns: 3), bias: [0, 0, 0])
    let blind = EncoderWeights(all: weights.axes!, order: OrderHead(before: zero, itself: zero, shotSimilarity: 0.5))
    let shots = zip([0, 1, 2, 0], [2, 2, 3, 2]).map { (thing: $0, count: $1) }
    let context = HierarchicalEncoder(memory(shots), weights: blind).contexts()[0].values
    #expect(context.dropFirst(3).allSatisfy { $0 == 0 })
    #expect(context == HierarchicalEncoder(memory(shots.reversed()), weights: blind).contexts()[0].values)
  }
}
