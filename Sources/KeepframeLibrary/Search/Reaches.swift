internal import KeepframeNumerics

/// How close each sample of a query comes to each video: the largest similarity of a moment.
///
/// Where a video has codes, the first pass reads only them, and says between what that similarity
/// lies. ``sharpen(_:_:)`` computes it where it matters, of the moments whose bounds leave it open.
struct Reaches {
  private let searched: any SearchedVideos
  private let queries: Matrix
  private let queryCodes: QueryCodes?
  private let codes: (Int, VideoBlock) -> StoredCodes?
  /// Which videos have moments, by place in ``SearchedVideos/videos``.
  private(set) var videos: [Int] = []
  /// `[videos * Q]`: the similarity is this or more.
  private var lower: [Float] = []
  /// `[videos * Q]`: the similarity is this or less.
  private var upper: [Float] = []

  /// Moments that are multiplied before their products are looked at: these stay in the cache.
  private static let blockRows = 256

  /// - Parameter codes: those of a video, if there are any.
  /// - Throws: ``LibraryError`` `damaged`.
  init(
    _ queries: Matrix, in searched: any SearchedVideos, codes: @escaping (Int, VideoBlock) -> StoredCodes?
  ) throws(LibraryError) {
    (self.searched, self.queries, self.codes) = (searched, queries, codes)
    queryCodes = QueryCodes(queries)
    for index in searched.videos.indices {
      let block = try searched.block(index)
      guard block.momentCount > 0 else { continue }
      videos.append(index)
      // What is not finite is damage, and must not change what other videos score.
      lower += repeatElement(-1, count: queries.rows)
      upper += repeatElement(-1, count: queries.rows)
      for start in stride(from: 0, to: block.momentCount, by: Self.blockRows) {
        let part = start..<min(start + Self.blockRows, block.momentCount)
        if let queryCodes, let stored = codes(index, block) {
          let bounds = queryCodes.bounds(of: stored, part, for: 0..<queries.rows)
          raise(bounds.lower, bounds.upper)
        } else {
          let products = Self.products(of: block, part, with: queries).values.map { $0.isFinite ? $0 : -1 }
          raise(products, products)
        }
      }
    }
  }

  /// Bounds of more moments of the last video, `[Q, moments]` each.
  private mutating func raise(_ lowers: [Float], _ uppers: [Float]) {
    let count = lowers.count / queries.rows
    for query in 0..<queries.rows {
      let place = lower.count - queries.rows + query
      var (low, high) = (lower[place], upper[place])
      for moment in query * count..<(query + 1) * count {
        if lowers[moment] > low { low = lowers[moment] }
        if uppers[moment] > high { high = uppers[moment] }
      }
      (lower[place], upper[place]) = (low, high)
    }
  }

  /// `[Q, part]`
  private static func products(of block: VideoBlock, _ part: Range<Int>, with queries: Matrix) -> Matrix {
    block.withMoments { moments in
      let place = part.lowerBound * block.dimension..<part.upperBound * block.dimension
      return KeepframeLibrary.products(of: UnsafeBufferPointer(rebasing: moments[place]), with: queries)
    }
  }

  /// What each sample reaches in videos that are no answer.
  ///
  /// - Parameter source: the video that the query was taken from, by its id.
  /// - Throws: ``LibraryError`` `damaged`.
  mutating func cohort(without source: Int64?) throws(LibraryError) -> Cohort {
    let known = searched.videos
    let others = videos.indices.filter { known[videos[$0]].id != source }
    var largest: [[Float]] = []
    for query in 0..<queries.rows {
      let bounds = others.map { (lower: lower[$0 * queries.rows + query], upper: upper[$0 * queries.rows + query]) }
      var exact: [Float] = []
      for place in Cohort.decisive(bounds) { exact.append(try sharpen(others[place], query)) }
      largest.append(exact)
    }
    return Cohort(largest)
  }

  /// The similarity itself, of one sample to the video at a place in ``videos``.
  private mutating func sharpen(_ place: Int, _ query: Int) throws(LibraryError) -> Float {
    let at = place * queries.rows + query
    let block = try searched.block(videos[place])
    if lower[at] < upper[at], let queryCodes, let stored = codes(videos[place], block) {
      let bounds = queryCodes.bounds(of: stored, 0..<block.momentCount, for: query..<query + 1)
      let sample = queries[row: query]
      let reach = block.withMoments { moments in
        bounds.upper.indices.reduce(Float(-1)) { reach, moment in
          guard bounds.upper[moment] >= lower[at] else { return reach }
          let row = UnsafeBufferPointer(rebasing: moments[moment * sample.count..<(moment + 1) * sample.count])
          let product = dot(sample.span, row.span)
          return product.isFinite ? max(reach, product) : reach
        }
      }
      (lower[at], upper[at]) = (reach, reach)
    }
    return upper[at]
  }

  /// `[Q]`: no similarity of the video at a place in ``videos`` is larger.
  func upper(_ place: Int) -> ArraySlice<Float> { upper[place * queries.rows..<(place + 1) * queries.rows] }
}
