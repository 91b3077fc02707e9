internal import KeepframeFeatures
internal import KeepframeNumerics

/// Runs a gate over a stream of samples: keeps what it can still serve, stores what it keeps, records every decision.
package struct Retainer: Sendable {
  package private(set) var memory: Memory
  private var gate: any Gate
  private var horizon: Horizon
  private let table: SimilarityTable?
  private var last: Sample?

  package init(gate: any Gate, dimension: Int) { self.init(gate: gate, dimension: dimension, table: nil) }

  /// - Parameter table: similarities of all samples that will be pushed; then their embeddings are not looked at.
  package init(gate: any Gate, dimension: Int, table: SimilarityTable?) {
    self.gate = gate
    self.table = table
    memory = Memory(dimension: dimension)
    horizon = Horizon(reach: gate.reach, lookAhead: gate.lookAhead, table: table)
  }

  /// Takes the next sample in time order.
  ///
  /// - Returns: the decision that became due, if any: that about the sample `lookAhead` back.
  package mutating func push(_ sample: Sample) -> Decision? {
    horizon.append(sample, nearest: nearest(to: sample))
    last = sample
    return horizon.pending.count > gate.lookAhead ? judgeNext() : nil
  }

  /// Adds the decisions still due to those that ``push(_:)`` returned; call once, at the end.
  ///
  /// No video is left without a frame: if nothing was kept, the last sample is, and its decision is revised.
  package mutating func finish(_ decisions: inout [Decision]) {
    while !horizon.pending.isEmpty { decisions.append(judgeNext()) }
    guard memory.isEmpty, let last, let refused = decisions.popLast() else { return }
    memory.store(last)
    decisions.append(
      Decision(ordinal: refused.ordinal, keeps: true, score: refused.score, price: refused.price, reason: .first, nearest: nil))
  }

  private mutating func judgeNext() -> Decision {
    let candidate = horizon.candidate
    let verdict = gate.judge(
      Outlook(horizon: horizon, retainedCount: memory.count, similarityToLast: similarityToLast(candidate.sample)))
    if verdict.keeps {
      memory.store(candidate.sample)
      horizon.store(row: memory.count - 1)
    }
    horizon.advance()
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
