internal import Glibc
internal import KeepframeAutograd
internal import KeepframeFootage
internal import KeepframeNumerics

/// Climbs a score that has no gradient, such as what a sequence of yes-or-no decisions comes to in the end.
///
/// Each round tries the parameters a random step ahead and the same step back, and moves along the steps by how much better ahead was than
/// back: the gradient of the score smoothed by noise of `deviation`, to first order. Antithetic evolution strategies with Adam, after
/// Salimans et al. 2017, section 2; arXiv:1703.03864. Rank or scale of the score do not matter.
package struct PolicySearch: Sendable {
  package var rounds: Int
  /// Pairs of steps tried in each round.
  package var pairs = 8
  package var deviation = 0.1
  /// Of the first round; falls to a twentieth of it along a cosine.
  package var rate = 0.03
  package var threads = 2

  package init(rounds: Int) { self.rounds = rounds }

  /// - Parameters:
  ///   - start: `[P]`
  ///   - score: of parameters in a round; the higher the better. Called from several threads; what it draws must depend on the round alone.
  ///   - afterRound: gets the parameters after each round; an error that it throws ends the search.
  /// - Returns: `[P]`
  package func climb(
    from start: [Float], seed: UInt64, score: @Sendable (_ parameters: [Float], _ round: Int) throws -> Double,
    afterRound: (_ round: Int, _ parameters: [Float]) throws -> Void
  ) throws -> [Float] {
    var parameters = Parameters<Float>()
    parameters["policy"] = Values(row: start)
    var optimizer = AdamW<Float>(weightDecay: 0, betas: (0.9, 0.99))
    let schedule = Schedule(peak: rate, floor: rate / 20, totalSteps: rounds)
    var random = SeededGenerator(seed: seed, name: "policy search")
    for round in 0..<rounds {
      let steps = (0..<pairs).map { _ in start.map { _ in random.gaussian() } }
      let now = parameters["policy"].values
      let scores = try inParallel(2 * pairs, threads: threads) { index in
        let sign: Float = index.isMultiple(of: 2) ? 1 : -1
        return try score(zip(now, steps[index / 2]).map { $0 + sign * Float(deviation) * $1 }, round)
      }
      let differences = (0..<pairs).map { Float(scores[2 * $0] - scores[2 * $0 + 1]) }
      let size = (differences.reduce(0) { $0 + $1 * $1 } / Float(pairs)).squareRoot()
      if size > 0 {
        var gradient = [Float](repeating: 0, count: now.count)
        for (difference, step) in zip(differences, steps) {
          for index in gradient.indices { gradient[index] -= difference / size * step[index] / Float(pairs) }
        }
        var gradients = Parameters<Float>()
        gradients["policy"] = Values(row: gradient)
        optimizer.update(&parameters, by: gradients, rate: schedule.rate(at: round))
      }
      try afterRound(round, parameters["policy"].values)
    }
    return parameters["policy"].values
  }
}
