import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeRetention
import Testing

/// What holds for every gate, at any price, on any video.
@Suite struct `Every gate` {
  @Test(arguments: PricedGate.all)
  func `keeps at least one frame of a video that has any`(priced: PricedGate) {
    for count in [1, 2, 7, 8, 9, 10, 60] {
      let replay = Replay(priced.gate, Walk.wandering(seed: UInt64(count), count: count))
      #expect(replay.memory.count >= 1, "\(count) samples")
    }
    #expect(Replay(priced.gate, []).decisions.isEmpty)
  }

  @Test(arguments: PricedGate.all, [UInt64(1), 2, 3])
  func `decides about each sample once, in order, and no later than it looks ahead`(priced: PricedGate, seed: UInt64) {
    let samples = Walk.shots(seed: seed, count: 6)
    var retainer = Retainer(gate: priced.gate, dimension: samples[0].embedding.dimension)
    var ordinals: [Int] = []
    for sample in samples {
      let decisions = retainer.push(sample)
      ordinals += decisions.map(\.ordinal)
      // Decided is what was on display until the look-ahead before now.
      #expect(ordinals.count == samples.count { $0.seconds + 0.25 + priced.gate.lookAhead <= sample.seconds })
    }
    var decisions: [Decision] = []
    retainer.finish(&decisions, end: samples.last!.seconds + 0.25)
    #expect(ordinals + decisions.map(\.ordinal) == Array(samples.indices))
  }

  @Test(arguments: PricedGate.all, [UInt64(1), 2, 3])
  func `remembers exactly what it says it keeps`(priced: PricedGate, seed: UInt64) {
    let samples = Walk.shots(seed: seed, count: 6)
    let replay = Replay(priced.gate, samples)
    #expect(replay.memory.ordinals == replay.kept)
    for (row, ordinal) in replay.kept.enumerated() { #expect(replay.memory.row(row) == samples[ordinal].embedding.values) }
    for decision in replay.decisions {
      #expect(decision.keeps == [.first, .worthItsPrice, .scheduled].contains(decision.reason))
      #expect(decision.price == priced.gate.price && decision.score.isFinite)
      #expect(decision.nearest.map { $0.row < replay.memory.count } ?? true)
    }
  }

  @Test(arguments: [GateKind.learned, .coverage, .live, .threshold, .thresholdMemory], [UInt64(1), 2, 3, 4, 5])
  func `keeps a picture that does not change once, at any price`(kind: GateKind, seed: UInt64) throws {
    let still = Walk.samples(Array(repeating: Walk.wandering(seed: seed, count: 1)[0].embedding.values, count: 50))
    for price in [kind.priceRange.lowerBound, kind.defaultPrice / 100, kind.defaultPrice, kind.priceRange.upperBound] {
      let replay = Replay(kind.makeGate(price: price, lookAhead: 2), still)
      #expect(replay.kept.count == 1, "price \(price)")
    }
  }

  @Test(arguments: [GateKind.learned, .coverage, .thresholdMemory], [UInt64(1), 2, 3, 4, 5])
  func `with a memory never keeps a frame that it has kept before`(kind: GateKind, seed: UInt64) {
    var dice = Dice(seed: seed)
    let pictures = Walk.wandering(seed: seed, count: 6, step: 4).map(\.embedding.values)
    let samples = Walk.samples((0..<200).map { _ in pictures[dice.below(pictures.count)] })
    for price in [kind.defaultPrice / 100, kind.defaultPrice / 4] {
      let kept = Replay(kind.makeGate(price: price, lookAhead: 2), samples).kept.map { samples[$0].embedding }
      #expect(Set(kept).count == kept.count, "price \(price)")
    }
  }

  @Test(arguments: [GateKind.coverage, .threshold, .thresholdMemory, .uniform], Array(UInt64(1)...8))
  func `keeps no more at a higher price, but for chance`(kind: GateKind, seed: UInt64) {
    let samples = Walk.wandering(seed: seed, count: 200)
    let top = kind == .uniform ? 16.0 : kind.priceRange.upperBound
    let bottom = kind == .uniform ? 0.25 : top / 256
    let prices = (0...10).map { bottom * Double.power(top / bottom, Double($0) / 10) }
    let counts = prices.map { Replay(kind.makeGate(price: $0, lookAhead: 2), samples).kept.count }
    // Gates decide in sequence: a frame kept early at one price may make two others unnecessary, or
    // necessary. That moves the count by a few of a hundred, never back up by more.
    for (lower, higher) in zip(counts, counts.dropFirst()) {
      #expect(Double(higher) <= Double(lower) * 1.1 + 1, "counts \(counts) at prices \(prices)")
    }
    #expect(counts.first! > counts.last!)
  }
}

extension Double {
  /// `base` to the power of `exponent`, by halving: exact enough for a grid of prices.
  static func power(_ base: Double, _ exponent: Double) -> Double {
    var (result, root, rest) = (1.0, base, exponent)
    for _ in 0..<40 {
      if rest >= 1 {
        result *= root
        rest -= 1
      }
      root = root.squareRoot()
      rest *= 2
    }
    return result
  }
}
