internal import KeepframeNumerics

extension LibrarySnapshot: SearchedVideos {
  /// The parts of videos that answer a query, best first.
  ///
  /// A picture is compared with every retained frame. Samples of a clip count together where they
  /// agree on one offset in time; each video gives one answer then. What reaches no more than
  /// unrelated videos do is no answer.
  ///
  /// - Parameter query: in the vector space of this library; ``SearchEmbedder`` makes it.
  /// - Throws: ``LibraryError`` `damaged`, or `otherDimension`.
  /// - Complexity: O(Q · moments · d), and for each video that may be among the answers O(Q · its
  ///   length · d).
  public func search(_ query: SearchQuery, _ request: SearchRequest = SearchRequest()) throws(LibraryError) -> [SearchHit] {
    guard let space else { return [] }
    guard query.vectors.columns == space.momentDimension else {
      throw folder.error(.otherDimension(expected: space.momentDimension, got: query.vectors.columns))
    }
    return try search(query, request, SearchTuning())
  }
}
