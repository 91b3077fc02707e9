internal import KeepframeFootage
internal import KeepframeNumerics

/// Degraded views of a programme's samples, to be found again among the kept samples.
struct RecallQueries: Sendable {
  private let clips: [String: FootageClip]

  init(clips: [FootageClip]) {
    self.clips = Dictionary(uniqueKeysWithValues: clips.map { ($0.name, $0) })
  }

  /// The raw cosine of each query to each sample of the programme.
  func table(of programme: Programme) -> RecallTable {
    var (rows, vectors): ([Int], [[Float]]) = ([], [])
    for (row, sample) in programme.samples.enumerated() {
      // Each sample gets one view, in turn, so that no sample is asked for several times.
      let view = View.usual[rows.count % View.usual.count]
      guard let sample, !programme.isJunk(row), let vector = clips[sample.clip]?.embedding(of: sample.sample, view: view) else {
        continue
      }
      rows.append(row)
      vectors.append(vector)
    }
    guard !rows.isEmpty else { return RecallTable(programme, rows: [], similarities: Matrix(rows: 0, columns: programme.count)) }
    return RecallTable(
      programme, rows: rows, similarities: matmul(Matrix(stacking: vectors), programme.embeddings, transposeB: true))
  }
}

/// The queries of one programme against all of its samples.
struct RecallTable: Sendable {
  /// Samples this close to the query's own are right answers, as are all samples of its shot.
  static let withinSeconds = 1.0

  private let programme: Programme
  /// `[Q]`: the sample that each query shows.
  private let rows: [Int]
  /// `[Q, N]`
  private let similarities: Matrix

  init(_ programme: Programme, rows: [Int], similarities: Matrix) {
    self.programme = programme
    self.rows = rows
    self.similarities = similarities
  }

  /// The share of dropped queries whose most similar kept sample is a right answer; nil if there
  /// are no queries.
  func recall(of kept: [Int]) -> Double? {
    share(of: kept) { query in
      let nearest = kept.max { (similarities[query, $0], $1) < (similarities[query, $1], $0) }
      return nearest.map { isRight($0, for: rows[query]) } ?? false
    }
  }

  /// The share of dropped queries for which a right answer was kept.
  func reachable(from kept: [Int]) -> Double? {
    share(of: kept) { query in kept.contains { isRight($0, for: rows[query]) } }
  }

  private func share(of kept: [Int], where isFound: (Int) -> Bool) -> Double? {
    let held = Set(kept)
    let asked = rows.indices.filter { !held.contains(rows[$0]) }
    return asked.isEmpty ? nil : Double(asked.count(where: isFound)) / Double(asked.count)
  }

  private func isRight(_ answer: Int, for row: Int) -> Bool {
    abs(programme.seconds[answer] - programme.seconds[row]) <= Self.withinSeconds
      || programme.shotIndices[answer] == programme.shotIndices[row]
  }
}
