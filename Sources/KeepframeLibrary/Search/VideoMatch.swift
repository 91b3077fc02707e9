internal import KeepframeNumerics

/// A video that may answer a query.
struct VideoMatch {
  let video: LibraryVideo
  let block: VideoBlock
  /// Whether all samples tell the time of an answer, where the video has them.
  var usesSamples = true

  /// The parts of the video that answer, in order of time.
  ///
  /// - Complexity: O(Q · moments · d + Q · length of the video)
  func hits(_ query: SearchQuery, _ cohort: Cohort) -> [SearchHit] {
    let similarities = block.withMoments { products(of: $0, with: query.vectors) }
    if query.isPicture { return pictureHits(similarities[row: 0], above: cohort.levels[0], query.source) }
    return clipHit(similarities, cohort, query).map { [$0] } ?? []
  }

  /// An answer for each stretch of the video in which frames that match are on display.
  private func pictureHits(_ similarities: [Float], above level: Float, _ source: SearchQuery.Source?) -> [SearchHit] {
    let own = source.flatMap { $0.video == video.id ? block.run(at: $0.seconds) : nil }
    var hits: [SearchHit] = []
    for run in 0..<block.runCount where run != own {
      let (start, row) = block.run(run)
      guard similarities[row].isFinite, similarities[row] > level else { continue }
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
    let gains = Self.gains(similarities, cohort)
    guard let found = ClipAlignment(gains: gains, times: query.seconds, display: display(), rowCount: block.momentCount) else {
      return nil
    }
    // Which video it is, retained frames tell best. When in it, all samples do.
    let alignment = usesSamples && block.sampleCount > 0 ? sampleAlignment(query, cohort) ?? found : found
    guard let first = alignment.firstMatch, let last = alignment.lastMatch, let best = alignment.bestMatch else { return nil }
    func seconds(_ sample: Int) -> Double { query.seconds[sample] + alignment.offsetSeconds }
    let start = max(0, seconds(first))
    let end = min(video.durationSeconds, seconds(last) + ClipAlignment.stepSeconds)
    let row = block.run(at: seconds(best)).map { block.run($0).row } ?? 0
    return SearchHit(
      video: video, seconds: start..<max(start, end), score: found.votes / Double(query.vectors.rows).squareRoot(),
      moment: row, momentSeconds: block.moment(row).seconds,
      reason: .clip(matched: alignment.matchCount, of: query.vectors.rows, offsetSeconds: alignment.offsetSeconds))
  }

  private func sampleAlignment(_ query: SearchQuery, _ cohort: Cohort) -> ClipAlignment? {
    guard let codes = QueryCodes(query.vectors) else { return nil }
    let similarities = block.withSamples { codes.cosines(with: $0) }
    return ClipAlignment(
      gains: Self.gains(similarities, cohort), times: query.seconds,
      display: shown(of: block.sampleCount, start: block.sampleSeconds), rowCount: block.sampleCount)
  }

  /// How far each similarity exceeds the level of its query, `[Q, rows]`.
  private static func gains(_ similarities: Matrix, _ cohort: Cohort) -> [Float] {
    var gains = similarities.values
    for (sample, level) in cohort.levels.enumerated() {
      for index in similarities.range(ofRow: sample) {
        let similarity = gains[index]
        gains[index] = similarity.isFinite ? max(0, similarity - level) : 0
      }
    }
    return gains
  }

  /// Which row stands for what is on display in each step of the video.
  private func display() -> [Int] {
    guard block.runCount > 0 else { return shown(of: 0) { _ in 0 } }
    return shown(of: block.runCount) { block.run($0).seconds }.map { block.run($0).row }
  }

  /// Which of several entries is on display in each step of the video; at least one step. Each is
  /// from its start to that of the next.
  private func shown(of count: Int, start: (Int) -> Double) -> [Int] {
    let steps = max(1, Int((video.durationSeconds / ClipAlignment.stepSeconds).rounded(.up)))
    var entry = 0
    return (0..<steps).map { step in
      // An entry that starts on a step counts for it, whichever way its time was rounded.
      let seconds = (Double(step) + 1e-3) * ClipAlignment.stepSeconds
      while entry + 1 < count, start(entry + 1) <= seconds { entry += 1 }
      return entry
    }
  }
}
