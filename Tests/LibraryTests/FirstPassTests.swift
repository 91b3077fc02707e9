import KeepframeNumerics
import Testing

@testable import KeepframeLibrary

@Suite struct `The first pass of a search` {
  private let place = Place()

  @Test(arguments: Moments.Kind.allCases)
  func `changes no answer, whatever codes say`(kind: Moments.Kind) throws {
    var random = SeededGenerator(seed: 1, name: "\(kind)")
    let made = Moments(kind, sizes: [3, 0, 1, 300, 40, 256, 257, 5] + Array(repeating: 7, count: 24), &random)
    let snapshot = try place.create(made).snapshot()
    let codes = made.videos.map { madeCodes($0.flatMap(\.self), dimension: Moments.dimension) }
    for turn in 0..<30 {
      let query = made.query(turn, of: snapshot, &random)
      var request = SearchRequest()
      request.limit = [1, 3, 10, .max][turn % 4]
      request.skipped = turn % 3
      if turn % 5 == 0 { request.minimumScore = 0.1 }
      if turn % 7 == 0 { request.videos.pathContaining = Array("1.mp4".utf8) }
      let expected = try snapshot.plainSearch(query, request)
      #expect(try snapshot.search(query, request) == expected)
      #expect(try snapshot.search(query, request) { _, _ in nil } == expected)
      #expect(try snapshot.search(query, request) { index, _ in codes[index] } == expected)
      // Some videos have codes, others do not.
      #expect(try snapshot.search(query, request) { index, _ in index % 2 == 0 ? codes[index] : nil } == expected)
    }
  }

  @Test func `finds many answers where rows are near, and few where they are not`() throws {
    var random = SeededGenerator(seed: 2)
    let made = Moments(.clustered, sizes: Array(repeating: 20, count: 30), &random)
    let snapshot = try place.create(made).snapshot()
    let hits = try snapshot.search(SearchQuery(picture: made.videos[3][4]))
    #expect(hits.first?.video.id == snapshot.videos[3].id && hits.first?.moment == 4)
  }

  @Test func `reads no moments that codes rule out`() throws {
    var random = SeededGenerator(seed: 3)
    let made = Moments(.random, sizes: Array(repeating: 5, count: 40), &random)
    let snapshot = try place.create(made).snapshot()
    let query = SearchQuery(picture: made.videos[7][2])
    #expect(try snapshot.search(query).first?.video.id == snapshot.videos[7].id)
    // Codes of other moments than there are.
    let zeros = madeCodes([Float](repeating: 0, count: 5 * Moments.dimension), dimension: Moments.dimension)
    let own = made.videos.map { madeCodes($0.flatMap(\.self), dimension: Moments.dimension) }
    let hits = try snapshot.search(query, SearchRequest()) { index, _ in index == 7 ? zeros : own[index] }
    #expect(!hits.contains { $0.video.id == snapshot.videos[7].id })
  }

  @Test(arguments: [Float.nan, .infinity, 0, 1e30])
  func `takes queries of which codes say nothing`(value: Float) throws {
    var random = SeededGenerator(seed: 4)
    let made = Moments(.clustered, sizes: Array(repeating: 5, count: 12), &random)
    let snapshot = try place.create(made).snapshot()
    let codes = made.videos.map { madeCodes($0.flatMap(\.self), dimension: Moments.dimension) }
    let query = SearchQuery(picture: [Float](repeating: value, count: Moments.dimension))
    let expected = try snapshot.plainSearch(query, SearchRequest())
    #expect(try snapshot.search(query, SearchRequest()) { index, _ in codes[index] } == expected)
  }
}

@Suite struct `The level of a cohort` {
  @Test func `depends on the videos that decide, whatever the others are`() {
    var random = SeededGenerator(seed: 1)
    var left = 0
    for turn in 0..<3_000 {
      let exact = (0..<random.uniform(in: 0..<60)).map { _ in
        // Few values, so that many are equal; many videos that are copies.
        turn % 3 == 0 ? Float(random.uniform(in: 0..<20)) / 20 : random.uniform(in: Float(turn % 2 == 0 ? 0.6 : -1)...1)
      }
      let width = random.element(of: [Float(0), 0.01, 0.1, 0.5])!
      let bounds = exact.map { value in
        let below = random.uniform(in: Float(0)...1) * width
        return (lower: value - below, upper: value + (width - below))
      }
      let decisive = Cohort.decisive(bounds)
      #expect(Cohort([decisive.map { exact[$0] }]).levels == Cohort([exact]).levels)
      left += exact.count - decisive.count
    }
    #expect(left > 10_000, "most need not be known")
  }
}

