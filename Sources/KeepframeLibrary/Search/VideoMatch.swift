internal import KeepframeNumerics

/// A video that may answer a query.
struct VideoMatch<Moments: VideoMoments> {
  let video: LibraryVideo
  let moments: Moments

  /// The parts of the video that answer, in order of time.
  ///
  /// - Complexity: O(Q · moments · d + Q · length of the video)
  func hits(_ query: SearchQuery, _ cohort: Cohort) -> [SearchHit] {
    let similarities = moments.withMoments { products(of: $0, with: query.vectors) }
    if query.isPicture { return pictureHits(similarities[row: 0], above: cohort.levels[0], query.source) }
    return clipHit(similarities, cohort, query).map { [$0] } ?? []
  }

  /// An answer for each stretch of the video in which frames that match are on display.
  private func pictureHits(_ similarities: [Float], above level: Float, _ source: SearchQuery.Source?) -> [SearchHit] {
    let own = source.flatMap { $0.video == video.id ? moments.run(at: $0.seconds) : nil }
    var hits: [SearchHit] = []
    for run in 0..<moments.runCount where run != own {
      let (start, row) = moments.run(run)
      guard similarities[row].isFinite, similarities[row] > level else { continue }
      let end = run + 1 < moments.runCount ? moments.run(run + 1).seconds : max(start, video.durationSeconds)
      let hit = SearchHit(
        video: video, seconds: start..<max(start, end), score: Double(similarities[row] - level), moment: row,
        momentSeconds: moments.seconds(ofMoment: row), reason: .picture(cosine: similarities[row]))
      guard let last = hits.last, last.seconds.upperBound == start else {
        hits.append(hit)
        continue
      }
      hits[hits.count - 1] = (hit.score > last.score ? hit : last).covering(last.seconds.lowerBound..<max(start, end))
    }
    return hits
  }

  private func clipHit(_ similarities: Matrix, _ cohort: Cohort, _ query: SearchQuery) -> SearchHit? {
    let rowCount = moments.momentCount
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
      moment: row, momentSeconds: moments.seconds(ofMoment: row),
      reason: .clip(matched: matched.count, of: query.vectors.rows, offsetSeconds: found.offsetSeconds))
  }

  private func gain(_ gains: [Float], _ sample: Int, _ found: ClipAlignment) -> Float {
    found.rows[sample].map { gains[sample * moments.momentCount + $0] } ?? 0
  }

  /// Which row stands for what is on display in each step of the video; at least one step.
  private func display() -> [Int] {
    let steps = max(1, Int((video.durationSeconds / ClipAlignment.stepSeconds).rounded(.up)))
    guard moments.runCount > 0 else { return [Int](repeating: 0, count: steps) }
    var rows: [Int] = []
    var run = 0
    for step in 0..<steps {
      // A sample on a step counts for it, whichever way its time was rounded.
      let seconds = (Double(step) + 1e-3) * ClipAlignment.stepSeconds
      while run + 1 < moments.runCount, moments.run(run + 1).seconds <= seconds { run += 1 }
      rows.append(moments.run(run).row)
    }
    return rows
  }
}
