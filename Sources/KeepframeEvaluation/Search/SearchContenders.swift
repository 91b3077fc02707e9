internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeLibrary
internal import KeepframeNumerics
internal import SystemPackage

/// What looks for copies: the search that ships, and simpler ones.
enum SearchContender: String, Sendable, CaseIterable {
  /// As ``LibrarySnapshot/search(_:_:)`` does.
  case shipped = "aligned, normalised"
  /// Without the best stretch that both share.
  case votes = "by votes alone"
  case unrefined = "by votes of retained frames"
  /// The best of ``votes``, by the best stretch alone, as `dups` finds it: what unrelated videos
  /// reach counts on both sides. Only where a clip is looked for.
  case stretches = "by stretches, as dups"
  case unnormalized = "without normalisation"
  /// The mean over the query's samples of the largest cosine in the video.
  case unordered = "largest cosines, no order"
  case mean = "one mean vector a video"
  /// ``shipped``, of the videos whose mean vectors are nearest: contexts before moments.
  case shortlisted = "nearest mean vectors first"
  /// The share of the query's samples that are within ``hashDistance`` of one of the video's.
  case hash = "dHash of every sample"
  /// The same by PDQ, among samples of ``pdqQuality`` or more, as vPDQ does.
  case pdq = "PDQ of every sample"

  /// Of 64 bits.
  static let hashDistance = 8
  /// Of 256 bits; vPDQ's.
  static let pdqDistance = 31
  /// vPDQ's.
  static let pdqQuality = 50
}

/// The first answer to a query.
struct SearchAnswer: Hashable, Sendable {
  let video: String
  /// More is better; scores of one contender can be compared.
  let score: Double
  /// How far the answer's time is from the right one, in seconds, if the video is right and the
  /// contender tells a time.
  var timeError: Double?
}

/// The answers to a query: where its video is in the library, and where it is not.
struct SearchOutcome: Hashable, Sendable {
  var present: SearchAnswer?
  var absent: SearchAnswer?
}

/// Asks every contender.
struct SearchContenders: Sendable {
  private let library: EvaluationLibrary
  /// Of each clip's samples, by its name.
  private let hashes: [String: [UInt64]]
  private let pdqHashes: [String: [PDQHash]]
  private let projection: Projection
  /// The levels of each video's moments, by its path.
  private let levels: [String: [Float]]

  /// - Parameter levels: see ``ChanceLibrary/levels``.
  init(_ library: EvaluationLibrary, hashes: [String: [PictureHashes]], levels: [String: [Float]], projection: Projection) {
    self.library = library
    self.levels = levels
    self.hashes = hashes.mapValues { $0.map(\.difference) }
    pdqHashes = hashes.mapValues(\.compared)
    self.projection = projection
  }

  func outcomes(of excerpt: CopiedExcerpt) throws -> [SearchContender: SearchOutcome] {
    let without = library.videos.indices.filter { place in
      library.sources[place] != excerpt.source && !excerpt.foreignSources.contains(library.sources[place])
    }
    guard let own = library.videos.firstIndex(where: { $0.path.string == excerpt.video }) else { return [:] }
    let query = Query(excerpt, projection)
    var outcomes: [SearchContender: SearchOutcome] = [:]
    for contender in SearchContender.allCases {
      outcomes[contender] = SearchOutcome(
        present: try answer(query, contender, among: (without + [own]).sorted()),
        absent: try answer(query, contender, among: without))
    }
    return outcomes
  }

  private struct Query {
    let excerpt: CopiedExcerpt
    let search: SearchQuery
    /// Of unit length.
    let mean: [Float]

    init(_ excerpt: CopiedExcerpt, _ projection: Projection) {
      self.excerpt = excerpt
      let vectors = projection.apply(to: excerpt.embeddings)
      search =
        excerpt.kind == .frame ? SearchQuery(picture: vectors[row: 0]) : SearchQuery(vectors: vectors, seconds: excerpt.seconds)
      var mean = Matrix(stacking: [sum(ofRows: vectors)])
      mean.normalizeRows()
      self.mean = mean[row: 0]
    }

    /// How far an answer errs in time.
    ///
    /// - Parameter offset: the video's time less the excerpt's.
    func timeError(offset: Double) -> Double? {
      excerpt.pieces.map { abs($0.start + offset - $0.videoStart) }.min()
    }
  }

