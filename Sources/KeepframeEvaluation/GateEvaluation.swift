internal import KeepframeBaselines
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem
internal import KeepframeTraining

/// Runs every gate at many prices over programmes that none of them has seen, and measures what is
/// left of each programme.
///
/// - Coverage: the mean over all samples of the cosine to the nearest kept one, raw.
/// - Recall: the share of dropped samples whose degraded view finds its place: the kept sample that
///   it matches best lies within a second, or in the same shot. By raw cosine; what any match
///   function could find stands beside it.
/// - Junk: the share of kept samples that are blank or in the middle of a transition.
package struct GateEvaluation: Sendable {
  package struct Settings: Hashable, Sendable {
    /// One set of made-up programmes for each; clips of a minute or more are added once, as they
    /// are.
    package var seeds: [UInt64] = [1, 2, 3]
    /// Made-up programmes a seed.
    package var programmes = 8
    /// Shots of each; 40 to 80 make three to six minutes.
    package var shots = 40...80
    /// Seconds seen ahead in the mode `lookahead`.
    package var lookAhead = 2.0
    package var threads = 2

    package init() {}
  }

  package enum Mode: String, CaseIterable, Sendable {
    case lookahead, live
    /// With look-ahead, of embeddings that are taken over where the picture hardly changed, as
    /// `index` does it. What is kept is measured on the embeddings as they are.
    case reused
  }

  /// What is run. Those that do not look ahead are the same in both modes. The learned gate comes
  /// apart: the rule alone, with clarity, and, where the weights have it, with worth.
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

  /// - Parameter weights: of the learned gate; must be of other footage, or the result says
  ///   nothing.
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

  /// Programmes without footage shown twice, so that where a sample came from has one answer.
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

  /// Those that the weights have something for.
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

/// What all gates at all prices made of one programme.
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

  /// One a price, in the order of ``GateEvaluation/Contender/prices``.
  var points: [Key: [Point]] = [:]
}
