internal import KeepframeAutograd
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem

/// Trains the learned gate.
///
/// What decides (`live`, `ahead`) is trained by what the gate is for: the coverage that a run over whole programmes reaches at each of several
/// retentions. A run is a sequence of decisions, so that score has no gradient; ``PolicySearch`` climbs it. What tells a clear frame from
/// a transition, and what matches what, has labels, and is trained by gradients (``ClarityTrainer``, ``MatchTrainer``).
package struct GateTrainer: Sendable {
  package struct Settings: Hashable, Sendable {
    package var seed: UInt64 = 1
    /// Rounds of the search, for each of the two networks that decide.
    package var rounds = 200
    /// Made-up programmes to train on; clips of a minute or more are added as they are.
    package var programmes = 40
    /// How many of all these each round looks at.
    package var programmesPerRound = 12
    /// Of the projection in which frames are matched.
    package var matchSteps = ProjectionTrainer.Settings().steps
    package var threads = 2

    package init() {}
  }

  /// Where a training is.
  package struct Progress: Hashable, Sendable {
    package enum Stage: String, Sendable { case clarity, match, live, ahead }
    package let stage: Stage
    package let round: Int
    package let of: Int
    /// Mean coverage over ``retentions`` on footage held out from training, where this was looked at.
    package let heldOut: Double?
  }

  /// Shares of the samples at which the coverage counts.
  package static let retentions = [0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1]
  /// Samples seen ahead when it looks ahead: two seconds.
  static let lookAhead = 8
  private static let prices = geometric(0.15, 30, count: 8)

  package var settings = Settings()

  package init() {}

  /// - Parameters:
  ///   - training: clips to learn from; at least two sources of them.
  ///   - heldOut: clips of other sources. What does best on them is kept, but the start is unless something does better by more than a standard
  ///     error. None: the last parameters are kept.
  ///   - start: nothing learned, or what a training that is resumed has reached.
  ///   - keep: called with what has been reached whenever it got better.
  /// - Throws: ``GradientsError``, ``TensorError`` without OpenBLAS, `CancellationError`, or what `keep` throws.
  package func train(
    _ training: [FootageClip], heldOut: [FootageClip], start: GateWeights,
    progress: (Progress) -> Void, cancellation: Cancellation? = nil, keep: (GateWeights) throws -> Void = { _ in }
  ) throws -> GateWeights {
    try prepareMatmul()
    func report(_ state: Progress) throws(CancellationError) {
      try cancellation?.check()
      progress(state)
    }
    var weights = start
    let programmes = Self.programmes(training, count: settings.programmes, seed: settings.seed)
    try report(Progress(stage: .clarity, round: 0, of: 2, heldOut: nil))
    weights.liveClarity = try ClarityTrainer().train(programmes, like: start.liveClarity, looksAhead: false, seed: settings.seed)
    weights.aheadClarity = try ClarityTrainer().train(programmes, like: start.aheadClarity, looksAhead: true, seed: settings.seed)
    try report(Progress(stage: .match, round: 1, of: 2, heldOut: nil))
    weights.match = try MatchTrainer(steps: settings.matchSteps).train(training, seed: settings.seed, cancellation: cancellation)
    try report(Progress(stage: .match, round: 2, of: 2, heldOut: nil))
    try keep(weights)

    let trials = programmes.map(GateTrial.init)
    let unseen = Self.programmes(heldOut, count: settings.programmes / 2, seed: settings.seed ^ 0xff).map(GateTrial.init)
    for (stage, path, lookAhead) in [
      (Progress.Stage.live, \GateWeights.live, 0), (Progress.Stage.ahead, \GateWeights.ahead, Self.lookAhead),
    ] as [(Progress.Stage, any WritableKeyPath<GateWeights, GateNetwork> & Sendable, Int)] {
      try search(path, stage, lookAhead, trials, unseen, &weights, report, keep)
    }
    return weights
  }

  /// Edited programmes of about two minutes, and the clips that last a minute or more.
  static func programmes(_ clips: [FootageClip], count: Int, seed: UInt64) -> [Programme] {
    guard !clips.isEmpty else { return [] }
    var composer = ProgrammeComposer(clips, seed: seed)
    composer.settings.shots = 16...36
    composer.settings.dissolveShare = 0.15
    composer.settings.fadeShare = 0.05
    return composer.edited(count) + composer.plain().filter { $0.count >= 240 }
  }

  private func search(
    _ path: any WritableKeyPath<GateWeights, GateNetwork> & Sendable, _ stage: Progress.Stage, _ lookAhead: Int,
    _ trials: [GateTrial], _ unseen: [GateTrial], _ weights: inout GateWeights, _ report: (Progress) throws -> Void,
    _ keep: (GateWeights) throws -> Void
  ) throws {
    let (fixed, settings) = (weights, settings)
    var random = SeededGenerator(seed: settings.seed, name: stage.rawValue)
    let batches = (0..<settings.rounds).map { _ in random.shuffled(trials.indices).prefix(settings.programmesPerRound) }
    @Sendable func outcomes(_ parameters: [Float], _ trials: [GateTrial]) -> GateOutcomes {
      var candidate = fixed
      candidate[keyPath: path] = fixed[keyPath: path].replacing(parameters)
      return GateOutcomes(trials, prices: Self.prices) { LearnedGate(price: $0, lookAhead: lookAhead, weights: candidate) }
    }

    // Small random weights into the hidden layer and none out of it: the value starts at 0, and no unit like another.
    var start = fixed[keyPath: path].parameters
    if start.allSatisfy({ $0 == 0 }) {
      for index in 0..<fixed[keyPath: path].inputCount * fixed[keyPath: path].hiddenCount {
        start[index] = 0.3 * random.gaussian()
      }
    }
    let before = outcomes(start, unseen)
    var best = (outcomes: before, parameters: start)
    try report(
      Progress(stage: stage, round: 0, of: settings.rounds, heldOut: unseen.isEmpty ? nil : before.score(at: Self.retentions)))
    var search = PolicySearch(rounds: settings.rounds)
    search.threads = settings.threads
    let last = try search.climb(
      from: start, seed: settings.seed,
      score: { parameters, round in outcomes(parameters, batches[round].map { trials[$0] }).score(at: Self.retentions) },
      afterRound: { round, parameters in
        var heldOut: Double?
        if !unseen.isEmpty, (round + 1).isMultiple(of: 20) || round + 1 == settings.rounds {
          let now = outcomes(parameters, unseen)
          heldOut = now.score(at: Self.retentions)
          if now.score(at: Self.retentions) > best.outcomes.score(at: Self.retentions),
            now.isSurelyBetter(than: before, at: Self.retentions)
          {
            best = (now, parameters)
            var reached = fixed
            reached[keyPath: path] = fixed[keyPath: path].replacing(parameters)
            try keep(reached)
          }
        }
        try report(Progress(stage: stage, round: round + 1, of: settings.rounds, heldOut: heldOut))
      })
    weights[keyPath: path] = fixed[keyPath: path].replacing(unseen.isEmpty ? last : best.parameters)
    try keep(weights)
  }
}

extension GateTrial {
  package init(_ programme: Programme) {
    self.init(embeddings: programme.embeddings, seconds: programme.seconds, quality: programme.quality)
  }
}

extension GateNetwork {
  fileprivate func replacing(_ parameters: [Float]) -> GateNetwork {
    GateNetwork(inputs: inputCount, hidden: hiddenCount, outputs: outputCount, parameters: parameters)
  }
}
