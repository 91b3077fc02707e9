internal import KeepframeFeatures
package import KeepframeNumerics

/// The samples that a gate's decision can still serve: those waiting for one, and those of the past that it has not forgotten.
///
/// A fixed number of slots, so that neither memory nor time grows with the video. N slots in use.
struct Horizon: Sendable {
  /// Under ``Reach/Forgetting/bestCovered`` as many samples of the latest past stay, however well they are covered.
  static let protected = 32

  /// A sample that waits for its decision.
  struct Pending: Sendable {
    let sample: Sample
    let slot: Int
    var nearest: Memory.Neighbour?
    /// `[N]`: to the sample in each slot.
    var similarities: [Float]
  }

  /// The candidate, then those ahead of it.
  private(set) var pending: [Pending] = []
  /// `[N]`: similarity of each slot's sample to its nearest memory row; 0 while the memory is empty.
  private(set) var best: [Float] = []
  /// `[N]`: the ordinal of each slot's sample.
  private(set) var ordinals: [Int] = []
  /// The slots of the last ``protected`` samples and of those ahead, latest last.
  private(set) var recent: [Int] = []
  private let reach: Int
  private let capacity: Int
  private let forgetting: Reach.Forgetting
  private let table: SimilarityTable?
  /// `[N, dimension]`; empty with a table.
  private var embeddings: [Float] = []

  init(reach: Reach, lookAhead: Int, table: SimilarityTable?) {
    self.reach = reach.samples
    capacity = reach.samples + 1 + lookAhead
    forgetting = reach.forgets
    self.table = table
  }

  var candidate: Pending { pending[0] }

  mutating func append(_ sample: Sample, nearest: Memory.Neighbour?) {
    let slot = makeRoom()
    let values = sample.embedding.values
    if slot == ordinals.count {
      ordinals.append(sample.ordinal)
      best.append(nearest?.similarity ?? 0)
      if table == nil { embeddings.append(contentsOf: values) }
      for index in pending.indices { pending[index].similarities.append(0) }
    } else {
      ordinals[slot] = sample.ordinal
      best[slot] = nearest?.similarity ?? 0
      if table == nil { embeddings.replaceSubrange(slot * values.count..<(slot + 1) * values.count, with: values) }
    }
    var similarities = similarities(to: sample)
    similarities[slot] = 1
    for index in pending.indices { pending[index].similarities[slot] = similarities[pending[index].slot] }
    pending.append(Pending(sample: sample, slot: slot, nearest: nearest, similarities: similarities))
    recent.append(slot)
    if recent.count > Self.protected + pending.count { recent.removeFirst() }
  }

  /// The candidate is in the memory now, at `row`.
  mutating func store(row: Int) {
    let stored = candidate
    // The first row stands for everything, also for what is less like it than nothing is.
    for slot in best.indices {
      best[slot] = row == 0 ? stored.similarities[slot] : max(best[slot], stored.similarities[slot])
    }
    for index in pending.indices {
      let similarity = stored.similarities[pending[index].slot]
      if pending[index].nearest.map({ similarity > $0.similarity }) ?? true {
        pending[index].nearest = Memory.Neighbour(row: row, similarity: similarity)
      }
    }
  }

  /// The candidate has been decided about; the next in line is the candidate now.
  mutating func advance() {
    pending.removeFirst()
    guard forgetting == .earliest, let next = pending.first else { return }
    // At the end nothing takes the place of what has slid out of the window: then it counts as covered whatever comes.
    for slot in ordinals.indices where ordinals[slot] < next.sample.ordinal - reach { best[slot] = .infinity }
  }

  private func similarities(to sample: Sample) -> [Float] {
    if let table { return ordinals.map { table[sample.ordinal, $0] } }
    let values = sample.embedding.values
    return ordinals.indices.map { slot in
      dot(embeddings.span.extracting(slot * values.count..<(slot + 1) * values.count), values.span)
    }
  }

  /// The slot for the next sample; the first unused one may be one past the end.
  private func makeRoom() -> Int {
    if ordinals.count < capacity { return ordinals.count }
    switch forgetting {
    case .earliest: return ordinals.indices.min { ordinals[$0] < ordinals[$1] }!
    case .bestCovered:
      let past = (ordinals.max() ?? 0) - pending.count - Self.protected
      let old = ordinals.indices.filter { ordinals[$0] <= past }
      return old.max { (best[$0], ordinals[$1]) < (best[$1], ordinals[$0]) } ?? ordinals.indices.min {
        ordinals[$0] < ordinals[$1]
      }!
    }
  }
}

/// Cosine similarities between all samples of a video, worked out once where many gates run over the same samples.
package struct SimilarityTable: Sendable {
  private let values: Matrix

  /// - Parameter embeddings: `[N, dimension]`, unit rows; row *i* of the sample with ordinal *i*.
  package init(_ embeddings: Matrix) {
    values = matmul(embeddings, embeddings, transposeB: true)
  }

  package var count: Int { values.rows }
  package subscript(a: Int, b: Int) -> Float { a == b ? 1 : values.values[min(a, b) * values.columns + max(a, b)] }
  /// `[N]`: to every sample.
  package subscript(row row: Int) -> [Float] { values[row: row] }
}
