internal import KeepframeNumerics

/// Videos that can be searched together: those of a library, or others in memory.
package protocol SearchedVideos: Sendable {
  /// Every video counts for what unrelated videos reach.
  var videos: [LibraryVideo] { get }
  /// The vectors of `videos[index]`.
  func block(_ index: Int) throws(LibraryError) -> VideoBlock
}

/// Parts of the search that a measurement turns off.
package struct SearchTuning: Hashable, Sendable {
  /// Whether the time of an answer is told by all samples of its video, where it has them.
  package var usesSamples = true
  /// Whether what unrelated videos reach is subtracted; ``Cohort/usual`` is otherwise.
  package var normalizes = true

  package init(usesSamples: Bool = true, normalizes: Bool = true) {
    self.usesSamples = usesSamples
    self.normalizes = normalizes
  }
}

extension SearchedVideos {
  /// As ``LibrarySnapshot/search(_:_:)``.
  ///
  /// - Parameter query: of the length of the videos' moments.
  /// - Throws: ``LibraryError`` `damaged`.
  package func search(
    _ query: SearchQuery, _ request: SearchRequest, _ tuning: SearchTuning = SearchTuning()
  ) throws(LibraryError) -> [SearchHit] {
    try search(query, request, tuning) { $1.codes }
  }

  /// The same, whatever the codes are.
  ///
  /// - Parameter codes: those of a video, by its place and block; nil to compare the moments
  ///   themselves.
  func search(
    _ query: SearchQuery, _ request: SearchRequest, _ tuning: SearchTuning = SearchTuning(),
    codes: @escaping (Int, VideoBlock) -> StoredCodes?
  ) throws(LibraryError) -> [SearchHit] {
    guard request.limit > 0 else { return [] }
    var reaches = try Reaches(query.vectors, in: self, codes: codes)
    let cohort = tuning.normalizes ? try reaches.cohort(without: query.source?.video) : Cohort(usualOf: query.vectors.rows)
    let (sum, overflows) = max(0, request.skipped).addingReportingOverflow(request.limit)
    var best = BestHits(count: overflows ? .max : sum)
    // A video's votes are at most the sum of its samples' largest gains, so those that may be among
    // the answers come first, and the rest need not be looked at.
    let bounded = reaches.videos.indices.map { (bound: reaches.bound($0, cohort), index: reaches.videos[$0]) }
      .filter { $0.bound > 0 && $0.bound >= request.minimumScore && request.accepts(videos[$0.index]) }
      .sorted { ($0.bound, $1.index) > ($1.bound, $0.index) }
    for (bound, index) in bounded {
      if let least = best.leastScore, bound < least { break }
      let match = VideoMatch(video: videos[index], block: try block(index), usesSamples: tuning.usesSamples)
      best.add(match.hits(query, cohort).filter { $0.score >= request.minimumScore })
    }
    return Array(best.hits.dropFirst(max(0, request.skipped)))
  }
}
