internal import KeepframeBaselines
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem
internal import KeepframeTraining

/// Runs every gate at many prices over programmes that none of them has seen, and measures what
/// each keeps.
///
/// - Coverage: the mean over all samples of the raw cosine to the nearest kept one.
/// - Recall: the share of dropped samples whose degraded view finds its place. That is so if the
///   kept sample with the largest raw cosine lies within a second, or in the same shot. The most
///   that any match function could find is stated beside it.
/// - Junk: the share of kept samples that are blank or in the middle of a transition.
package struct GateEvaluation: Sendable {
  package struct Settings: Hashable, Sendable {
    /// Each gives one set of composed programmes. Clips of a minute or more are added once, as they
    /// are.
    package var seeds: [UInt64] = [1, 2, 3]
    /// Composed programmes for each seed.
    package var programmes = 8
    /// Shots of each programme; 40 to 80 make three to six minutes.
    package var shots = 40...80
    /// Seconds of look-ahead in the mode `lookahead`.
    package var lookAhead = 2.0
    package var threads = 2

    package init() {}
  }

  package enum Mode: String, CaseIterable, Sendable {
    case lookahead, live
    /// With look-ahead, on embeddings that are reused while the picture hardly changes, as `index`
    /// does. What is kept is measured on the true embeddings.
    case reused
  }

  /// The gates that are run. Those that do not look ahead are the same in all modes. The learned
  /// gate is run in steps: the rule alone, with clarity, and, if the weights have it, with worth.
  enum Contender: String, CaseIterable, Sendable {
    case uniform, threshold, thresholdMemory = "threshold-memory", live, coverage
    case rule, clear, learned, greedy

    var prices: [Double] {
      switch self {
      case .uniform: geometric(1.5, 65, count: 36)
      case .threshold, .thresholdMemory: geometric(0.02, 1.3, count: 60)
      case .live, .coverage, .rule, .clear, .learned: geometric(0.005, 40, count: 48)
      case .greedy: geometric(0.02, 160, count: 48)
      }
    }
  }

  package var settings = Settings()
  private let clips: [FootageClip]
  private let weights: GateWeights

  /// - Parameter weights: weights of the learned gate. They must come from other footage, or the
  ///   result is meaningless.
  package init(_ clips: [FootageClip], weights: GateWeights) {
    self.clips = clips
    self.weights = weights
  }

  /// - Parameter progress: gets the share that is done.
  /// - Throws: `CancellationError`
  package func run(
    progress: (Double) -> Void, cancellation: Cancellation? = nil
  ) throws(CancellationError) -> GateResult {
    let programmes = settings.seeds.flatMap { edited(seed: $0) } + ProgrammeComposer(clips).plain().filter { $0.count >= 240 }
    let queries = RecallQueries(clips: clips)
    var result = GateResult(
      settings: settings, contenders: contenders, sources: Set(clips.map(\.source)).sorted(), clipCount: clips.count,
      programmeNames: programmes.map(\.name), sampleCount: programmes.reduce(0) { $0 + $1.count })
    progress(0)
    var done = 0
    for start in stride(from: 0, to: programmes.count, by: settings.threads) {
      let batch = Array(programmes[start..<min(start + settings.threads, programmes.count)])
      let measured = inParallel(batch.count, threads: settings.threads) { index in
        measure(batch[index], queries)
      }
      for outcomes in measured { result.add(outcomes) }
      done += batch.count
      try cancellation?.check()
      progress(Double(done) / Double(programmes.count))
    }
    return result
  }

  /// Programmes that show no footage twice, so that each sample has one right place.
  private func edited(seed: UInt64) -> [Programme] {
    var composer = ProgrammeComposer(clips, seed: seed)
    composer.settings.shots = settings.shots
    composer.settings.sources = 3...8
    composer.settings.repeatShare = 0
    composer.settings.dissolveShare = 0.15
    composer.settings.fadeShare = 0.05
    return composer.edited(settings.programmes)
  }

  private func measure(_ programme: Programme, _ queries: RecallQueries) -> ProgrammeOutcomes {
    let (trial, reused) = (GateTrial(programme), GateTrial(programme.reusingEmbeddings()))
    let recall = queries.table(of: programme)
    let junk = (0..<programme.count).map(programme.isJunk)
    var outcomes = ProgrammeOutcomes()
    let bound = GreedyBound(trial.table, lowestPrice: Contender.greedy.prices[0])
    for contender in contenders {
      for mode in Mode.allCases {
        if mode != .lookahead, !contender.dependsOnMode || mode == .reused && contender == .rule {
          outcomes.points[Key(contender, mode)] = outcomes.points[Key(contender, .lookahead)]
          continue
        }
        outcomes.points[Key(contender, mode)] = contender.prices.map { price in
          let kept =
            switch contender {
            case .greedy: bound.kept(atPrice: price).sorted()
            default:
              (mode == .reused ? reused : trial).kept(
                by: gate(contender, price, lookAhead: mode == .live ? 0 : settings.lookAhead))
            }
          return ProgrammeOutcomes.Point(
            price: price, kept: kept.count, samples: trial.count, coverage: trial.coverage(of: kept),
            recall: recall.recall(of: kept), junk: kept.count { junk[$0] }, reachable: recall.reachable(from: kept))
        }
      }
    }
    return outcomes
  }

  /// The contenders that these weights can run.
  private var contenders: [Contender] { Contender.allCases.filter { $0 != .learned || weights.worth != nil } }

  private func gate(_ contender: Contender, _ price: Double, lookAhead: Double) -> any Gate {
    switch contender {
    case .uniform: UniformGate(interval: price)
    case .threshold: ThresholdGate(novelty: price)
    case .thresholdMemory: ThresholdMemoryGate(novelty: price)
    case .live: LiveGate(price: price)
    case .coverage: CoverageGate(price: price, lookAhead: lookAhead, lookBack: settings.lookAhead)
    case .rule:
      LearnedGate(
        price: price, lookAhead: lookAhead, weights: GateWeights(backbone: weights.backbone, dimension: weights.dimension))
    case .clear: LearnedGate(price: price, lookAhead: lookAhead, weights: weights.withoutWorth)
    case .learned: LearnedGate(price: price, lookAhead: lookAhead, weights: weights)
    case .greedy: preconditionFailure("\(contender) is no gate")
    }
  }
}

extension GateEvaluation.Contender {
  var dependsOnMode: Bool { [.coverage, .rule, .clear, .learned].contains(self) }
}

/// A gate in a mode.
struct Key: Hashable, Sendable {
  let contender: GateEvaluation.Contender
  let mode: GateEvaluation.Mode

  init(_ contender: GateEvaluation.Contender, _ mode: GateEvaluation.Mode) {
    self.contender = contender
    self.mode = mode
  }
}

/// The figures of all gates at all prices for one programme.
struct ProgrammeOutcomes: Sendable {
  struct Point: Sendable {
    let price: Double
    let kept: Int
    let samples: Int
    let coverage: Double
    /// By raw cosine; nil if no dropped sample has a degraded view.
    let recall: Double?
    let junk: Int
    /// Share of the queries whose answer was kept at all: the most that any match function could
    /// find.
    let reachable: Double?
  }

  /// One for each price, in the order of ``GateEvaluation/Contender/prices``.
  var points: [Key: [Point]] = [:]
}
