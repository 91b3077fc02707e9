internal import Glibc
internal import KeepframeFeatures
package import KeepframeNumerics

/// What a gate's decision can still serve: the pictures on display in the past that it has not
/// forgotten, and those seen ahead.
///
/// Each picture has a slot with the seconds for which it was on display, as far as that is known. A
/// sample like one that has a slot shares it, so a still takes one slot however often it is
/// sampled. The slots are few, so neither memory nor time grows with the video. N slots.
struct Horizon: Sendable {
  /// Two samples with at least this cosine show the same picture.
  static let sameCosine: Float = 0.999
  /// For so long before the candidate it is known what was on display when.
  static let recentSeconds = 1.0

  /// Of the past that fades so many pictures stay, beside the latest: those that have most left to
  /// gain.
  static let pictureCount = 512

  /// A sample that waits for its decision.
  struct Pending: Sendable {
    let sample: Sample
    let slot: Int
    var nearest: Memory.Neighbour?
    /// `[N]`: cosine to the picture in each slot.
    var similarities: [Float]
  }

  private struct Slot: Sendable {
    var ordinal: Int
    /// On display from here to there, where only a window of the past counts.
    var start: Double
    var end: Double
    var importance: Float
  }

  /// The candidate, then those ahead of it.
  private(set) var pending: [Pending] = []
  /// `[N]`: cosine of each slot's picture to its nearest memory row; 0 while the memory is empty.
  private(set) var best: [Float] = []
  /// `[N]`: seconds of display, times importance; where the past fades, as they count at
  /// ``origin``.
  private(set) var weights: [Float] = []
  /// What is left of that: what ``weights`` are to be multiplied by.
  private(set) var left = 1.0
  private var origin = 0.0
  /// What was on display from when on: of the last ``recentSeconds`` and ahead, latest last.
  private(set) var displays: [(seconds: Double, slot: Int)] = []
  /// What is on display before this is known.
  private(set) var known = 0.0
  private var slots: [Slot] = []
  private var importance: Float = 0
  private let reach: Reach
  private let table: SimilarityTable?
  /// `[N, dimension]`; empty with a table.
  private var embeddings: [Float] = []

  init(reach: Reach, table: SimilarityTable?) {
    self.reach = reach
    self.table = table
  }

  // MARK: - Time

  /// The latest sample is on display until then, or longer.
  mutating func see(until seconds: Double) {
    guard let latest = displays.last, seconds > known else { return }
    known = seconds
    slots[latest.slot].end = seconds
    guard case .fading(let span) = reach else { return }
    // The integral of what fades meanwhile, so that it does not matter in how many steps time
    // passes.
    let before = 1 / left
    left = exp((origin - seconds) / span)
    weights[latest.slot] += Float(span * (1 / left - before)) * importance
    if left < 1e-3 {
      for slot in weights.indices { weights[slot] *= Float(left) }
      (origin, left) = (seconds, 1)
    }
  }

  /// Where only a window of the past counts, moves it to the moment.
  mutating func forget(before moment: Double) {
    guard case .seconds(let span) = reach else { return }
    for (index, slot) in slots.enumerated() {
      weights[index] = Float(max(0, slot.end - max(slot.start, moment - span))) * slot.importance
    }
  }

  /// When a slot's picture was first on display.
  func start(of slot: Int) -> Double { slots[slot].start }

  // MARK: - Samples

  /// Takes the sample that is on display from its time on; all before that is known.
  mutating func append(_ sample: Sample, importance: Float, nearest: Memory.Neighbour?) {
    see(until: sample.seconds)
    if displays.isEmpty { (known, origin) = (sample.seconds, sample.seconds) }
    var similarities = similarities(to: sample)
    let slot = slotOfSame(similarities) ?? makeRoom(for: sample, importance, nearest, &similarities)
    similarities[slot] = 1
    pending.append(Pending(sample: sample, slot: slot, nearest: nearest, similarities: similarities))
    displays.append((sample.seconds, slot))
    self.importance = importance
  }

  /// Whether the sample after the candidate shows the same picture.
  var isCandidateContinued: Bool { pending.count > 1 && pending[0].slot == pending[1].slot }

  /// Whether a sample that comes next shows the picture that is on display.
  func isContinued(by sample: Sample) -> Bool {
    guard let latest = displays.last else { return false }
    return similarity(of: latest.slot, to: sample) >= Self.sameCosine
  }

