package import KeepframeNumerics

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
  /// Whether the best answers to a clip are ordered by the best stretch that both share, too.
  package var usesStretches = true
  /// Whether what unrelated videos reach is subtracted; ``Cohort/usual`` is otherwise.
  package var normalizes = true

  package init(usesSamples: Bool = true, usesStretches: Bool = true, normalizes: Bool = true) {
    self.usesSamples = usesSamples
    self.usesStretches = usesStretches
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
    let bounds = reaches.videos.indices.map { (bound: cohort.bound(reaches.upper($0)), index: reaches.videos[$0]) }
    return try answers(to: query, request, above: cohort, of: videos, bounds: bounds, tuning) { index throws(LibraryError) in
      try block(index)
    }
  }

  /// What unrelated videos reach, for each vector.
  ///
  /// - Parameters:
  ///   - vectors: `[Q, d]`.
  ///   - id: of the video that they were taken from, which does not count.
  /// - Returns: `[Q]`.
  /// - Throws: ``LibraryError`` `damaged`.
  package func levels(of vectors: Matrix, without id: Int64?) throws(LibraryError) -> [Float] {
    var reaches = try Reaches(vectors, in: self) { $1.codes }
    return try reaches.cohort(without: id).levels
  }
}