@Suite struct `The best answers` {
  @Test func `are those that come first of all that were found`() throws {
    var random = SeededGenerator(seed: 1)
    for count in [1, 3, 10, .max] {
      var (best, all) = (BestHits(count: count), [SearchHit]())
      for id in [4, 0, 9, 2, 7, 1, 3] as [Int64] {
        let video = LibraryVideo(
          id: id, path: film(Int(id)), contentID: "", sizeBytes: 0, durationSeconds: 9, width: 1, height: 1, moments: 9,
          contexts: 0, added: 0)
        let hits = (0..<random.uniform(in: 0..<6)).map { second in
          SearchHit(
            video: video, seconds: Double(second)..<9, score: Double(random.uniform(in: 1..<5)), moment: second,
            momentSeconds: 0, reason: .picture(cosine: 1))
        }
        best.add(hits)
        all += hits
        all.sort { ($0.score, $1.video.id, $1.seconds.lowerBound) > ($1.score, $0.video.id, $0.seconds.lowerBound) }
        #expect(best.hits == Array(all.prefix(count)))
        #expect(best.leastScore == (all.count >= count ? all[count - 1].score : nil))
      }
    }
  }
}

/// Moments of made videos.
struct Moments {
  static let dimension = 48

  enum Kind: CaseIterable, Sendable {
    case random
    /// Around few centres, as frames of shots are.
    case clustered
    /// Few different rows.
    case repeated
    /// Differing in the last bits.
    case close
    /// NaN, infinity, great and small ones among others.
    case strange
  }

  let videos: [[[Float]]]

  init(_ kind: Kind, sizes: [Int], _ random: inout SeededGenerator) {
    let centres = (0..<4).map { _ in Self.unit(&random) }
    videos = sizes.map { size in
      (0..<size).map { _ in
        let centre = centres[random.uniform(in: 0..<4)]
        let other = Self.unit(&random)
        switch kind {
        case .random: return other
        case .clustered: return normalized(zip(centre, other).map { $0 + 0.6 * $1 })!
        case .repeated: return centre
        case .close: return centres[0].map { random.uniform(in: 0..<3) == 0 ? $0.nextUp : $0 }
        case .strange:
          let factor = random.element(of: [Float(1), 1, 1, 1, .nan, .infinity, -.infinity, 1e30, 1e-30, 0x1p-140, 0, -1])!
          if random.uniform(in: 0..<2) == 0 { return other.map { $0 * factor } }
          var row = other
          row[random.uniform(in: 0..<Self.dimension)] *= factor
          return row
        }
      }
    }
  }

  static func unit(_ random: inout SeededGenerator) -> [Float] { normalized((0..<dimension).map { _ in random.gaussian() })! }

  /// Pictures and clips: of moments, near moments, far from them; with a source and without.
  func query(_ turn: Int, of snapshot: LibrarySnapshot, _ random: inout SeededGenerator) -> SearchQuery {
    let filled = videos.indices.filter { !videos[$0].isEmpty }
    let video = random.element(of: filled)!
    let source =
      turn % 4 == 1
      ? SearchQuery.Source(video: snapshot.videos[video].id, seconds: Double(random.uniform(in: 0..<videos[video].count)))
      : nil
    func sample(_ number: Int) -> [Float] {
      let other = Self.unit(&random)
      guard (turn + number) % 3 != 2 else { return other }
      let near = videos[video][min(number / 4, videos[video].count - 1)]
      return normalized(turn % 3 == 0 ? near : zip(near, other).map { $0 + 0.2 * $1 }) ?? other
    }
    if turn % 2 == 0 { return SearchQuery(picture: sample(0), source: source) }
    let count = [1, 5, 12][turn / 2 % 3]
    return SearchQuery(
      vectors: Matrix(stacking: (0..<count).map(sample)), seconds: (0..<count).map { Double($0) * 0.25 }, source: source)
  }
}

extension Place {
  func create(_ moments: Moments) throws -> Library {
    let library = try create()
    try library.addMade(moments.videos.map { $0.flatMap(\.self) }, dimension: Moments.dimension)
    return library
  }
}

extension LibrarySnapshot {
  /// The search without codes, bounds and early ends: each video is compared and sorted.
  fileprivate func plainSearch(_ query: SearchQuery, _ request: SearchRequest) throws -> [SearchHit] {
    var largest = [[Float]](repeating: [], count: query.vectors.rows)
    for (index, video) in videos.enumerated() where video.moments > 0 && video.id != query.source?.video {
      let block = try block(index)
      let moments = block.withMoments { Array($0) }
      for sample in 0..<query.vectors.rows {
        let products = (0..<block.momentCount).map {
          dot(query.vectors[row: sample], Array(moments[$0 * block.dimension..<($0 + 1) * block.dimension]))
        }
        largest[sample].append(products.filter(\.isFinite).reduce(-1, max))
      }
    }
    let cohort = Cohort(largest)
    var hits: [SearchHit] = []
    for (index, video) in videos.enumerated() where video.moments > 0 && request.videos.accepts(video) {
      hits += VideoMatch(video: video, block: try block(index)).hits(query, cohort)
    }
    hits.sort { ($0.score, $1.video.id, $1.seconds.lowerBound) > ($1.score, $0.video.id, $0.seconds.lowerBound) }
    if !query.isPicture {
      hits = refined(hits) { hit in
        guard let index = videos.firstIndex(where: { $0.id == hit.video.id }), let block = try? block(index) else { return hit }
        return VideoMatch(video: hit.video, block: block).refined(hit, query, cohort, SearchTuning())
      }
    }
    hits.removeAll { $0.score < request.minimumScore }
    return Array(hits.dropFirst(request.skipped).prefix(request.limit))
  }
}
