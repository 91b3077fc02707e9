import Keepframe
import KeepframeDecoding
import KeepframeFeatures
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeLibrary

@Suite struct `Searching a library` {
  private let place = Place()

  private func snapshot(films: Int = 4) throws -> LibrarySnapshot { try place.create(films: films).snapshot() }

  @Test(arguments: 0..<4) func `finds a clip by its picture in small, and when it was shown`(number: Int) throws {
    let snapshot = try snapshot()
    let small = try clip("small\(number).mp4", "-i \(Films.clip(number)) -vf scale=64:36 -c:v libx264 -pix_fmt yuv420p")
    let query = try SearchEmbedder(snapshot, backbone: ThumbnailBackbone()).clip(small)
    #expect(query.vectors.rows == query.seconds.count && !query.isPicture && query.source == nil)
    let hit = try #require(try snapshot.search(query).first)
    #expect(hit.video.path == film(number) && hit.score > 0 && hit.seconds.lowerBound == 0)
    guard case .clip(let matched, let count, let offset) = hit.reason else { return #expect(Bool(false), "\(hit)") }
    #expect(matched == count && count == query.vectors.rows && offset == 0)
    #expect("\(hit)".contains("/films/\(number).mp4: 0.00 s to ") && "\(hit)".hasSuffix("\(count) of \(count) samples match"))
  }

  @Test func `finds part of a clip at its time`() throws {
    let snapshot = try snapshot()
    let embedder = try SearchEmbedder(snapshot, backbone: ThumbnailBackbone())
    // From the middle of the first picture to the middle of the second.
    let query = try embedder.clip(try Films.clip(2), part: 1..<2)
    #expect(query.seconds.allSatisfy { (0..<1).contains($0) })
    let hit = try #require(try snapshot.search(query).first)
    #expect(hit.video.path == film(2) && abs(hit.seconds.lowerBound - 1) <= 0.5 && abs(hit.seconds.upperBound - 2) <= 0.5)
  }

  @Test func `finds a picture, and nothing like a blank one`() throws {
    let snapshot = try snapshot()
    let embedder = try SearchEmbedder(snapshot, backbone: ThumbnailBackbone())
    for number in 0..<4 {
      let still = try snapshot.picture(number, moment: 0)
      let hit = try #require(try snapshot.search(try embedder.picture("still.jpg", bytes: still)).first)
      #expect(hit.moment == 0 && hit.video.path == film(number) && hit.seconds.contains(hit.momentSeconds))
      guard case .picture(let cosine) = hit.reason else { return #expect(Bool(false), "\(hit)") }
      #expect(cosine > 0.98)
    }
    #expect(problem { try snapshot.query(at: 99, of: 0) } == .noSuchPart(file: film(0)))
    #expect(problem { try embedder.clip(try Films.clip(0), part: 50..<60) } == .noSuchPart(file: try Films.clip(0)))
    let black = try clip("black.mp4", "-f lavfi -i color=black:s=96x54:r=10:d=1 -c:v libx264")
    #expect(problem { try embedder.clip(black) } == .blankQuery(file: black))
  }

  @Test func `looks for a moment of its own elsewhere`() throws {
    // The second picture of film 0 is the first of film 1.
    let snapshot = try snapshot()
    let query = try snapshot.query(at: 2.5, of: 0)
    #expect(query.source == .init(video: snapshot.videos[0].id, seconds: 2.5) && query.isPicture)
    let hit = try #require(try snapshot.search(query).first)
    #expect(hit.video.path == film(1) && hit.seconds.lowerBound < 1.5)
    #expect(try snapshot.search(query).allSatisfy { !($0.video.path == film(0) && $0.seconds.contains(2.5)) })
  }

  @Test func `gives pages of what it found, of the videos that are asked for`() throws {
    let snapshot = try snapshot()
    // Its pictures are in the films before and after it, too.
    let query = try SearchEmbedder(snapshot, backbone: ThumbnailBackbone()).clip(try Films.clip(1))
    var request = SearchRequest()
    let all = try snapshot.search(query, request)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.score >= $1.score })
    try #require(all.count > 1)
    (request.limit, request.skipped) = (1, 1)
    #expect(try snapshot.search(query, request) == [all[1]])
    request = SearchRequest()
    request.videos.pathContaining = Array("/films/2".utf8)
    let one = try snapshot.search(query, request)
    #expect(!one.isEmpty && one.allSatisfy { $0.video.path == film(2) })
    request.videos.pathContaining = nil
    request.minimumScore = all[0].score
    #expect(try snapshot.search(query, request) == all.filter { $0.score >= all[0].score })
    request.videos.durationSeconds = 2.9...3.1
    #expect(!(try snapshot.search(query, request).isEmpty))
    request.videos.durationSeconds = 10...20
    #expect(try snapshot.search(query, request).isEmpty)
    request = SearchRequest()
    (request.limit, request.skipped) = (.max, 1)
    #expect(try snapshot.search(query, request).count == all.count - 1)
    request.limit = 0
    #expect(try snapshot.search(query, request).isEmpty)
    request = SearchRequest()
    request.videos.recorded = 0...1
    #expect(try snapshot.search(query, request).isEmpty, "none has a date")
  }

