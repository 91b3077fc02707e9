internal import KeepframeFeatures
internal import KeepframeNumerics

/// Runs a gate over a stream of samples: keeps what it can still serve, stores what it keeps,
/// records every decision.
///
/// A sample is on display until the next one is. It is judged at each multiple of ``stepSeconds``
/// in that time, and at its end where another picture follows. So a still is judged at the same
/// moments whether it is one sample or many, and a gate sees seconds, not samples. What a gate sees
/// ahead is counted from the moment at which it judges. A gate that looks neither back nor ahead
/// judges each sample once.
package struct Retainer: Sendable {
  /// A sample on display for longer than this is judged again.
  static let stepSeconds = 0.25

  package private(set) var memory: Memory
  private var gate: any Gate
  private var horizon: Horizon
  private let table: SimilarityTable?
  private var last: Sample?
  /// What was said of the candidate when it was judged last.
  private var judged: (moment: Double, verdict: Verdict)?

  package init(gate: any Gate, dimension: Int) { self.init(gate: gate, dimension: dimension, table: nil) }

  /// - Parameter table: similarities of all samples that will be pushed; then their embeddings are
  ///   not looked at.
  package init(gate: any Gate, dimension: Int, table: SimilarityTable?) {
    self.gate = gate
    self.table = table
    memory = Memory(dimension: dimension)
    horizon = Horizon(reach: gate.reach, table: table)
  }

  /// Takes the next sample in time order.
  ///
  /// - Returns: the decisions that became due: about the samples whose display ended the gate's
  ///   look-ahead ago or earlier.
  package mutating func push(_ sample: Sample) -> [Decision] {
    let decisions = judge(until: sample.seconds, next: sample)
    horizon.append(sample, importance: gate.importance(of: sample), nearest: nearest(to: sample))
    last = sample
    return decisions
  }

  /// Adds the decisions still due to those that ``push(_:)`` returned; call once, at the end.
  ///
  /// No video is left without a frame: if nothing was kept, the last sample is, and its decision is
  /// revised.
  ///
  /// - Parameter end: of the video, in seconds; until then the last sample is on display.
  package mutating func finish(_ decisions: inout [Decision], end: Double) {
    decisions += judge(until: max(end, last?.seconds ?? 0), next: nil)
    guard memory.isEmpty, let last, let refused = decisions.popLast() else { return }
    memory.store(last)
    decisions.append(
      Decision(ordinal: refused.ordinal, keeps: true, score: refused.score, price: refused.price, reason: .first, nearest: nil))
  }

  /// Makes all decisions for which what is on display before `time` is enough.
  ///
  /// - Parameter next: what is on display then; nil at the end of the video.
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
        // A moment that falls between two of the steps counts at a change alone: what goes on is
        // judged again.
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

  /// What was said of the candidate stands.
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
  /// The nearest memory row when it was judged; nil if the memory was empty.
  package let nearest: Memory.Neighbour?
}
