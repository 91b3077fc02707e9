import Glibc
import Keepframe
import KeepframeContext
import KeepframeNumerics
import KeepframeSystem
import SystemPackage
import Testing

@testable import KeepframeLibrary

private func filmPath(_ number: Int) -> FilePath { film(number) }

/// Videos in memory, made of pictures that change at every step.
private struct MadeVideos: SearchedVideos {
  static let dimension = 64

  private(set) var videos: [LibraryVideo] = []
  private var blocks: [VideoBlock] = []

  func block(_ index: Int) -> VideoBlock { blocks[index] }

  /// - Parameters:
  ///   - pictures: one for each quarter of a second, and a moment each.
  ///   - hasSamples: as the bundles of versions before samples had none.
  mutating func add(_ pictures: [[Float]], hasSamples: Bool = true) {
    let kept = Array(pictures.indices)
    func seconds(_ row: Int) -> Double { Double(row) * ClipAlignment.stepSeconds }
    var content = VideoBlock.Content(
      moments: Matrix(stacking: kept.map { pictures[$0] }), momentSeconds: kept.map(seconds),
      runs: kept.enumerated().map { CoverRun(seconds: seconds($1), row: $0) })
    if hasSamples {
      content.samples = QuantizedRows(columns: Self.dimension)
      content.samples?.append(Matrix(stacking: pictures))
      content.sampleSeconds = pictures.indices.map(seconds)
    }
    let number = videos.count
    videos.append(
      LibraryVideo(
        id: Int64(number + 1), path: filmPath(number), contentID: "\(number)", sizeBytes: 0,
        durationSeconds: seconds(pictures.count), width: 0, height: 0, moments: kept.count, contexts: 0, added: 0))
    blocks.append(VideoBlock(content))
  }

  /// Pictures that have nothing in common.
  static func pictures(_ count: Int, _ random: inout SeededGenerator) -> [[Float]] {
    (0..<count).map { _ in unit((0..<dimension).map { _ in random.uniform(in: Float(-1)...1) }) }
  }

  /// The same with a little of something else.
  static func altered(_ pictures: [[Float]], by amount: Float = 0.04, _ random: inout SeededGenerator) -> [[Float]] {
    pictures.map { picture in unit(picture.map { $0 + amount * random.uniform(in: Float(-1)...1) }) }
  }

  private static func unit(_ vector: [Float]) -> [Float] {
    var row = Matrix(stacking: [vector])
    row.normalizeRows()
    return row[row: 0]
  }

  func shared(threads: Int = 1, least: Double = 2) throws -> [SharedFootage] {
    try SharedFootageSearch(self, least: least).run(threads: threads)
  }
}

@Suite struct `Shared footage` {
  private var random = SeededGenerator(seed: 7)

  private mutating func pictures(_ count: Int) -> [[Float]] { MadeVideos.pictures(count, &random) }
  private mutating func altered(_ pictures: [[Float]]) -> [[Float]] { MadeVideos.altered(pictures, &random) }

  @Test(arguments: [true, false]) mutating func `is found where it is in both, and nowhere else`(hasSamples: Bool) throws {
    let (film, other) = (pictures(80), pictures(60))
    var videos = MadeVideos()
    videos.add(film, hasSamples: hasSamples)
    videos.add(pictures(100), hasSamples: hasSamples)
    videos.add(other[..<20] + altered(Array(film[30..<60])) + other[20...], hasSamples: hasSamples)
    let found = try videos.shared()
    let pair = try #require(found.first)
    #expect(found.count == 1 && pair.first.path == filmPath(0) && pair.second.path == filmPath(2))
    #expect(pair.kind == .part && pair.parts.count == 1)
    #expect(pair.parts[0].first == 7.5..<15 && pair.parts[0].second == 5..<12.5)
    #expect(abs(pair.coverageOfFirst - 30.0 / 80) < 1e-9 && abs(pair.coverageOfSecond - 30.0 / 90) < 1e-9)
  }

  @Test mutating func `has a kind`() throws {
    let (film, intro, credits) = (pictures(100), pictures(12), pictures(12))
    var videos = MadeVideos()
    videos.add(film)
    videos.add(altered(film))
    videos.add(altered(Array(film[40..<70])))
    videos.add(intro + pictures(60) + credits)
    videos.add(altered(intro) + pictures(70))
    videos.add(pictures(50) + altered(credits))
    let kinds = try videos.shared().reduce(into: [:]) { $0["\($1.first.id)\($1.second.id)"] = $1.kind }
    #expect(kinds == ["12": .copy, "13": .excerpt, "23": .excerpt, "45": .intro, "46": .credits])
  }

