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
  var best = BestHits(count: request.wanted)
  let bounded = bounds.filter { $0.bound > 0 && $0.bound >= request.minimumScore && request.accepts(videos[$0.index]) }
    .sorted { ($0.bound, $1.index) > ($1.bound, $0.index) }
  for (bound, index) in bounded {
    if let least = best.leastScore, bound < least { break }
    let match = VideoMatch(video: videos[index], block: try block(index), usesSamples: tuning.usesSamples)
    best.add(match.hits(query, cohort).filter { $0.score >= request.minimumScore })
  }
  return Array(best.hits.dropFirst(max(0, request.skipped)))
}
