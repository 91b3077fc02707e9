internal import KeepframeNumerics

extension LibrarySnapshot {
  /// The parts of videos that answer a query, best first.
  ///
  /// A picture is compared with every retained frame. Samples of a clip count together where they
  /// agree on one offset in time; each video gives one answer then. What reaches no more than
  /// unrelated videos do is no answer.
  ///
  /// - Parameter query: in the vector space of this library; ``SearchEmbedder`` makes it.
  /// - Throws: ``LibraryError`` `damaged`, or `otherDimension`.
  /// - Complexity: O(Q · moments · d), and for each video that may be among the answers O(Q · its
  ///   length).
  public func search(_ query: SearchQuery, _ request: SearchRequest = SearchRequest()) throws(LibraryError) -> [SearchHit] {
    guard let space, request.limit > 0 else { return [] }
    guard query.vectors.columns == space.momentDimension else {
      throw folder.error(.otherDimension(expected: space.momentDimension, got: query.vectors.columns))
    }
    // Every video counts for the cohort, whatever the request leaves out.
    var candidates: [Candidate] = []
    for (index, video) in videos.enumerated() {
      let block = try block(index)
      if block.momentCount > 0 { candidates.append(Candidate(index: index, video: video, block: block, query)) }
    }
    let others = candidates.filter { $0.video.id != query.source?.video }
    let cohort = Cohort((0..<query.vectors.rows).map { row in others.map { $0.largest[row] } })
    let (sum, overflows) = max(0, request.skipped).addingReportingOverflow(request.limit)
    let wanted = overflows ? .max : sum
    var hits: [SearchHit] = []
    // A video's votes are at most the sum of its samples' largest gains, so those that may be among
    // the answers come first, and the rest need not be looked at.
    let bounded = candidates.lazy.filter { request.accepts($0.video) }.map { (bound: $0.bound(cohort), candidate: $0) }
      .sorted { ($0.bound, $1.candidate.index) > ($1.bound, $0.candidate.index) }
    for (bound, candidate) in bounded {
      if bound <= 0 || bound < request.minimumScore { break }
      if hits.count >= wanted, bound < hits[wanted - 1].score { break }
      hits += candidate.hits(query, cohort).filter { $0.score >= request.minimumScore }
      hits.sort { ($0.score, $1.video.id, $1.seconds.lowerBound) > ($1.score, $0.video.id, $0.seconds.lowerBound) }
    }
    return Array(hits.dropFirst(max(0, request.skipped)).prefix(request.limit))
  }
}

/// A video, and how close a query comes to it.
private struct Candidate {
  let index: Int
  let video: LibraryVideo
  let block: VideoBlock
  /// `[Q]`: the largest similarity of each sample to a moment.
  let largest: [Float]

  init(index: Int, video: LibraryVideo, block: VideoBlock, _ query: SearchQuery) {
    (self.index, self.video, self.block) = (index, video, block)
    let similarities = Self.similarities(block, query)
    // What is not finite is damage, and must not change what other videos score.
    largest = (0..<query.vectors.rows).map { row in
      similarities[row: row].reduce(-1) { $1.isFinite ? max($0, $1) : $0 }
    }
  }

  /// `[Q, M]`
  private static func similarities(_ block: VideoBlock, _ query: SearchQuery) -> Matrix {
    block.withMoments { scores(of: $0, with: query.vectors) }
  }

  /// No answer of this video has a larger score: each sample votes once at each offset, and sums
  /// are rounded alike.
  func bound(_ cohort: Cohort) -> Double {
    var sum = 0.0
    for (similarity, level) in zip(largest, cohort.levels) { sum += Double(max(0, similarity - level)) }
    return sum / Double(largest.count).squareRoot()
  }

  func hits(_ query: SearchQuery, _ cohort: Cohort) -> [SearchHit] {
    let similarities = Self.similarities(block, query)
    if query.isPicture { return pictureHits(similarities[row: 0], above: cohort.levels[0], query.source) }
    return clipHit(similarities, cohort, query).map { [$0] } ?? []
  }

  /// An answer for each stretch of the video in which frames that match are on display.
  private func pictureHits(_ similarities: [Float], above level: Float, _ source: SearchQuery.Source?) -> [SearchHit] {
    let own = source.flatMap { $0.video == video.id ? block.run(at: $0.seconds) : nil }
    var hits: [SearchHit] = []
    for run in 0..<block.runCount where run != own {
      let (start, row) = block.run(run)
      guard similarities[row] > level else { continue }
      let end = run + 1 < block.runCount ? block.run(run + 1).seconds : max(start, video.durationSeconds)
      let hit = SearchHit(
        video: video, seconds: start..<max(start, end), score: Double(similarities[row] - level), moment: row,
        momentSeconds: block.moment(row).seconds, reason: .picture(cosine: similarities[row]))
      guard let last = hits.last, last.seconds.upperBound == start else {
        hits.append(hit)
        continue
      }
      hits[hits.count - 1] = (hit.score > last.score ? hit : last).covering(last.seconds.lowerBound..<max(start, end))
    }
    return hits
  }

  private func clipHit(_ similarities: Matrix, _ cohort: Cohort, _ query: SearchQuery) -> SearchHit? {
    let rowCount = block.momentCount
    var gains = similarities.values
    for (sample, level) in cohort.levels.enumerated() {
      for row in 0..<rowCount {
        let similarity = gains[sample * rowCount + row]
        gains[sample * rowCount + row] = similarity.isFinite ? max(0, similarity - level) : 0
      }
    }
    let display = display()
    guard let found = ClipAlignment(gains: gains, times: query.seconds, display: display, rowCount: rowCount) else { return nil }
    let matched = found.rows.indices.filter { found.rows[$0] != nil }
    guard let first = matched.first, let last = matched.last,
      let best = matched.max(by: { gain(gains, $0, found) < gain(gains, $1, found) }), let row = found.rows[best]
    else { return nil }
    let start = max(0, query.seconds[first] + found.offsetSeconds)
    let end = min(video.durationSeconds, query.seconds[last] + found.offsetSeconds + ClipAlignment.stepSeconds)
    return SearchHit(
      video: video, seconds: start..<max(start, end), score: found.votes / Double(query.vectors.rows).squareRoot(),
      moment: row, momentSeconds: block.moment(row).seconds,
      reason: .clip(matched: matched.count, of: query.vectors.rows, offsetSeconds: found.offsetSeconds))
  }

  private func gain(_ gains: [Float], _ sample: Int, _ found: ClipAlignment) -> Float {
    found.rows[sample].map { gains[sample * block.momentCount + $0] } ?? 0
  }

  /// Which row stands for what is on display in each step of the video; at least one step.
  private func display() -> [Int] {
    let steps = max(1, Int((video.durationSeconds / ClipAlignment.stepSeconds).rounded(.up)))
    guard block.runCount > 0 else { return [Int](repeating: 0, count: steps) }
    var rows: [Int] = []
    var run = 0
    for step in 0..<steps {
      // A sample on a step counts for it, whichever way its time was rounded.
      let seconds = (Double(step) + 1e-3) * ClipAlignment.stepSeconds
      while run + 1 < block.runCount, block.run(run + 1).seconds <= seconds { run += 1 }
      rows.append(block.run(run).row)
    }
    return rows
  }
}