  private func answer(_ query: Query, _ contender: SearchContender, among indices: [Int]) throws -> SearchAnswer? {
    switch contender {
    case .shipped: try searched(query, indices, SearchTuning())
    case .votes: try searched(query, indices, SearchTuning(usesStretches: false))
    case .unrefined: try searched(query, indices, SearchTuning(usesSamples: false, usesStretches: false))
    case .stretches: try stretched(query, indices)
    case .unnormalized: try searched(query, indices, SearchTuning(normalizes: false))
    case .unordered: best(indices) { reach(query, $0) }
    case .shortlisted: try searched(query, shortlist(of: indices, query), SearchTuning())
    case .mean: best(indices) { Double(dot(library.means[row: $0].span, query.mean.span)) }
    case .hash:
      hashed(query.excerpt.hashes.map(\.difference), indices, hashes, bits: 64, within: SearchContender.hashDistance) {
        ($0 ^ $1).nonzeroBitCount
      }
    case .pdq:
      hashed(query.excerpt.hashes.compared, indices, pdqHashes, bits: 256, within: SearchContender.pdqDistance) {
        $0.distance(to: $1)
      }
    }
  }

  private func searched(_ query: Query, _ indices: [Int], _ tuning: SearchTuning) throws -> SearchAnswer? {
    var request = SearchRequest()
    request.limit = 1
    guard let hit = try PartOfLibrary(library: library, indices: indices).search(query.search, request, tuning).first else {
      return nil
    }
    var answer = SearchAnswer(video: hit.video.path.string, score: hit.score)
    if answer.video == query.excerpt.video {
      switch hit.reason {
      case .clip(_, _, let offset): answer.timeError = query.timeError(offset: offset)
      case .picture:
        let right = query.excerpt.pieces[0].videoStart
        answer.timeError = max(0, hit.seconds.lowerBound - right, right - hit.seconds.upperBound)
      case .words: break
      }
    }
    return answer
  }

  /// The sixteen videos whose mean vectors are nearest.
  private func shortlist(of indices: [Int], _ query: Query) -> [Int] {
    let nearness = indices.map { (dot(library.means[row: $0].span, query.mean.span), $0) }
    return nearness.sorted { ($1.0, $0.1) < ($0.0, $1.1) }.prefix(16).map(\.1)
  }

  private func stretched(_ query: Query, _ indices: [Int]) throws -> SearchAnswer? {
    guard !query.search.isPicture else { return nil }
    let part = PartOfLibrary(library: library, indices: indices)
    let clip = ComparedVideo(query.search, levels: try part.levels(of: query.search.vectors, without: nil))
    var best: SearchAnswer?
    for hit in try part.search(query.search, SearchRequest(), SearchTuning(usesStretches: false)) {
      guard let place = library.videos.firstIndex(where: { $0.id == hit.video.id }) else { continue }
      let block = library.block(place)
      // Photographs, and clips of which every sample is a moment, have no levels: the clip's count.
      let known = levels[hit.video.path.string] ?? []
      let levels = known.count == block.momentCount ? known : [Float](repeating: -1, count: block.momentCount)
      let video = ComparedVideo(block, duration: hit.video.durationSeconds, levels: levels)
      let stretch = LocalAlignment.bestStretch(of: clip, and: video)
      guard (stretch?.score ?? 0) > best?.score ?? -1 else { continue }
      best = SearchAnswer(video: hit.video.path.string, score: stretch?.score ?? 0)
      if let stretch, hit.video.path.string == query.excerpt.video {
        best?.timeError = query.timeError(offset: stretch.offsetSeconds)
      }
    }
    return best
  }

  private func best(_ indices: [Int], score: (Int) -> Double) -> SearchAnswer? {
    let scores = indices.map(score)
    return indices.indices.max { (scores[$0], $1) < (scores[$1], $0) }.map {
      SearchAnswer(video: library.videos[indices[$0]].path.string, score: scores[$0])
    }
  }

  private func reach(_ query: Query, _ place: Int) -> Double {
    let products = library.block(place).withMoments { moments in
      KeepframeLibrary.products(of: moments, with: query.search.vectors)
    }
    let largest = (0..<products.rows).reduce(0.0) { $0 + Double(products[row: $1].max() ?? 0) }
    return largest / Double(products.rows)
  }

  /// - Parameters:
  ///   - asked: the query's.
  ///   - hashes: by the clip's name.
  ///   - bits: of a hash.
  ///   - limit: the largest distance of two that match.
  private func hashed<Hash>(
    _ asked: [Hash], _ indices: [Int], _ hashes: [String: [Hash]], bits: Int, within limit: Int, distance: (Hash, Hash) -> Int
  ) -> SearchAnswer? {
    guard !asked.isEmpty else { return nil }
    return best(indices) { place in
      // Photographs have no hashes, so they are no distractors here.
      let known = hashes[library.videos[place].path.string] ?? []
      let distances = asked.map { hash in known.reduce(bits) { min($0, distance(hash, $1)) } }
      let matched = distances.count { $0 <= limit }
      // Among equal shares the smaller distances decide.
      let mean = Double(distances.reduce(0, +)) / Double(asked.count)
      return Double(matched) / Double(asked.count) - mean / Double(100 * bits)
    }
  }
}

extension [PictureHashes] {
  /// Those that vPDQ compares.
  fileprivate var compared: [PDQHash] { map(\.pdq).filter { $0.quality >= SearchContender.pdqQuality } }
}
