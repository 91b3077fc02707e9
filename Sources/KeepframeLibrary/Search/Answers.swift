/// So many of the best answers to a clip are looked at more closely, and ordered by that.
let refinedAnswers = 16

/// The best answers of some videos, best first, wherever their moments are.
///
/// A video's votes are at most the sum of its samples' largest gains, so those that may be among
/// the answers come first, and the rest need not be looked at.
///
/// - Parameters:
///   - bounds: for each video to look at, what ``Cohort/bound(_:)`` gives, and its place in
///     `videos`.
///   - block: the vectors of the video at a place.
package func answers<Failure: Error>(
  to query: SearchQuery, _ request: SearchRequest, above cohort: Cohort, of videos: [LibraryVideo],
  bounds: [(bound: Double, index: Int)], _ tuning: SearchTuning = SearchTuning(), block: (Int) throws(Failure) -> VideoBlock
) throws(Failure) -> [SearchHit] {
  // A closer look raises the score of an answer to a clip.
  let least = query.isPicture ? request.minimumScore : 0
  var best = BestHits(count: query.isPicture ? request.wanted : max(request.wanted, refinedAnswers))
  var matches: [Int64: VideoMatch] = [:]
  let bounded = bounds.filter { $0.bound > 0 && $0.bound >= least && request.videos.accepts(videos[$0.index]) }
    .sorted { ($0.bound, $1.index) > ($1.bound, $0.index) }
  for (bound, index) in bounded {
    if let least = best.leastScore, bound < least { break }
    let match = VideoMatch(video: videos[index], block: try block(index))
    best.add(match.hits(query, cohort).filter { $0.score >= least })
    guard !query.isPicture else { continue }
    // A block may be in memory, so only those that are looked at again are kept.
    matches[videos[index].id] = match
    if matches.count > 2 * refinedAnswers + best.hits.count {
      let ids = Set(best.hits.prefix(refinedAnswers).map(\.video.id))
      matches = matches.filter { ids.contains($0.key) }
    }
  }
  let hits =
    query.isPicture
    ? best.hits
    : refined(best.hits) { hit in matches[hit.video.id]?.refined(hit, query, cohort, tuning) ?? hit }
      .filter { $0.score >= request.minimumScore }
  return Array(hits.dropFirst(max(0, request.skipped)).prefix(request.limit))
}

/// The answers to a clip after a closer look, best first.
///
/// Those after the first ``refinedAnswers`` stay as they are, so that pages of answers fit
/// together.
func refined(_ hits: [SearchHit], by refine: (SearchHit) -> SearchHit) -> [SearchHit] {
  let (first, rest) = (hits.prefix(refinedAnswers).map(refine), hits.dropFirst(refinedAnswers))
  return first.sorted(by: BestHits.precedes) + rest
}
