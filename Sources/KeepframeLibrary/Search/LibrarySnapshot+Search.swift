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
    let bounds = reaches.videos.indices.map { (bound: cohort.bound(reaches.upper($0)), index: reaches.videos[$0]) }
    return try answers(to: query, request, above: cohort, of: videos, bounds: bounds) { index throws(LibraryError) in
      try block(index)
    }
  }
}
