internal import Features
internal import Tensors

/// Runs a gate over a stream of samples: keeps the look-ahead window, stores what the gate keeps, records every decision.
public struct Retainer: Sendable {
  public private(set) var memory: Memory
  private var gate: any Gate
  /// Samples around the one to judge next: up to `lookAhead` judged ones, then the unjudged.
  private var window: [Entry] = []
  /// Index in `window` of the sample to judge next.
  private var position = 0

  private struct Entry {
    let sample: Sample
    var nearest: Memory.Neighbour?
    /// Similarities to the entries of `window`, itself included, oldest first; kept square as the window slides.
    var similarities: [Float]
  }

  public init(gate: any Gate, dimension: Int) {
    self.gate = gate
    memory = Memory(dimension: dimension)
  }

  /// Takes the next sample in time order.
  ///
  /// - Returns: the decision that became due, if any: that about the sample `lookAhead` back.
  public mutating func push(_ sample: Sample) -> Decision? {
    append(sample)
    return window.count - position > gate.lookAhead ? judgeNext() : nil
  }

  /// The decisions still due; call once, at the end.
  public mutating func finish() -> [Decision] {
    var decisions: [Decision] = []
    while position < window.count { decisions.append(judgeNext()) }
    return decisions
  }

  private mutating func append(_ sample: Sample) {
    let similarities = window.map { $0.sample.embedding.similarity(to: sample.embedding) }
    for index in window.indices { window[index].similarities.append(similarities[index]) }
    window.append(Entry(sample: sample, nearest: memory.nearest(to: sample.embedding), similarities: similarities + [1]))
  }

  private mutating func judgeNext() -> Decision {
    let entry = window[position]
    let last = memory.isEmpty ? nil : dot(memory.row(memory.count - 1), entry.sample.embedding.values)
    let verdict = gate.judge(
      Outlook(
        samples: window.map(\.sample), position: position, best: window.map { $0.nearest?.similarity ?? 0 },
        similarities: window.flatMap(\.similarities), nearest: entry.nearest, similarityToLast: last))
    if verdict.keeps { store(entry.sample) }
    position += 1
    if position > gate.lookAhead { forgetOldest() }
    return Decision(
      ordinal: entry.sample.ordinal, keeps: verdict.keeps, score: verdict.score, price: gate.price, reason: verdict.reason,
      nearest: entry.nearest)
  }

  private mutating func store(_ sample: Sample) {
    memory.store(sample)
    let row = memory.count - 1
    for index in window.indices {
      let similarity = window[index].similarities[position]
      if window[index].nearest.map({ similarity > $0.similarity }) ?? true {
        window[index].nearest = Memory.Neighbour(row: row, similarity: similarity)
      }
    }
  }

  private mutating func forgetOldest() {
    window.removeFirst()
    for index in window.indices { window[index].similarities.removeFirst() }
    position -= 1
  }
}

/// One line of the ledger: what was decided about one sample, and why.
public struct Decision: Hashable, Sendable {
  /// 0-based position among the samples.
  public let ordinal: Int
  public let keeps: Bool
  public let score: Double
  public let price: Double
  public let reason: Verdict.Reason
  /// The nearest memory row when it was judged; nil if the memory was empty.
  public let nearest: Memory.Neighbour?
}
