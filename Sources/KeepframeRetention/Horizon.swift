internal import Glibc
internal import KeepframeFeatures
package import KeepframeNumerics

/// The pictures that count when a gate judges: those of the past that are not yet forgotten, and
/// those seen ahead.
///
/// Each picture has an entry, which records for how many seconds it was on display. A sample that
/// shows the picture of an existing entry shares it, so a still takes one entry however often it is
/// sampled. The number of entries, N, is bounded, so neither memory nor time grows with the video.
struct Horizon: Sendable {
  /// Two samples with at least this cosine show the same picture.
  static let sameCosine: Float = 0.999
  /// ``displays`` reaches back this many seconds before the candidate.
  static let recentSeconds = 1.0

  /// Where the past fades, this many pictures are remembered besides those in ``displays``. The
  /// picture with the least left to gain is forgotten first.
  static let pictureCount = 512

  /// A sample that waits for its decision.
  struct Pending: Sendable {
    let sample: Sample
    let entry: Int
    var nearest: Memory.Neighbour?
    /// `[N]`: cosine to the picture in each entry.
    var similarities: [Float]
  }

  private struct Entry: Sendable {
    var ordinal: Int
    /// When the picture was on display, in seconds. Only a sliding window uses these.
    var start: Double
    var end: Double
    var importance: Float
  }

  /// The candidate, then the samples ahead of it.
  private(set) var pending: [Pending] = []
  /// `[N]`: cosine of each entry's picture to its nearest memory row; 0 while the memory is empty.
  private(set) var best: [Float] = []
  /// `[N]`: seconds of display times importance. Where the past fades, these are the values at
  /// ``origin``.
  private(set) var weights: [Float] = []
  /// The decay since ``origin``: multiply ``weights`` by this. It stays 1 where the past does not
  /// fade.
  private(set) var left = 1.0
  private var origin = 0.0
  /// When each picture came on display, and its entry, for the last ``recentSeconds`` and ahead.
  /// The latest comes last.
  private(set) var displays: [(seconds: Double, entry: Int)] = []
  /// The time up to which it is known what is on display.
  private(set) var known = 0.0
  private var entries: [Entry] = []
  private var importance: Float = 0
  private let reach: Reach
  private let table: SimilarityTable?
  /// `[N, dimension]`; empty if there is a table.
  private var embeddings: [Float] = []

  init(reach: Reach, table: SimilarityTable?) {
    self.reach = reach
    self.table = table
  }

  // MARK: - Time

  /// Records that the latest sample is on display until `seconds`, or longer.
  mutating func see(until seconds: Double) {
    guard let latest = displays.last, seconds > known else { return }
    known = seconds
    entries[latest.entry].end = seconds
    guard case .fading(let span) = reach else { return }
    // The decay is integrated, so the result does not depend on the number of steps in which time
    // passes.
    let before = 1 / left
    left = exp((origin - seconds) / span)
    weights[latest.entry] += Float(span * (1 / left - before)) * importance
    if left < 1e-3 {
      for entry in weights.indices { weights[entry] *= Float(left) }
      (origin, left) = (seconds, 1)
    }
  }

  /// Moves a sliding window to `moment`. Does nothing where the past fades.
  mutating func forget(before moment: Double) {
    guard case .seconds(let span) = reach else { return }
    for (index, entry) in entries.enumerated() {
      weights[index] = Float(max(0, entry.end - max(entry.start, moment - span))) * entry.importance
    }
  }

  /// When an entry's picture was first on display.
  func start(of entry: Int) -> Double { entries[entry].start }

  // MARK: - Samples

  /// Takes the next sample, which is on display from its own time on. All before that is then
  /// known.
  mutating func append(_ sample: Sample, importance: Float, nearest: Memory.Neighbour?) {
    see(until: sample.seconds)
    if displays.isEmpty { (known, origin) = (sample.seconds, sample.seconds) }
    var similarities = similarities(to: sample)
    let entry = entryOfSame(similarities) ?? makeRoom(for: sample, importance, nearest, &similarities)
    similarities[entry] = 1
    pending.append(Pending(sample: sample, entry: entry, nearest: nearest, similarities: similarities))
    displays.append((sample.seconds, entry))
    self.importance = importance
  }

  /// Whether the sample after the candidate shows the same picture.
  var isCandidateContinued: Bool { pending.count > 1 && pending[0].entry == pending[1].entry }

  /// Whether `sample`, which comes next, shows the picture that is on display now.
  func isContinued(by sample: Sample) -> Bool {
    guard let latest = displays.last else { return false }
    return similarity(of: latest.entry, to: sample) >= Self.sameCosine
  }

