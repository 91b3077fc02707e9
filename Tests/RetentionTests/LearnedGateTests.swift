import Glibc
import KeepframeDecoding
import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeRetention
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The learned gate` {
  static let untrained = GateWeights(backbone: "test", dimension: 32)

  /// The rule, word for word, for samples a quarter second apart: gains over all of the past, which
  /// fades, and what is seen ahead.
  private func reference(_ samples: [Sample], price: Double, lookAhead: Double) -> [Int] {
    let fading = 100.0
    var kept: [Int] = []
    let similarities = samples.indices.map { a in
      samples.indices.map { b -> Double in
        if a == b { return 1 }
        return Double(samples[max(a, b)].embedding.similarity(to: samples[min(a, b)].embedding))
      }
    }
    func gain(_ candidate: Int, until end: Int, after rival: [Int] = []) -> Double {
      (0..<end).reduce(0) { sum, other in
        func left(_ time: Int) -> Double { exp(-Double(end - time) / 4 / fading) }
        let seconds = fading * (left(other + 1) - left(other))
        let best = kept.map { similarities[$0][other] }.max() ?? 0
        return sum + seconds * max(0, similarities[candidate][other] - rival.reduce(best) { max($0, similarities[$1][other]) })
      }
    }
    for index in samples.indices {
      let end = min(samples.count, index + Int(lookAhead * 4) + 1)
      let own = gain(index, until: end)
      guard (kept.isEmpty && lookAhead > 0) || own > price + Verdict.rounding else { continue }
      let isServedBetter = (index + 1..<max(end, index + 1)).contains {
        gain($0, until: end) > own + Verdict.rounding && gain(index, until: end, after: [$0]) <= price + Verdict.rounding
      }
      if !isServedBetter { kept.append(index) }
    }
    return kept.isEmpty ? [samples.count - 1] : kept
  }

  @Test(arguments: [UInt64(1), 2, 3], [0, 0.75, 2])
  func `decides like its definition, where nothing was learned`(seed: UInt64, lookAhead: Double) {
    for samples in [Walk.shots(seed: seed, count: 8, lengths: 3..<24), Walk.wandering(seed: seed, count: 100, dimension: 32)] {
      for price in [0.07, 0.5, 1.5] {
        let gate = LearnedGate(price: price, lookAhead: lookAhead, weights: Self.untrained)
        #expect(Replay(gate, samples).kept == reference(samples, price: price, lookAhead: lookAhead), "price \(price)")
      }
    }
  }

  @Test(arguments: [0, 2.0]) func `remembers something shown too briefly until it comes back, for a while`(lookAhead: Double) {
    // A view of a second and a half among one that stays, back every so many seconds, each time for
    // too short to be worth the price.
    func keeps(every seconds: Int) -> Bool {
      var dice = Dice(seed: 3)
      let (here, there) = (dice.vector(32), dice.vector(32))
      let samples = Walk.samples((0..<seconds * 16).map { $0 % (seconds * 4) >= (seconds - 1) * 4 - 2 ? there : here })
      return Replay(LearnedGate(price: 1.8, lookAhead: lookAhead, weights: Self.untrained), samples).kept.contains {
        samples[$0].embedding == samples[samples.count - 1].embedding
      }
    }
    #expect(keeps(every: 6))
    #expect(!keeps(every: 400), "what was missed long ago counts no more")
  }

  @Test func `forgets what has least left to gain, and stays as large as it is`() {
    // The first picture is on display for four seconds, each of six hundred others for a hundredth;
    // then the first again.
    var dice = Dice(seed: 9)
    let vectors = (0..<601).map { _ in dice.vector(48) }
    let samples = Walk.samples(vectors + [vectors[0]]).map {
      Sample(ordinal: $0.ordinal, seconds: $0.ordinal == 0 ? 0 : 4 + Double($0.ordinal) / 100, embedding: $0.embedding)
    }
    let last = Replay(LearnedGate(price: 100, lookAhead: 0, weights: Self.untrained), samples, end: 10.04).decisions.last!
    #expect(last.score > 3, "the four seconds are not forgotten: \(last.score)")
  }

  @Test(arguments: [0, 2.0]) func `leans towards what matters, and is not blind for the rest`(lookAhead: Double) {
    // Sixteen shots in directions of their own; the even ones lie on the side that matters.
    let shots = (0..<16).map { shot in (0..<32).map { $0 / 2 == shot ? Float(1) : 0 } }
    let samples = Walk.samples(shots.flatMap { shot in (0..<8).map { _ in shot } })
    func kept(_ worth: Worth?, price: Double) -> [Int] {
      var weights = Self.untrained
      weights.worth = worth
      return Replay(LearnedGate(price: price, lookAhead: lookAhead, weights: weights), samples).kept.map { $0 / 8 }
    }
    let worth = Worth(weight: (0..<32).map { $0 / 2 % 2 == 0 ? 20 : -20 }, bias: 0, floor: 0.25)
    #expect(kept(nil, price: 1).count == 16)
    #expect(kept(worth, price: 1) == Array(stride(from: 0, to: 16, by: 2)))
    #expect(kept(worth, price: 0.3).count == 16, "at a quarter of the price the rest is kept too")
  }

  @Test func `gives no slot to a blank frame, whatever it would gain`() {
    let looks = FrameQuality(meanLuma: 120, lumaDeviation: 40, sharpness: 8, motion: 1)
    let blank = FrameQuality(meanLuma: 16, lumaDeviation: 0.5, sharpness: 0, motion: 0)
    let samples = Walk.shots(seed: 5, count: 6, lengths: 12..<13).map { sample in
      let isBlank = 24..<36 ~= sample.ordinal
      return Sample(
        ordinal: sample.ordinal, seconds: sample.seconds, embedding: sample.embedding, quality: isBlank ? blank : looks)
    }
    for lookAhead in [0, 2.0] {
      let replay = Replay(LearnedGate(price: 0.5, lookAhead: lookAhead, weights: Self.untrained), samples)
      #expect(!replay.kept.contains { 24..<36 ~= $0 })
      #expect(replay.decisions.contains { $0.reason == .blank })
      let unseen = Replay(LearnedGate(price: 0.5, lookAhead: lookAhead, weights: Self.untrained), samples.map(\.withoutQuality))
      #expect(unseen.kept.contains { 24..<36 ~= $0 }, "without looks, nothing is refused for them")
    }
    let dark = samples.map { Sample(ordinal: $0.ordinal, seconds: $0.seconds, embedding: $0.embedding, quality: blank) }
    #expect(
      Replay(LearnedGate(price: 0.5, lookAhead: 2, weights: Self.untrained), dark).kept.count == 1, "no video without a frame")
  }

  @Test func `refuses what its clarity network takes for a transition, and says so`() {
    var weights = Self.untrained
    var parameters = weights.aheadClarity.parameters
    parameters[parameters.count - 1] = 1  // the output's bias: everything is unclear
    weights.aheadClarity = GateNetwork(
      inputs: weights.aheadClarity.inputCount, hidden: weights.aheadClarity.hiddenCount, outputs: 1, parameters: parameters)
    let looks = FrameQuality(meanLuma: 120, lumaDeviation: 40, sharpness: 8, motion: 1)
    let samples = Walk.shots(seed: 5, count: 4).map {
      Sample(ordinal: $0.ordinal, seconds: $0.seconds, embedding: $0.embedding, quality: looks)
    }
    let replay = Replay(LearnedGate(price: 0.25, lookAhead: 2, weights: weights), samples)
    #expect(replay.kept == [samples.count - 1])
    #expect(replay.decisions.contains { $0.reason == .unclear })
  }
}

extension Sample {
  fileprivate var withoutQuality: Sample { Sample(ordinal: ordinal, seconds: seconds, embedding: embedding) }
}
