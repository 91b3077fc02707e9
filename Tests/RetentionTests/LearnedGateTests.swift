import KeepframeDecoding
import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeRetention
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `The learned gate` {
  static let untrained = GateWeights(backbone: "test", dimension: 32)

  /// The rule that the gate starts from, word for word: gains over all of the past and the samples ahead.
  private func reference(_ samples: [Sample], price: Double, lookAhead: Int) -> [Int] {
    var kept: [Int] = []
    func similarity(_ a: Int, _ b: Int) -> Float {
      a == b ? 1 : samples[max(a, b)].embedding.similarity(to: samples[min(a, b)].embedding)
    }
    func gain(_ candidate: Int, until end: Int, after rival: [Int] = []) -> Double {
      (0..<end).reduce(0) { sum, other in
        sum + Double(max(0, similarity(candidate, other) - ((kept + rival).map { similarity($0, other) }.max() ?? 0)))
      }
    }
    for index in samples.indices {
      let end = min(samples.count, index + lookAhead + 1)
      let own = gain(index, until: end)
      guard (kept.isEmpty && lookAhead > 0) || own > price + Verdict.rounding else { continue }
      let isServedBetter = (index + 1..<max(end, index + 1)).contains {
        gain($0, until: end) > own && gain(index, until: end, after: [$0]) <= price + Verdict.rounding
      }
      if !isServedBetter { kept.append(index) }
    }
    return kept.isEmpty ? [samples.count - 1] : kept
  }

  @Test(arguments: [UInt64(1), 2, 3], [0, 3, 8])
  func `starts as the rule that counts all of the past`(seed: UInt64, lookAhead: Int) {
    for samples in [Walk.shots(seed: seed, count: 8, lengths: 3..<24), Walk.wandering(seed: seed, count: 120, dimension: 32)] {
      for price in [0.3, 2, 6] {
        let gate = LearnedGate(price: price, lookAhead: lookAhead, weights: Self.untrained)
        #expect(Replay(gate, samples).kept == reference(samples, price: price, lookAhead: lookAhead), "price \(price)")
      }
    }
  }

  @Test(arguments: [0, 8]) func `remembers something shown too briefly until it comes back`(lookAhead: Int) {
    // A view of six samples that comes back each time for too short to be worth the price, among one that stays.
    var dice = Dice(seed: 3)
    let (here, there) = (dice.vector(32), dice.vector(32))
    let samples = Walk.samples((0..<120).map { $0 % 30 < 6 ? there : here })
    let learned = Replay(LearnedGate(price: 8, lookAhead: lookAhead, weights: Self.untrained), samples)
    #expect(learned.kept.contains { $0 % 30 < 6 })
    #expect(!Replay(LiveGate(price: 8), samples).kept.contains { $0 % 30 < 6 }, "a rule that forgets at a cut never keeps it")
  }

  @Test func `gives no slot to a blank frame, whatever it would gain`() {
    let looks = FrameQuality(meanLuma: 120, lumaDeviation: 40, sharpness: 8, motion: 1)
    let blank = FrameQuality(meanLuma: 16, lumaDeviation: 0.5, sharpness: 0, motion: 0)
    let samples = Walk.shots(seed: 5, count: 6, lengths: 12..<13).map { sample in
      let isBlank = 24..<36 ~= sample.ordinal
      return Sample(
        ordinal: sample.ordinal, seconds: sample.seconds, embedding: sample.embedding, quality: isBlank ? blank : looks)
    }
    for lookAhead in [0, 8] {
      let replay = Replay(LearnedGate(price: 2, lookAhead: lookAhead, weights: Self.untrained), samples)
      #expect(!replay.kept.contains { 24..<36 ~= $0 })
      #expect(replay.decisions.contains { $0.reason == .blank })
      let unseen = Replay(LearnedGate(price: 2, lookAhead: lookAhead, weights: Self.untrained), samples.map(\.withoutQuality))
      #expect(unseen.kept.contains { 24..<36 ~= $0 }, "without looks, nothing is refused for them")
    }
    let dark = samples.map { Sample(ordinal: $0.ordinal, seconds: $0.seconds, embedding: $0.embedding, quality: blank) }
    #expect(
      Replay(LearnedGate(price: 2, lookAhead: 8, weights: Self.untrained), dark).kept.count == 1, "no video without a frame")
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
    let replay = Replay(LearnedGate(price: 1, lookAhead: 8, weights: weights), samples)
    #expect(replay.kept == [samples.count - 1])
    #expect(replay.decisions.contains { $0.reason == .unclear })
  }

  @Test func `asks more than the price of what may be a transition, where the price is low`() {
    func kept(logOdds: Float, price: Double) -> [Decision] {
      var weights = Self.untrained
      var parameters = weights.aheadClarity.parameters
      parameters[parameters.count - 1] = logOdds
      weights.aheadClarity = GateNetwork(
        inputs: weights.aheadClarity.inputCount, hidden: weights.aheadClarity.hiddenCount, outputs: 1, parameters: parameters)
      let looks = FrameQuality(meanLuma: 120, lumaDeviation: 40, sharpness: 8, motion: 1)
      let samples = Walk.wandering(seed: 5, count: 200, dimension: 32).map {
        Sample(ordinal: $0.ordinal, seconds: $0.seconds, embedding: $0.embedding, quality: looks)
      }
      return Replay(LearnedGate(price: price, lookAhead: 8, weights: weights), samples).decisions.filter(\.keeps)
    }
    let least = 0.3679  // the root of exp(-2)
    let unclear = kept(logOdds: -2, price: 0.05)
    #expect(unclear.count > 3 && unclear.dropFirst().dropLast().allSatisfy { $0.score >= least })
    #expect(kept(logOdds: 0, price: 0.05).contains { $0.reason != .first && $0.score < least }, "nothing was learned")
    #expect(kept(logOdds: -2, price: 1).map(\.ordinal) == kept(logOdds: 0, price: 1).map(\.ordinal), "the price is higher")
  }

  @Test func `its value moves decisions: above 0 sooner, below 0 later`() {
    func gate(bias: Float) -> LearnedGate {
      var weights = Self.untrained
      var parameters = weights.live.parameters
      parameters[parameters.count - 2] = bias
      weights.live = GateNetwork(
        inputs: weights.live.inputCount, hidden: weights.live.hiddenCount, outputs: 2, parameters: parameters)
      return LearnedGate(price: 3, lookAhead: 0, weights: weights)
    }
    let samples = Walk.wandering(seed: 2, count: 200, dimension: 32)
    let counts = [-1, 0, 1].map { Replay(gate(bias: $0), samples).kept.count }
    #expect(counts[0] < counts[1] && counts[1] < counts[2], "\(counts)")
    #expect(Replay(gate(bias: 1), samples).kept[0] < Replay(gate(bias: -1), samples).kept[0])
  }

  @Test(arguments: [6, 10])
  func `covers more than the coverage gate with as many frames, before any training`(budget: Int) {
    var (learned, coverage) = (0.0, 0.0)
    for seed in UInt64(1)...6 {
      let samples = Walk.shots(seed: seed, count: 40, lengths: 2..<14)
      let price = price(keeping: budget, in: 0...64) {
        Replay(LearnedGate(price: $0, lookAhead: 8, weights: Self.untrained), samples).kept.count
      }
      let replay = Replay(LearnedGate(price: price, lookAhead: 8, weights: Self.untrained), samples)
      learned += replay.coverage(of: samples) / 6
      coverage += Replay(.coverage, samples, budget: replay.kept.count).coverage(of: samples) / 6
    }
    #expect(learned > coverage + 0.002, "\(learned) against \(coverage)")
  }
}

extension Sample {
  fileprivate var withoutQuality: Sample { Sample(ordinal: ordinal, seconds: seconds, embedding: embedding) }
}