  /// The entry whose picture the sample repeats, if any. With a sliding window, only the picture on
  /// display just before can be repeated.
  private func entryOfSame(_ similarities: [Float]) -> Int? {
    switch reach {
    case .seconds:
      guard let latest = displays.last, similarities[latest.entry] >= Self.sameCosine else { return nil }
      return latest.entry
    case .fading:
      guard let largest = similarities.max(), largest >= Self.sameCosine else { return nil }
      return similarities.firstIndex(of: largest)
    }
  }

  /// Gives a new picture an entry. Extends `similarities` and those of the pending samples to that
  /// entry.
  private mutating func makeRoom(
    for sample: Sample, _ importance: Float, _ nearest: Memory.Neighbour?, _ similarities: inout [Float]
  ) -> Int {
    let values = sample.embedding.values
    let covered = nearest?.similarity ?? 0
    let entry = forgettable() ?? entries.count
    let new = Entry(ordinal: sample.ordinal, start: sample.seconds, end: sample.seconds, importance: importance)
    if entry == entries.count {
      entries.append(new)
      best.append(covered)
      weights.append(0)
      similarities.append(1)
      if table == nil { embeddings.append(contentsOf: values) }
      for index in pending.indices { pending[index].similarities.append(0) }
    } else {
      entries[entry] = new
      best[entry] = covered
      weights[entry] = 0
      if table == nil { embeddings.replaceSubrange(entry * values.count..<(entry + 1) * values.count, with: values) }
    }
    for index in pending.indices { pending[index].similarities[entry] = similarities[pending[index].entry] }
    return entry
  }

  /// An entry that may be given to another picture; nil while there is room, or if all are still
  /// needed.
  private func forgettable() -> Int? {
    if case .fading = reach, entries.count <= Self.pictureCount { return nil }
    var isFree = [Bool](repeating: true, count: entries.count)
    for display in displays { isFree[display.entry] = false }
    let free = isFree.indices.filter { isFree[$0] }
    switch reach {
    case .seconds(let span):
      let start = (pending.first?.sample.seconds ?? known) - span
      return free.first { entries[$0].end <= start }
    case .fading:
      guard free.count >= Self.pictureCount else { return nil }
      func left(_ entry: Int) -> Float { weights[entry] * (1 - best[entry]) }
      return free.min { (left($0), entries[$0].ordinal) < (left($1), entries[$1].ordinal) }
    }
  }

  private func similarities(to sample: Sample) -> [Float] {
    entries.indices.map { similarity(of: $0, to: sample) }
  }

  /// Cosine of the samples themselves: a sample only nearly equals the picture whose entry it
  /// shares.
  private func similarity(of sample: Sample, to other: Sample) -> Float {
    table.map { $0[sample.ordinal, other.ordinal] } ?? dot(sample.embedding.values, other.embedding.values)
  }

  private func similarity(of entry: Int, to sample: Sample) -> Float {
    if let table { return table[sample.ordinal, entries[entry].ordinal] }
    let values = sample.embedding.values
    return dot(embeddings.span.extracting(entry * values.count..<(entry + 1) * values.count), values.span)
  }

  // MARK: - Decisions

  /// Records that the candidate was stored in the memory, at `row`.
  mutating func store(row: Int) {
    let stored = pending[0]
    // While the memory is empty, `best` is 0. The first row replaces that even with a negative
    // cosine.
    for entry in best.indices {
      best[entry] = row == 0 ? stored.similarities[entry] : max(best[entry], stored.similarities[entry])
    }
    for index in pending.indices {
      let similarity = similarity(of: stored.sample, to: pending[index].sample)
      if pending[index].nearest.map({ similarity > $0.similarity }) ?? true {
        pending[index].nearest = Memory.Neighbour(row: row, similarity: similarity)
      }
    }
  }

  /// Removes the candidate, which has been decided about. The next pending sample is the candidate
  /// now.
  mutating func advance() {
    let decided = pending.removeFirst()
    let start = (pending.first?.sample.seconds ?? decided.sample.seconds) - Self.recentSeconds
    let needed = displays.count - pending.count - 1
    var old = 0
    while old < needed, displays[old + 1].seconds <= start { old += 1 }
    displays.removeFirst(old)
  }
}

/// Cosine similarities between all samples of a video. They are computed once, for many gates that
/// run over the same samples.
package struct SimilarityTable: Sendable {
  private let values: Matrix

  /// - Parameter embeddings: `[N, dimension]`, unit rows. Row *i* is the sample with ordinal *i*.
  package init(_ embeddings: Matrix) {
    values = matmul(embeddings, embeddings, transposeB: true)
  }

  package var count: Int { values.rows }
  package subscript(a: Int, b: Int) -> Float { a == b ? 1 : values.values[min(a, b) * values.columns + max(a, b)] }
  /// `[N]`: the cosine of one sample to every sample.
  package subscript(row row: Int) -> [Float] { values[row: row] }
}
