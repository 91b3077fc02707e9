internal import KeepframeNumerics

/// A video that may answer a query.
struct VideoMatch {
  let video: LibraryVideo
  let block: VideoBlock

  /// From this score on, the best stretch tells the time of an answer.
  private static let sureScore = 1.0

  /// The parts of the video that answer, in order of time, as far as moments tell.
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
    let alignment = ClipAlignment(
      gains: Self.gains(similarities, cohort), times: query.seconds, display: display(), rowCount: block.momentCount)
    return alignment.flatMap { hit($0, query, score: $0.votes / Double(query.vectors.rows).squareRoot()) }
  }

  /// The answer to a clip, after a look at all samples of the video.
  ///
  /// Moments tell best which videos to look at. Samples tell the time, and the best stretch that
  /// both share tells what is no chance: its score is added.
  ///
  /// - Complexity: O(Q · samples · d)
  func refined(_ hit: SearchHit, _ query: SearchQuery, _ cohort: Cohort, _ tuning: SearchTuning) -> SearchHit {
    var refined = hit
    if tuning.usesSamples, block.sampleCount > 0, let alignment = sampleAlignment(query, cohort) {
      refined = self.hit(alignment, query, score: hit.score) ?? hit
    }
    guard tuning.usesStretches, let stretch = stretch(query, cohort) else { return refined }
    let score = hit.score + stretch.score
    if stretch.score >= Self.sureScore { return self.hit(stretch, query, score: score) }
    return refined.placed(refined.seconds, score: score)
  }

  private func hit(_ stretch: AlignedStretch, _ query: SearchQuery, score: Double) -> SearchHit {
    let (own, asked) = (stretch.secondSeconds(within: video.durationSeconds), stretch.firstSeconds)
    let row = block.run(at: (own.lowerBound + own.upperBound) / 2).map { block.run($0).row } ?? 0
    return SearchHit(
      video: video, seconds: own, score: score, moment: row, momentSeconds: block.moment(row).seconds,
      reason: .clip(
        matched: query.seconds.count { asked.contains($0) }, of: query.vectors.rows, offsetSeconds: stretch.offsetSeconds))
  }

  /// The best stretch that the clip shares with the video. What unrelated videos reach is known of
  /// the clip's samples alone.
  private func stretch(_ query: SearchQuery, _ cohort: Cohort) -> AlignedStretch? {
    LocalAlignment.bestStretch(
      of: ComparedVideo(query, levels: cohort.levels),
      and: ComparedVideo(
        block, duration: video.durationSeconds, levels: [Float](repeating: -1, count: block.momentCount)))
  }

  private func hit(_ alignment: ClipAlignment, _ query: SearchQuery, score: Double) -> SearchHit? {
    guard let first = alignment.firstMatch, let last = alignment.lastMatch, let best = alignment.bestMatch else { return nil }
    func seconds(_ sample: Int) -> Double { query.seconds[sample] + alignment.offsetSeconds }
    let start = max(0, seconds(first))
    let end = min(video.durationSeconds, seconds(last) + ClipAlignment.stepSeconds)
    let row = block.run(at: seconds(best)).map { block.run($0).row } ?? 0
    return SearchHit(
      video: video, seconds: start..<max(start, end), score: score, moment: row, momentSeconds: block.moment(row).seconds,
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

  private func shown(of count: Int, start: (Int) -> Double) -> [Int] {
    shownInSteps(of: video.durationSeconds, count: count, start: start)
  }
}
