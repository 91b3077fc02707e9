import KeepframeAutograd
import Testing

@Suite struct `The AdamW optimizer` {
  @Test func `decays weights, not biases and gains`() {
    for name in ["leaf.bias", "lstm.bias_ih", "norm.gain", "hidden_bias", "b", "b1", "B2"] {
      #expect(AdamW<Float>.isBiasOrGain(name), "\(name)")
    }
    for name in ["w1", "lstm.weight_hh", "bias.weight", "block", "b1.w", "query"] {
      #expect(!AdamW<Float>.isBiasOrGain(name), "\(name)")
    }
    var parameters = Parameters<Double>()
    for name in ["w", "bias"] { parameters[name] = Values(4) }
    var optimizer = AdamW<Double>(weightDecay: 0.5)
    optimizer.update(&parameters, by: parameters.zeros(), rate: 0.1)
    #expect(abs(parameters["w"].values[0] - 4 * 0.95) < 1e-12 && parameters["bias"].values == [4])
  }

  @Test func `gives a group its own rate and decay, the first that fits`() {
    var parameters = Parameters<Double>()
    for name in ["front.w", "head.w"] { parameters[name] = Values(1) }
    let frozen = AdamW<Double>.Group(weightDecay: 0, rateFactor: 0) { $0.hasPrefix("front.") }
    var optimizer = AdamW<Double>(weightDecay: 0, groups: [frozen, .init(weightDecay: 9) { $0.hasPrefix("front.") }])
    let gradients = parameters
    for _ in 0..<3 { optimizer.update(&parameters, by: gradients, rate: 0.1) }
    #expect(parameters["front.w"].values == [1])
    #expect(abs(parameters["head.w"].values[0] - 0.7) < 1e-6, "an even gradient moves it by the rate each step")
  }

  @Test func `leaves alone what has no gradient`() {
    var parameters = Parameters<Float>()
    for name in ["used", "unused"] { parameters[name] = Values(1) }
    var gradients = Parameters<Float>()
    gradients["used"] = Values(1)
    var optimizer = AdamW<Float>()
    optimizer.update(&parameters, by: gradients, rate: 0.1)
    #expect(parameters["unused"].values == [1] && parameters["used"].values[0] < 1)
    #expect(optimizer.moments.first.names == ["used"])
  }
}

@Suite struct `Clipping` {
  @Test func `scales all gradients by one factor, and only if they are too long`() {
    var gradients = Parameters<Float>()
    gradients["a"] = Values(row: [3, 0])
    gradients["b"] = Values(row: [4])
    let before = gradients
    #expect(gradients.clip(toNorm: 5) == 5)
    #expect(gradients == before)
    #expect(gradients.clip(toNorm: 2.5) == 5)
    #expect(gradients["a"].values == [1.5, 0] && gradients["b"].values == [2])
  }

  @Test func `says that a gradient is not finite, and does not overflow on large ones`() {
    var gradients = Parameters<Float>()
    gradients["a"] = Values(row: Array(repeating: 3e38, count: 9))
    #expect(gradients.clip(toNorm: 1).isFinite)
    #expect(gradients["a"].values.allSatisfy { abs($0 - 1 / 3) < 1e-6 })
    gradients["b"] = Values(.nan)
    #expect(gradients.clip(toNorm: 1).isNaN)
  }
}

@Suite struct `A schedule` {
  @Test func `warms up to the peak, then falls to the floor as half a cosine`() {
    let schedule = Schedule(peak: 1, floor: 0.1, warmUpSteps: 4, totalSteps: 12)
    let expected = [
      0.25, 0.5, 0.75, 1, 1, 0.1 + 0.9 * 0.9619397662556434, 0.1 + 0.9 * 0.8535533905932737, 0.1 + 0.9 * 0.6913417161825449, 0.55,
      0.1 + 0.9 * 0.3086582838174551, 0.1 + 0.9 * 0.14644660940672627, 0.1 + 0.9 * 0.03806023374435663, 0.1, 0.1,
    ]
    for (step, rate) in expected.enumerated() { #expect(abs(schedule.rate(at: step) - rate) < 1e-12, "step \(step)") }
  }

  @Test func `may be a constant`() {
    #expect(Set([0, 1, 1_000_000].map { Schedule.constant(0.3).rate(at: $0) }) == [0.3])
  }

  @Test func `without a warm-up begins at the peak`() {
    #expect(Schedule(peak: 2, totalSteps: 10).rate(at: 0) == 2)
    #expect(Schedule(peak: 2, totalSteps: 10).rate(at: 10) == 0)
  }
}