  @Test mutating func `is the same with any number of threads`() throws {
    let films = (0..<8).map { _ in pictures(40) }
    var videos = MadeVideos()
    for film in films { videos.add(film) }
    for film in films { videos.add(Array(altered(film)[5..<35])) }
    let found = try videos.shared()
    #expect(found.count == films.count && found.allSatisfy { $0.kind == .excerpt })
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
    #expect(try videos.shared(threads: 4) == found)
  }

  @Test mutating func `says little where the picture stands still`() throws {
    let still = [[Float]](repeating: pictures(1)[0], count: 40)
    let (before, after) = (pictures(20), pictures(20))
    var videos = MadeVideos()
    videos.add(before + still)
    videos.add(still + after)
    #expect(try videos.shared().isEmpty)
    // The same length of what moves is sure.
    let moving = pictures(40)
    var others = MadeVideos()
    others.add(before + moving)
    others.add(moving + after)
    #expect(try others.shared().count == 1)
  }

  @Test mutating func `goes on after what was cut into it`() throws {
    let film = pictures(80)
    var videos = MadeVideos()
    videos.add(film)
    // As long as what it covers, so the offset stays.
    videos.add(Array(film[..<30]) + pictures(20) + film[50...])
    let pair = try #require(try videos.shared().first)
    #expect(pair.parts.count == 2 && Set(pair.parts.map(\.first.lowerBound)) == [0, 12.5])
    #expect(pair.parts.allSatisfy { $0.first == $0.second })
  }

  @Test(arguments: [Float.nan, .infinity, 1e30])
  mutating func `is not told of what is no cosine`(value: Float) throws {
    let film = pictures(40)
    var damaged = film
    for row in 10..<20 { damaged[row][3] = value }
    var videos = MadeVideos()
    for _ in 0..<10 { videos.add(pictures(8)) }
    videos.add(film, hasSamples: false)
    videos.add(damaged, hasSamples: false)
    let pair = try #require(try videos.shared(least: 1).first)
    // Thirty steps that are the same score less than one each.
    #expect(pair.score > 5 && pair.score < 30)
  }

  @Test mutating func `is as long as is asked for, and the rest of it as sure`() throws {
    let (short, long, middle) = (pictures(12), pictures(40), pictures(30))
    var videos = MadeVideos()
    videos.add(short + middle + long)
    // The long part is altered so much that it is not sure by itself.
    let altered = MadeVideos.altered(long, by: 0.275, &random)
    videos.add(short + pictures(30) + altered)
    let all = try #require(try SharedFootageSearch(videos, least: 4).run(threads: 1).first)
    try #require(all.parts.count >= 2 && all.parts[0].first == 0..<3 && all.parts[1].score < 4)
    #expect(try SharedFootageSearch(videos, least: 4, leastSeconds: 3.5).run(threads: 1).isEmpty)
    #expect(try SharedFootageSearch(videos, least: 4, leastSeconds: 3).run(threads: 1).first?.parts.first == all.parts[0])
  }

  @Test mutating func `stops when it is cancelled`() throws {
    var videos = MadeVideos()
    for _ in 0..<3 { videos.add(pictures(20)) }
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try SharedFootageSearch(videos, least: 1).run(threads: 1, cancellation: cancellation)
    }
  }

  /// The second picture of each film is the first of the next.
  @Test func `of a library can be asked for by path and length`() throws {
    let place = Place()
    let snapshot = try place.create(films: 4).snapshot()
    var request = SharedFootageRequest()
    request.falseMatchesPerThousandHours = .greatestFiniteMagnitude
    let all = try snapshot.sharedFootage(request)
    #expect(Set(all.map { [$0.first.path, $0.second.path] }).isSuperset(of: (0..<3).map { [film($0), film($0 + 1)] }))
    request.videos.pathContaining = Array("/films/3".utf8)
    let some = try snapshot.sharedFootage(request)
    #expect(!some.isEmpty && some == all.filter { $0.second.path == film(3) })
    request.leastSeconds = 60
    #expect(try snapshot.sharedFootage(request).isEmpty)
  }
}

