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
    guard let space else { return [] }
    guard query.vectors.columns == space.momentDimension else {
      throw folder.error(.otherDimension(expected: space.momentDimension, got: query.vectors.columns))
    }
    // Every video counts for the cohort, whatever the request leaves out.
    var candidates: [Candidate] = []
    for (index, video) in videos.enumerated() {
      let block = try block(index)
      if block.momentCount > 0 { candidates.append(Candidate(index: index, video: video, block: block, query)) }
    }
    let cohort = Cohort((0..<query.vectors.rows).map { row in candidates.map { $0.largest[row] } })
    let wanted = request.skipped + request.limit
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
    return Array(hits.dropFirst(request.skipped).prefix(request.limit))
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
    largest = (0..<query.vectors.rows).map { similarities[row: $0].max() ?? -1 }
  }

  /// `[Q, M]`; of moments that the query was taken from, -1.
  private static func similarities(_ block: VideoBlock, _ query: SearchQuery) -> Matrix {
    block.withMoments { scores(of: $0, with: query.vectors) }
  }

  /// No answer of this video has a larger score.
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

  /// An answer for each retained frame; neighbours in time are one answer.
  private func pictureHits(_ similarities: [Float], above level: Float, _ source: SearchQuery.Source?) -> [SearchHit] {
    var hits: [SearchHit] = []
    for row in similarities.indices where similarities[row] > level {
      let moment = block.moment(row)
      if let source, source.video == video.id, isInside(moment, source) { continue }
      let hit = SearchHit(
        video: video, seconds: moment.covers, score: Double(similarities[row] - level), moment: row,
        momentSeconds: moment.seconds, reason: .picture(cosine: similarities[row]))
      guard let last = hits.last, last.seconds.upperBound >= hit.seconds.lowerBound else {
        hits.append(hit)
        continue
      }
      let span = last.seconds.lowerBound..<max(last.seconds.upperBound, hit.seconds.upperBound)
      hits[hits.count - 1] = (hit.score > last.score ? hit : last).covering(span)
    }
    return hits
  }

  private func isInside(_ moment: MomentRecord, _ source: SearchQuery.Source) -> Bool {
    moment.covers.lowerBound <= source.seconds.upperBound && source.seconds.lowerBound <= moment.covers.upperBound
  }

  private func clipHit(_ similarities: Matrix, _ cohort: Cohort, _ query: SearchQuery) -> SearchHit? {
    let rowCount = block.momentCount
    var gains = similarities.values
    for (sample, level) in cohort.levels.enumerated() {
      for row in 0..<rowCount { gains[sample * rowCount + row] = max(0, gains[sample * rowCount + row] - level) }
    }
    if let source = query.source, source.video == video.id {
      for row in 0..<rowCount where isInside(block.moment(row), source) {
        for sample in 0..<query.vectors.rows { gains[sample * rowCount + row] = 0 }
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
    var rows = [Int](repeating: 0, count: steps)
    var run = 0
    for step in 0..<steps {
      // A sample on a step counts for it, whichever way its time was rounded.
      let seconds = (Double(step) + 1e-3) * ClipAlignment.stepSeconds
      while run + 1 < block.runCount, block.run(run + 1).seconds <= seconds { run += 1 }
      rows[step] = block.runCount > 0 ? block.run(run).row : 0
    }
    return rows
  }
}