  @Test func `finds videos by when they were recorded`() throws {
    let library = try place.create(films: 1)
    let dated = try Films.changed(try Films.bundle(1), in: place.folder) { manifest, fingerprint in
      manifest.replacing("\"fingerprint\"", with: "\"recorded\" : \"2024-05-01T12:30:00Z\",\n    \"fingerprint\"")
    }
    try library.add(dated, of: film(1))
    let snapshot = try library.snapshot()
    #expect(snapshot.videos.map(\.recorded) == [nil, 1_714_566_600])
    // Its second picture is the other film's first.
    let query = try snapshot.query(at: 2.5, of: 0)
    var request = SearchRequest()
    request.videos.recorded = 1_714_566_600...1_714_566_601
    let found = try snapshot.search(query, request)
    #expect(!found.isEmpty && found.allSatisfy { $0.video.path == film(1) })
    request.videos.recorded = 1_714_566_601...2e9
    #expect(try snapshot.search(query, request).isEmpty)
    try FileSystem.remove(place.file("library.sqlite"))
    #expect(try Library.repair(place.path).kept == 2)
    #expect(try place.reading().videos().map(\.recorded) == [nil, 1_714_566_600], "the block says it, too")
  }

  @Test func `refuses what cannot be compared, and an empty library has no answers`() throws {
    let empty = try place.create().snapshot()
    let query = SearchQuery(picture: [1, 0])
    #expect(try empty.search(query).isEmpty)
    #expect(problem { try SearchEmbedder(empty, backbone: ThumbnailBackbone()) } == .empty)
    let other = Place()
    let snapshot = try other.create(films: 1).snapshot()
    #expect(problem { try snapshot.search(query) } == .otherDimension(expected: 338, got: 2))
    #expect(
      problem { try SearchEmbedder(snapshot, backbone: LikeDefault()) }
        == .otherBackbone(expected: "thumbnail", got: "efficientnet-lite0"))
  }

  @Test func `gives the same whether videos are looked at or bounded away`() throws {
    let snapshot = try snapshot()
    let embedder = try SearchEmbedder(snapshot, backbone: ThumbnailBackbone())
    for number in 0..<4 {
      let query = try embedder.clip(try Films.clip(number))
      var request = SearchRequest()
      let all = try snapshot.search(query, request)
      request.limit = 1
      #expect(try snapshot.search(query, request) == Array(all.prefix(1)))
      request.minimumScore = all[0].score
      #expect(try snapshot.search(query, request) == Array(all.prefix(1)), "the bound is no less than the score")
    }
  }
}

@Suite struct `The alignment of a clip` {
  /// Rows 0, 1 and 2 are on display for two seconds each.
  private let display = (0..<24).map { $0 / 8 }

  private func alignment(_ matches: [Int?], from start: Double = 0) -> ClipAlignment? {
    let times = matches.indices.map { start + Double($0) * ClipAlignment.stepSeconds }
    let gains = matches.flatMap { match -> [Float] in (0..<3).map { $0 == match ? 1 : 0 } }
    return ClipAlignment(gains: gains, times: times, display: display, rowCount: 3)
  }

  @Test func `is where most samples agree, to the step where a cut is inside`() throws {
    // Four samples of row 0, four of row 1: the cut is at 2 s of the video and 1 s of the clip.
    let found = try #require(alignment([0, 0, 0, 0, 1, 1, 1, 1]))
    #expect(found.offsetSeconds == 1 && found.votes == 8 && found.matchCount == 8)
    #expect(found.firstMatch == 0 && found.lastMatch == 7 && found.bestMatch == 0)
  }

  @Test func `ignores footage that matches nothing, before, between and after`() throws {
    let found = try #require(alignment([nil, nil, 0, 0, nil, nil, 1, 1, nil]))
    #expect(found.votes == 4 && found.matchCount == 4 && found.firstMatch == 2 && found.lastMatch == 7)
    #expect((0.5...1.0).contains(found.offsetSeconds))
  }

  @Test func `is in the middle of what cannot be told apart`() throws {
    // One sample of a row that is on display for two seconds.
    let found = try #require(alignment([1]))
    #expect(abs(found.offsetSeconds - 2.875) < 0.2)
  }

  @Test func `may begin before the video and end after it`() throws {
    let before = try #require(alignment(Array(repeating: nil, count: 8) + [0, 0, 0, 0, 0, 0, 0, 0, 1]))
    #expect(before.offsetSeconds == -2 && before.votes == 9)
    let after = try #require(alignment([1, 2, 2, 2, 2, 2, 2, 2, 2, nil, nil]))
    #expect(after.offsetSeconds == 3.75 && after.votes == 9)
  }

  @Test func `is nil where nothing matches`() { #expect(alignment([nil, nil]) == nil) }
}

@Suite struct `The cohort` {
  @Test func `is the mean of eight videos, without the best`() {
    let falling: [Float] = [0.9] + (0..<10).map { 0.5 - 0.01 * Float($0) }
    let cohort = Cohort([falling, [Float](repeating: 0.3, count: 11)])
    #expect(abs(cohort.levels[0] - 0.465) < 1e-6 && abs(cohort.levels[1] - 0.3) < 1e-6)
  }

  @Test func `leaves out copies, and finds what most videos hold`() {
    let twelve = [Float](repeating: 0.95, count: 12)
    #expect(abs(Cohort([twelve + [Float](repeating: 0.4, count: 20)]).levels[0] - 0.4) < 1e-6)
    #expect(abs(Cohort([twelve]).levels[0] - Cohort.usual) < 1e-6, "nothing is left, so what is usual stands in")
    #expect(Cohort([[0.99] + [Float](repeating: 0.85, count: 20)]).levels[0] == Cohort.most)
  }

  @Test func `of few videos is filled up with what is usual`() {
    #expect(abs(Cohort([[0.9]]).levels[0] - Cohort.usual) < 1e-6)
    #expect(abs(Cohort([[0.9, 0.25]]).levels[0] - (0.25 + 7 * Cohort.usual) / 8) < 1e-6)
  }
}
