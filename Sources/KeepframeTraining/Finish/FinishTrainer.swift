internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem

/// Learns from made decks when a slide is complete: the two numbers of ``Finish``. It runs the gate
/// over the decks with each pair of a grid.
///
/// First it takes the pairs that keep the share ``required`` of the slides complete, or the most
/// that any pair does. Of these it takes those with nearly the highest ``DeckOutcome/agreement``,
/// and then the one nearest to the usual.
package struct FinishTrainer: Sendable {
  /// Price and look-ahead in seconds of the pipeline for lectures.
  package static let price = 0.1
  package static let lookAhead = 8.0
  /// Sampling rate of the decks.
  package static let samplesPerSecond = 1.0
  /// The share of slides that must be kept complete.
  static let required = 0.9
  /// Agreement counts as nearly the highest within this difference.
  static let slack = 0.005

  package struct Result: Hashable, Sendable {
    package let finish: Finish
    /// The outcome on the decks by which it was chosen.
    package let outcome: DeckOutcome
    /// The outcome of the same gate with the usual numbers, and without waiting.
    package let usual: DeckOutcome
    package let unfinished: DeckOutcome
    /// The outcome on each kind of deck, with the numbers chosen on decks of other kinds.
    package let heldOut: [HeldOut]
  }

  package struct HeldOut: Hashable, Sendable {
    package let kind: DeckKind
    package let finish: Finish
    package let outcome: DeckOutcome
  }

  package var cosines: [Float] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.985]
  package var details: [Float] = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3]
  package var threads = 2

  package init() {}

  /// - Parameters:
  ///   - decks: at least one.
  ///   - weights: weights of the gate; its finish is ignored.
  /// - Throws: `CancellationError`
  package func train(
    _ decks: [DeckTrial], weights: GateWeights, cancellation: Cancellation? = nil
  ) throws -> Result {
    precondition(!decks.isEmpty, "expected a deck to learn from")
    let grid = details.flatMap { detail in cosines.map { Finish(cosine: $0, detail: detail) } }
    let tried: [Finish?] = grid + [.usual, nil]
    // `[candidates][decks]`
    let outcomes = try inParallel(tried.count, threads: threads) { index in
      try cancellation?.check()
      var weights = weights
      weights.finish = tried[index]
      let gate = LearnedGate(price: Self.price, lookAhead: Self.lookAhead, weights: weights)
      return decks.map { $0.outcome(of: gate) }
    }
    func sum(_ candidate: Int, over chosen: [Int]) -> DeckOutcome {
      chosen.reduce(DeckOutcome()) { $0 + outcomes[candidate][$1] }
    }
    let all = Array(decks.indices)
    let best = choice(among: grid.indices.map { sum($0, over: all) })
    let heldOut = DeckKind.allCases.compactMap { kind -> HeldOut? in
      let (with, without) = (
        all.filter { decks[$0].truth.kinds.contains(kind) }, all.filter { !decks[$0].truth.kinds.contains(kind) }
      )
      guard !with.isEmpty, !without.isEmpty else { return nil }
      let chosen = choice(among: grid.indices.map { sum($0, over: without) })
      return HeldOut(kind: kind, finish: grid[chosen], outcome: sum(chosen, over: with))
    }
    return Result(
      finish: grid[best], outcome: sum(best, over: all), usual: sum(grid.count, over: all),
      unfinished: sum(grid.count + 1, over: all), heldOut: heldOut)
  }

  /// The index into the grid of the best pair.
  private func choice(among outcomes: [DeckOutcome]) -> Int {
    let most = outcomes.map(\.completeShare).max() ?? 0
    let complete = outcomes.indices.filter { outcomes[$0].completeShare >= min(most, Self.required) }
    let highest = complete.map { outcomes[$0].agreement }.max() ?? 0
    let best = complete.filter { outcomes[$0].agreement >= highest - Self.slack }
    return best.min { steps(toUsual: $0) < steps(toUsual: $1) } ?? 0
  }

  /// The distance in the grid from a pair to the one nearest to the usual.
  private func steps(toUsual index: Int) -> Int {
    func place(_ values: [Float], nearest value: Float) -> Int {
      values.indices.min { abs(values[$0] - value) < abs(values[$1] - value) } ?? 0
    }
    return abs(index % cosines.count - place(cosines, nearest: Finish.usual.cosine))
      + abs(index / cosines.count - place(details, nearest: Finish.usual.detail))
  }
}
