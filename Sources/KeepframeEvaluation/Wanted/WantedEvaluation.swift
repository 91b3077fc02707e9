package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem
package import KeepframeTraining

/// How much of what a taught gate keeps is wanted, by the number of labelled clips. It is measured
/// on clips of sources that the gate was not taught with.
///
/// The labelled clips are dealt to folds by source. Gates that were taught with clips of the other
/// folds judge the clips of a fold that leave a choice: 5 to 95 % of their time is wanted. Each
/// clip gets the price at which the share is kept, as in an index with a rate.
package struct WantedEvaluation: Sendable {
  package struct Settings: Hashable, Sendable {
    package var shares = [0.01, 0.02, 0.04]
    /// Numbers of labelled clips to teach with; at most all of a fold.
    package var counts = [8, 16, 32]
    /// Each gives one draw of the clips.
    package var seeds: [UInt64] = [1, 2, 3]
    package var folds = 5
    /// Seconds.
    package var lookAhead = WorthRecipe.lookAhead
    package var threads = 2
    /// The leans that a gate may be taught.
    package var leans = Lean.candidates

    package init() {}
  }

  /// The gates that are run.
  package enum Contender: Hashable, Sendable {
    /// The gate without a worth.
    case untaught
    /// The gate taught by this many labelled clips; nil is all.
    case taught(clips: Int?)
    /// The gate taught by all clips, with labels shuffled among the samples.
    case shuffled
    /// The given weights, which are not taught here.
    case given
    /// A selection that knows the labels: only wanted samples are kept.
    case oracle

    package var name: String {
      switch self {
      case .untaught: "untaught"
      case .taught(let clips): "taught by \(clips.map { "\($0)" } ?? "all")"
      case .shuffled: "shuffled labels"
      case .given: "taught, as given"
      case .oracle: "labels known"
      }
    }
  }

  package var settings = Settings()
  private let labelled: LabelledFootage
  private let weights: GateWeights

  /// - Parameter weights: weights of the gate. If they have a worth, they are measured as they are,
  ///   on all clips that leave a choice; they must come from other footage. If not, the gate is
  ///   taught several times, each time by other clips than it is judged on.
  package init(_ labelled: LabelledFootage, weights: GateWeights) {
    self.labelled = labelled
    self.weights = weights
  }

  /// - Throws: ``LabelError`` if the clips to teach with in a fold teach nothing,
  ///   ``FootageError`` if there are fewer sources than folds, `TensorError` without OpenBLAS, or
  ///   `CancellationError`.
  package func run(progress: (Double) -> Void, cancellation: Cancellation? = nil) throws -> WantedResult {
    try prepareMatmul()
    var result = WantedResult(settings: settings, clipCount: labelled.clips.count)
    func report(_ share: Double) throws(CancellationError) {
      try cancellation?.check()
      progress(share)
    }
    try report(0)
    guard weights.worth == nil else {
      measure(labelled.clips, .untaught, seed: 0, nil, &result)
      measure(labelled.clips, .given, seed: 0, weights.worth, &result)
      try report(1)
      return result
    }
    let sizes = labelled.clips.reduce(into: [String: Double]()) { $0[$1.clip.source, default: 0] += $1.clip.durationSeconds }
    for fold in 0..<settings.folds {
      let held = try sourcesOfFold(fold, of: settings.folds, sizes: sizes)
      let tested = labelled.clips.filter { held.contains($0.clip.source) }
      let teaching = labelled.clips.filter { !held.contains($0.clip.source) }
      measure(tested, .untaught, seed: 0, nil, &result)
      let jobs = jobs(teaching)
      for (index, job) in jobs.enumerated() {
        let worth = try teach(job.clips, cancellation)
        measure(tested, job.contender, seed: job.seed, worth, &result)
        try report((Double(fold) + Double(index + 1) / Double(jobs.count)) / Double(settings.folds))
      }
    }
    return result
  }

  private typealias Job = (contender: Contender, seed: UInt64, clips: [LabelledFootage.Clip])

  private func jobs(_ clips: [LabelledFootage.Clip]) -> [Job] {
    var jobs: [Job] = settings.seeds.flatMap { seed in
      settings.counts.filter { $0 < clips.count }.map { count in
        (.taught(clips: count), seed, draw(count, of: clips, seed: seed))
      }
    }
    jobs.append((.taught(clips: nil), 0, clips))
    return jobs + settings.seeds.map { (.shuffled, $0, shuffled(clips, seed: $0)) }
  }

  /// Draws clips. Every other clip holds something wanted, as long as there are such clips:
  /// somebody who labels few clips would choose these.
  private func draw(_ count: Int, of clips: [LabelledFootage.Clip], seed: UInt64) -> [LabelledFootage.Clip] {
    var random = SeededGenerator(seed: seed, name: "labelled clips")
    let order = random.shuffled(clips.indices)
    func holds(_ clip: Int) -> Bool { clips[clip].wanted.contains { ($0 ?? 0) >= 0.5 } }
    let (with, without) = (order.filter(holds), order.filter { !holds($0) })
    let wanted = with.prefix(max(count / 2, count - without.count))
    return (wanted + without.prefix(count - wanted.count)).sorted().map { clips[$0] }
  }

  private func shuffled(_ clips: [LabelledFootage.Clip], seed: UInt64) -> [LabelledFootage.Clip] {
    var random = SeededGenerator(seed: seed, name: "shuffled labels")
    var values = random.shuffled(clips.flatMap(\.wanted))[...]
    return clips.map { clip in
      defer { values = values.dropFirst(clip.wanted.count) }
      return LabelledFootage.Clip(clip: clip.clip, wanted: Array(values.prefix(clip.wanted.count)))
    }
  }

  private func teach(_ clips: [LabelledFootage.Clip], _ cancellation: Cancellation?) throws -> Worth {
    var trainer = WorthTrainer()
    trainer.threads = settings.threads
    trainer.leans = settings.leans
    return try trainer.train(
      LabelledFootage(labelled.file, clips: clips), gate: gate, progress: { _ in }, cancellation: cancellation
    ).worth
  }

  private var gate: @Sendable (Worth?, Double) -> any Gate {
    { [weights, settings] worth, price in
      var weights = weights
      weights.worth = worth
      return LearnedGate(price: price, lookAhead: settings.lookAhead, weights: weights)
    }
  }

  private func measure(
    _ clips: [LabelledFootage.Clip], _ contender: Contender, seed: UInt64, _ worth: Worth?, _ result: inout WantedResult
  ) {
    let trials = clips.map(WantedTrial.init).filter(\.leavesChoice)
    let (gate, shares) = (gate, settings.shares)
    let rows = inParallel(trials.count, threads: settings.threads) { index in
      shares.map { share in
        let clip = trials[index]
        return (
          gate: clip.outcome(of: clip.kept(share: share) { gate(worth, $0) }),
          best: contender == .untaught ? clip.outcome(of: clip.best(share: share)) : nil
        )
      }
    }
    for (clip, outcomes) in zip(trials, rows) {
      result.add(clip, contender, seed: seed, outcomes.map(\.gate))
      if contender == .untaught { result.add(clip, .oracle, seed: seed, outcomes.compactMap(\.best)) }
    }
  }
}