@Suite struct `A local alignment` {
  /// Written down plainly: every run of every diagonal.
  private func plain(_ first: ComparedVideo, _ second: ComparedVideo) -> Float {
    var best: Float = 0
    for start in first.shown.indices {
      for other in second.shown.indices {
        var (sum, peak): (Float, Float) = (0, 0)
        for step in 0..<min(first.shown.count - start, second.shown.count - other) {
          let (row, column) = (first.shown[start + step], second.shown[other + step])
          let gain =
            dot(first.rows[row: row].span, second.rows[row: column].span) - max(first.levels[row], second.levels[column])
            - LocalAlignment.margin
          sum += max(gain, -LocalAlignment.drop) * min(first.weights[start + step], second.weights[other + step])
          guard sum > 0, peak - sum < LocalAlignment.endDrop else { break }
          peak = max(peak, sum)
        }
        best = max(best, peak)
      }
    }
    return best
  }

  /// Rows in order, or coming back as moments do.
  private func made(_ steps: Int, comesBack: Bool = false, _ random: inout SeededGenerator) -> ComparedVideo {
    let rows = MadeVideos.pictures(max(1, steps / 2), &random).map { Array($0.prefix(6)) }
    let order = (0..<steps).map { comesBack ? random.uniform(in: 0..<rows.count) : min($0 / 2, rows.count - 1) }
    var matrix = Matrix(stacking: rows)
    matrix.normalizeRows()
    return ComparedVideo(
      rows: matrix, levels: rows.indices.map { _ in 0.3 * random.uniform(in: Float(-1)...1) }, moments: Array(rows.indices),
      shown: order)
  }

  @Test func `finds the best stretch of all`() throws {
    var random = SeededGenerator(seed: 3)
    for turn in 0..<80 {
      let first = made(random.uniform(in: 1..<50), comesBack: turn % 2 == 1, &random)
      let second = made(random.uniform(in: 1..<50), comesBack: turn % 4 > 1, &random)
      let found = try LocalAlignment.stretches(of: first, and: second, least: 1e-6)
      let expected = plain(first, second)
      #expect(abs((found.first?.score ?? 0) - Double(expected)) < 1e-4)
      #expect(found.allSatisfy { $0.first.count == $0.second.count && !$0.first.isEmpty })
      #expect(found.allSatisfy { $0.first.upperBound <= first.shown.count && $0.second.upperBound <= second.shown.count })
      #expect(LocalAlignment.bestStretch(of: first, and: second) == found.first)
      let swapped = try LocalAlignment.stretches(of: second, and: first, least: 1e-6)
      #expect(abs((swapped.first?.score ?? 0) - Double(expected)) < 1e-4)
    }
  }
}

@Suite struct `Chance matches` {
  @Test func `are fitted to an exponential tail, whatever a few high scores are`() throws {
    var random = SeededGenerator(seed: 5)
    var scores = (0..<20_000).map { _ in -log(1 - random.uniform(in: 0...0.999999)) / 8 }
    for place in 0..<20 { scores[place] = 50 }
    let fit = try #require(ChanceMatches(fitting: scores, hours: 2, suspects: 20))
    #expect(abs(fit.decay - 8) < 0.3)
    #expect(abs(fit.rate - 10_000) < 600, "as many above 0 for each hour with each hour")
    #expect(try #require(ChanceMatches(fitting: scores, hours: 2, suspects: 0)).decay < 6)
    #expect(ChanceMatches(fitting: Array(scores.prefix(20)), hours: 2, suspects: 20) == nil)
  }

  @Test func `are fewer above higher scores and in smaller libraries`() {
    let chance = ChanceMatches(rate: 600, decay: 8)
    for hours in [1.0, 50, 10_000] {
      for allowed in [0.01, 1, 100] {
        let score = chance.score(perThousandHours: allowed, hours: hours)
        #expect(abs(chance.perThousandHours(score: score, hours: hours) / allowed - 1) < 1e-9)
        #expect(chance.score(perThousandHours: allowed, hours: 2 * hours) > score)
        #expect(chance.score(perThousandHours: 2 * allowed, hours: hours) < score)
      }
    }
    #expect(chance.score(perThousandHours: 1, hours: 0.01) == chance.score(perThousandHours: 1, hours: 1))
    #expect(chance.score(perThousandHours: 1e300, hours: 1) == ChanceMatches.leastScore)
  }
}
