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
    try search(query, request) { $1.codes }
  }

  /// The same, whatever the codes are.
  ///
  /// - Parameter codes: those of a video, by its place and block; nil to compare the moments
  ///   themselves.
  func search(
    _ query: SearchQuery, _ request: SearchRequest, codes: @escaping (Int, VideoBlock) -> StoredCodes?
  ) throws(LibraryError) -> [SearchHit] {
    guard let space, request.limit > 0 else { return [] }
    guard query.vectors.columns == space.momentDimension else {
      throw folder.error(.otherDimension(expected: space.momentDimension, got: query.vectors.columns))
    }
    // Every video counts for the cohort, whatever the request leaves out.
    var reaches = try Reaches(query.vectors, in: self, codes: codes)
    let cohort = try reaches.cohort(without: query.source?.video)
    let (sum, overflows) = max(0, request.skipped).addingReportingOverflow(request.limit)
    var best = BestHits(count: overflows ? .max : sum)
    // A video's votes are at most the sum of its samples' largest gains, so those that may be among
    // the answers come first, and the rest need not be looked at.
    let bounded = reaches.videos.indices.map { (bound: reaches.bound($0, cohort), index: reaches.videos[$0]) }
      .filter { $0.bound > 0 && $0.bound >= request.minimumScore && request.accepts(videos[$0.index]) }
      .sorted { ($0.bound, $1.index) > ($1.bound, $0.index) }
    for (bound, index) in bounded {
      if let least = best.leastScore, bound < least { break }
      let match = VideoMatch(video: videos[index], block: try block(index))
      best.add(match.hits(query, cohort).filter { $0.score >= request.minimumScore })
    }
    return Array(best.hits.dropFirst(max(0, request.skipped)))
  }
}