  /// The slot of a picture that the sample repeats; where time is a window, only the one on display
  /// before.
  private func slotOfSame(_ similarities: [Float]) -> Int? {
    switch reach {
    case .seconds:
      guard let latest = displays.last, similarities[latest.slot] >= Self.sameCosine else { return nil }
      return latest.slot
    case .fading:
      guard let largest = similarities.max(), largest >= Self.sameCosine else { return nil }
      return similarities.firstIndex(of: largest)
    }
  }

  /// A slot for a new picture; the similarities of the sample and of those that wait are extended
  /// to it.
  private mutating func makeRoom(
    for sample: Sample, _ importance: Float, _ nearest: Memory.Neighbour?, _ similarities: inout [Float]
  ) -> Int {
    let values = sample.embedding.values
    let covered = nearest?.similarity ?? 0
    let slot = forgettable() ?? slots.count
    let new = Slot(ordinal: sample.ordinal, start: sample.seconds, end: sample.seconds, importance: importance)
    if slot == slots.count {
      slots.append(new)
      best.append(covered)
      weights.append(0)
      similarities.append(1)
      if table == nil { embeddings.append(contentsOf: values) }
      for index in pending.indices { pending[index].similarities.append(0) }
    } else {
      slots[slot] = new
      best[slot] = covered
      weights[slot] = 0
      if table == nil { embeddings.replaceSubrange(slot * values.count..<(slot + 1) * values.count, with: values) }
    }
    for index in pending.indices { pending[index].similarities[slot] = similarities[pending[index].slot] }
    return slot
  }

  /// The slot that may be given to another picture; nil while there is room, or all are still
  /// needed.
  private func forgettable() -> Int? {
    if case .fading = reach, slots.count <= Self.pictureCount { return nil }
    var isFree = [Bool](repeating: true, count: slots.count)
    for display in displays { isFree[display.slot] = false }
    let free = isFree.indices.filter { isFree[$0] }
    switch reach {
    case .seconds(let span):
      let start = (pending.first?.sample.seconds ?? known) - span
      return free.first { slots[$0].end <= start }
    case .fading:
      guard free.count >= Self.pictureCount else { return nil }
      func left(_ slot: Int) -> Float { weights[slot] * (1 - best[slot]) }
      return free.min { (left($0), slots[$0].ordinal) < (left($1), slots[$1].ordinal) }
    }
  }

  private func similarities(to sample: Sample) -> [Float] {
    slots.indices.map { similarity(of: $0, to: sample) }
  }

  /// Of the samples themselves: a sample that shares a slot is only nearly the picture in it.
  private func similarity(of sample: Sample, to other: Sample) -> Float {
    table.map { $0[sample.ordinal, other.ordinal] } ?? dot(sample.embedding.values, other.embedding.values)
  }

  private func similarity(of slot: Int, to sample: Sample) -> Float {
    if let table { return table[sample.ordinal, slots[slot].ordinal] }
    let values = sample.embedding.values
    return dot(embeddings.span.extracting(slot * values.count..<(slot + 1) * values.count), values.span)
  }

  // MARK: - Decisions

  /// The candidate is in the memory now, at `row`.
  mutating func store(row: Int) {
    let stored = pending[0]
    // The first row stands for everything, also for what is less like it than nothing is.
    for slot in best.indices {
      best[slot] = row == 0 ? stored.similarities[slot] : max(best[slot], stored.similarities[slot])
    }
    for index in pending.indices {
      let similarity = similarity(of: stored.sample, to: pending[index].sample)
      if pending[index].nearest.map({ similarity > $0.similarity }) ?? true {
        pending[index].nearest = Memory.Neighbour(row: row, similarity: similarity)
      }
    }
  }

  /// The candidate has been decided about; the next in line is the candidate now.
  mutating func advance() {
    let decided = pending.removeFirst()
    let start = (pending.first?.sample.seconds ?? decided.sample.seconds) - Self.recentSeconds
    let needed = displays.count - pending.count - 1
    var old = 0
    while old < needed, displays[old + 1].seconds <= start { old += 1 }
    displays.removeFirst(old)
  }
}

/// Cosine similarities between all samples of a video, worked out once where many gates run over
/// the same samples.
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
