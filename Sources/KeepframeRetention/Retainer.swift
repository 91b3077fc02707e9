internal import KeepframeFeatures
internal import KeepframeNumerics

/// Runs a gate over a stream of samples: keeps track of what counts, stores what the gate keeps and
/// records every decision.
///
/// A sample is on display until the next one. It is judged at each multiple of ``stepSeconds`` in
/// that time, and once more at its end if a different picture follows. So a still is judged at the
/// same moments whether it is one sample or many: a gate sees seconds, not samples. The look-ahead
/// is counted from the moment at which the gate judges. A gate whose reach is ``Reach/none`` judges
/// each sample once.
package struct Retainer: Sendable {
  /// Seconds between the moments at which samples are judged.
  static let stepSeconds = 0.25

  package private(set) var memory: Memory
  private var gate: any Gate
  private var horizon: Horizon
  private let table: SimilarityTable?
  private var last: Sample?
  /// The latest verdict on the candidate, and the moment at which it was judged.
  private var judged: (moment: Double, verdict: Verdict)?

  package init(gate: any Gate, dimension: Int) { self.init(gate: gate, dimension: dimension, table: nil) }

  /// - Parameter table: similarities of all samples that will be pushed. If it is given, their
  ///   embeddings are not compared.
  package init(gate: any Gate, dimension: Int, table: SimilarityTable?) {
    self.gate = gate
    self.table = table
    memory = Memory(dimension: dimension)
    horizon = Horizon(reach: gate.reach, table: table)
  }

  /// Takes the next sample in time order.
  ///
  /// - Returns: the decisions that became final. A sample's decision is final at the latest when
  ///   the gate's look-ahead has passed since the end of its display.
  package mutating func push(_ sample: Sample) -> [Decision] {
    let decisions = judge(until: sample.seconds, next: sample)
    horizon.append(sample, importance: gate.importance(of: sample), nearest: nearest(to: sample))
    last = sample
    return decisions
  }

  /// Appends the remaining decisions to those that ``push(_:)`` returned. Call it once, at the end.
  ///
  /// If nothing was kept, the last sample is kept after all and its decision is revised, so no
  /// video is left without a frame.
  ///
  /// - Parameter end: the end of the video, in seconds. The last sample is on display until then.
  package mutating func finish(_ decisions: inout [Decision], end: Double) {
    decisions += judge(until: max(end, last?.seconds ?? 0), next: nil)
    guard memory.isEmpty, let last, let refused = decisions.popLast() else { return }
    memory.store(last)
    decisions.append(
      Decision(ordinal: refused.ordinal, keeps: true, score: refused.score, price: refused.price, reason: .first, nearest: nil))
  }

  /// Makes all decisions that need to know only what is on display before `time`.
  ///
  /// - Parameter next: the sample on display from `time` on; nil at the end of the video.
  private mutating func judge(until time: Double, next: Sample?) -> [Decision] {
    var decisions: [Decision] = []
    while let candidate = horizon.pending.first {
      let isLatest = horizon.pending.count == 1
      let end = isLatest ? time : horizon.pending[1].sample.seconds
      var moment = gate.reach == .none ? end : Self.step(after: judged?.moment ?? candidate.sample.seconds)
      var mayKeep = true
      if moment > end || judged?.moment == end {
        let isContinued = isLatest ? next.map { horizon.isContinued(by: $0) } ?? false : horizon.isCandidateContinued
        if let judged, isContinued || judged.moment == end {
          decisions.append(settle(judged.verdict))
          continue
        }
        // `end` lies between two steps. A picture that continues is judged again at the next step,
        // so it is not kept at this moment.
        (moment, mayKeep) = (end, !isContinued)
      }
      guard next == nil || moment + gate.lookAhead <= time else { break }
      horizon.see(until: min(moment + gate.lookAhead, time))
      var verdict = verdict(at: moment)
      if verdict.keeps, !mayKeep { verdict = Verdict(keeps: false, score: verdict.score, reason: .betterAhead) }
      judged = (moment, verdict)
      if verdict.keeps { decisions.append(settle(verdict)) }
    }
    return decisions
  }

  private static func step(after seconds: Double) -> Double { ((seconds / stepSeconds).rounded(.down) + 1) * stepSeconds }

  private mutating func verdict(at moment: Double) -> Verdict {
    horizon.forget(before: moment)
    return gate.judge(
      Outlook(horizon: horizon, moment: moment, similarityToLast: similarityToLast(horizon.pending[0].sample)))
  }

  /// Makes `verdict` the decision about the candidate.
  private mutating func settle(_ verdict: Verdict) -> Decision {
    let candidate = horizon.pending[0]
    if verdict.keeps {
      memory.store(candidate.sample)
      horizon.store(row: memory.count - 1)
    }
    horizon.advance()
    judged = nil
    return Decision(
      ordinal: candidate.sample.ordinal, keeps: verdict.keeps, score: verdict.score, price: gate.price, reason: verdict.reason,
      nearest: candidate.nearest)
  }

  private func nearest(to sample: Sample) -> Memory.Neighbour? {
    guard let table else { return memory.nearest(to: sample.embedding) }
    return memory.ordinals.indices.reduce(nil) { best, row in
      let similarity = table[sample.ordinal, memory.ordinals[row]]
      return best.map { similarity > $0.similarity } ?? true ? Memory.Neighbour(row: row, similarity: similarity) : best
    }
  }

  private func similarityToLast(_ sample: Sample) -> Float? {
    guard let last = memory.ordinals.last else { return nil }
    return table.map { $0[last, sample.ordinal] } ?? dot(memory.row(memory.count - 1), sample.embedding.values)
  }
}

/// One line of the ledger: what was decided about one sample, and why.
package struct Decision: Hashable, Sendable {
  /// 0-based position among the samples.
  package let ordinal: Int
  package let keeps: Bool
  package let score: Double
  package let price: Double
  package let reason: Verdict.Reason
  /// The nearest memory row when the sample was judged; nil if the memory was empty.
  package let nearest: Memory.Neighbour?
}
