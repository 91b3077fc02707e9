internal import Glibc
internal import KeepframeDecoding

/// Keeps a sample if what it adds to everything not yet covered, weighed by a learned judgement of the moment, is worth its price.
///
/// Score: `gain * exp(value)`. The gain is that of ``Outlook/gain(ofStoring:)`` over all of the past that is not yet covered, not over
/// a window, and over what the gate sees ahead. `value` is what a small network makes of ``GateFeatures``: above 0 store sooner, below 0 a
/// better frame of this shot is likely still to come: storing is a stopping decision. `patience`, its second output, says how much better
/// a frame already seen ahead must be to be waited for. Both start at 0, where the gate is the best rule that learns nothing, and
/// are trained by what the gate is for: the coverage reached at each retention (`GateTrainer`).
///
/// Features are relative to the price, so one network serves every price. Blank frames and what looks like the middle of a transition get
/// no slot, whatever they would gain; what looks a little like one must gain more than the price.
package struct LearnedGate: Gate {
  package static let name = "learned"
  package let price: Double
  package let lookAhead: Int
  package var reach: Reach { Reach(samples: Self.lookBack, forgets: .bestCovered) }

  /// Samples of the past that are remembered as not yet covered: the worst covered of all, beside the last 32.
  package static let lookBack = 512

  private let judgement: GateNetwork
  private let clarity: GateNetwork
  private var history = GateHistory()

  /// - Parameters:
  ///   - price: in summed cosine, as the coverage gate's.
  ///   - lookAhead: samples seen beyond the one judged; 0 is strictly live.
  package init(price: Double, lookAhead: Int, weights: GateWeights) {
    self.price = price
    self.lookAhead = lookAhead
    (judgement, clarity) = lookAhead == 0 ? (weights.live, weights.liveClarity) : (weights.ahead, weights.aheadClarity)
  }

  package mutating func judge(_ outlook: Outlook) -> Verdict {
    let gain = outlook.gain()
    history.advance(outlook)
    let features = GateFeatures(outlook, history, gain: gain, price: price, looksAhead: lookAhead > 0)
    let output = judgement(features.values)
    history.note(gain: gain)
    let score = gain * Double(expf(min(max(output[0], -3), 3)))
    let isFirst = outlook.nearest == nil
    let isForced = isFirst && lookAhead > 0
    guard isForced || score > price + Verdict.rounding else { return Verdict(keeps: false, score: score, reason: .known) }
    if outlook.candidate.quality?.isBlank == true { return Verdict(keeps: false, score: score, reason: .blank) }
    if let clarityFeatures = ClarityFeatures(outlook) {
      let odds = clarity(clarityFeatures.values)[0]
      guard odds <= 0, isForced || score >= leastScore(logOdds: odds) else {
        return Verdict(keeps: false, score: score, reason: .unclear)
      }
    }
    let patience = Double(expf(min(max(output[1], -1), 1)))
    guard !outlook.isServedBetterAhead(gain: gain, price: price, patience: patience) else {
      return Verdict(keeps: false, score: score, reason: .betterAhead)
    }
    history.noteStored(outlook)
    return Verdict(keeps: true, score: score, reason: isFirst ? .first : .worthItsPrice)
  }
}

/// What a sample must score at least, whatever the price, if it is in the middle of a transition with such log odds: their root.
///
/// Clear frames are soon covered; at a low price, much of what is still worth it is in transitions. Exactly even odds are those of a
/// network that learned nothing, and ask for nothing.
private func leastScore(logOdds: Float) -> Double { logOdds == 0 ? 0 : Double(expf(logOdds / 2)) }

/// A network of one hidden layer: `output · silu(hidden · x + hiddenBias) + outputBias`.
package struct GateNetwork: Hashable, Sendable {
  /// F inputs, H hidden, O outputs.
  package let inputCount: Int
  package let hiddenCount: Int
  package let outputCount: Int
  /// `[H, F]`, `[H]`, `[O, H]`, `[O]`, one after the other.
  package let parameters: [Float]

  /// - Parameter parameters: ``parameterCount(inputs:hidden:outputs:)`` values.
  package init(inputs: Int, hidden: Int, outputs: Int, parameters: [Float]) {
    let expected = Self.parameterCount(inputs: inputs, hidden: hidden, outputs: outputs)
    precondition(parameters.count == expected, "expected \(expected) parameters, got \(parameters.count)")
    (inputCount, hiddenCount, outputCount) = (inputs, hidden, outputs)
    self.parameters = parameters
  }

  /// All zeros: whatever comes in, 0 comes out.
  package init(inputs: Int, hidden: Int, outputs: Int) {
    self.init(
      inputs: inputs, hidden: hidden, outputs: outputs,
      parameters: [Float](repeating: 0, count: Self.parameterCount(inputs: inputs, hidden: hidden, outputs: outputs)))
  }

  package static func parameterCount(inputs: Int, hidden: Int, outputs: Int) -> Int {
    hidden * inputs + hidden + outputs * hidden + outputs
  }

  /// - Parameter input: `[F]`
  /// - Returns: `[O]`
  package func callAsFunction(_ input: [Float]) -> [Float] {
    precondition(input.count == inputCount, "expected \(inputCount) inputs, got \(input.count)")
    let hiddenBias = hiddenCount * inputCount
    let output = hiddenBias + hiddenCount
    let outputBias = output + outputCount * hiddenCount
    return parameters.withUnsafeBufferPointer { parameters in
      var result = (0..<outputCount).map { parameters[outputBias + $0] }
      for unit in 0..<hiddenCount {
        var sum = parameters[hiddenBias + unit]
        for index in 0..<inputCount { sum += parameters[unit * inputCount + index] * input[index] }
        let active = sum / (1 + expf(-sum))
        for index in 0..<outputCount { result[index] += parameters[output + index * hiddenCount + unit] * active }
      }
      return result
    }
  }
}
