import Keepframe
import KeepframeBundle
import KeepframeDecoding
import KeepframeFeatures
import KeepframeSystem
import KeepframeTestSupport
import KeepframeText
import Synchronization
import SystemPackage
import Testing

@testable import KeepframeLibrary

/// Bundles of a made clip with lines of subtitles, which is another video for each.
private enum Talks {
  static let lines: [[(Double, Double, String)]] = [
    [(0, 1, "A red car stops"), (1, 2, "Nobody saw the carpet"), (2, 3, "東京の夜 is dark")],
    [(0, 1, "Cars are red"), (1, 2, "The motorcar of Zwiebelkuchen"), (2, 2.5, "a car; then, \"quoted\" OR not")],
    [(0, 3, "Only blue here")],
  ]

  static func clip(_ number: Int) throws -> FilePath {
    try KeepframeTestSupport.clip(
      "talk\(number).mp4",
      "-f lavfi -i testsrc2=s=96x54:r=\(10 + number):d=3 -metadata title=Talk\(number) -c:v libx264 -pix_fmt yuv420p")
  }

  static func bundle(_ number: Int, in folder: Folder) throws -> Bundle {
    let film = folder.copy(try clip(number), as: "film.mp4")
    func clock(_ seconds: Double) -> String { "00:00:0\(Int(seconds)),\(seconds == seconds.rounded() ? "000" : "500")" }
    folder.write(
      lines[number].enumerated().map { "\($0 + 1)\n\(clock($1.0)) --> \(clock($1.1))\n\($1.2)\n" }.joined(separator: "\n"),
      to: "film.srt")
    let place = folder.path.appending("talk\(number).keepframe")
    _ = try Indexer(settings: IndexSettings(), backbone: ThumbnailBackbone()).index(film, to: place)
    return try Bundle(place)
  }
}

@Suite struct `Words in a library` {
  private let place = Place()

  private func talk(_ number: Int) -> FilePath {
    FilePath("/talks/\(number)/Holiday_in_\(["Spain", "Norway", "Rome"][number]).mp4")
  }

  private func create(talks count: Int = 3, at path: FilePath? = nil) throws -> Library {
    let library = try Library.openOrCreate(at: path ?? place.path)
    for number in 0..<count { try library.add(try Talks.bundle(number, in: place.folder), of: talk(number)) }
    return library
  }

  private func texts(_ hits: [SearchHit]) -> [String] { hits.flatMap { found($0).map(\.text) } }

  private func found(_ hit: SearchHit) -> [SearchHit.FoundText] { if case .words(let found) = hit.reason { found } else { [] } }

  @Test func `are found as every line of a video, with its time`() throws {
    let snapshot = try create().snapshot()
    for (number, lines) in Talks.lines.enumerated() {
      for (start, end, text) in lines {
        let hit = try #require(try snapshot.search(words: text).first, "\(text)")
        #expect(hit.video.path == talk(number) && hit.seconds == start..<end && found(hit).first?.channel == .subtitle, "\(hit)")
        #expect(found(hit).first?.text == text && hit.score > 0 && "\(hit)".contains("subtitle: "))
        #expect(try snapshot.picture(number, moment: hit.moment).isEmpty == false)
      }
    }
    #expect(try snapshot.search(words: "absent").isEmpty)
  }

  @Test func `all come before some, by stems and by parts`() throws {
    let snapshot = try create().snapshot()
    let both = try snapshot.search(words: "red car")
    #expect(Set(texts(Array(both.prefix(2)))) == ["A red car stops", "Cars are red"], "\(both)")
    #expect(both.count > 2 && texts(both).contains("The motorcar of Zwiebelkuchen"), "\(both)")
    #expect(texts(try snapshot.search(words: "stopping")) == ["A red car stops"], "a stem")
    #expect(texts(try snapshot.search(words: "otorca")) == ["The motorcar of Zwiebelkuchen"], "part of a word")
    #expect(texts(try snapshot.search(words: "ZWIEBELKUCHEN")) == ["The motorcar of Zwiebelkuchen"])
    for word in ["東京", "夜", "京の夜"] { #expect(texts(try snapshot.search(words: word)) == ["東京の夜 is dark"], "\(word)") }
    #expect(try snapshot.search(words: "東京 dark").first?.seconds == 2..<3)
  }

  @Test func `of the name, the title and a line of one video are one answer`() throws {
    let snapshot = try create().snapshot()
    let hits = try snapshot.search(words: "holiday")
    #expect(
      hits.count == 3 && hits.allSatisfy { found($0).map(\.channel) == [.title] && $0.seconds == 0..<$0.video.durationSeconds })
    #expect(texts(try snapshot.search(words: "talk2")) == ["Talk2"])
    let mixed = try #require(try snapshot.search(words: "Norway motorcar").first)
    #expect(mixed.seconds == 1..<2 && Set(found(mixed).map(\.channel)) == [.subtitle, .title], "\(mixed)")
  }

  @Test func `are found in pictures too, as a text tower sees them`() throws {
    let snapshot = try create().snapshot()
    let own = try snapshot.query(at: 1.5, of: 1)
    let seen = SearchQuery(picture: own.vectors.values)
    #expect(try snapshot.search(words: "absent").isEmpty)
    let pictures = try snapshot.search(words: "absent", seen: seen)
    #expect(pictures.allSatisfy { found($0).map(\.channel) == [.picture] } && pictures.first?.score == 1, "\(pictures)")
    let best = try #require(pictures.first)
    #expect(best.video.path == talk(1) && best.seconds.contains(best.momentSeconds) && found(best)[0].text == "1.000", "\(best)")
    #expect(try snapshot.picture(1, moment: best.moment).isEmpty == false)
    // The text and the picture of one time are one answer, before others.
    let both = try #require(try snapshot.search(words: "motorcar", seen: seen).first)
    #expect(both.video.path == talk(1) && Set(found(both).map(\.channel)) == [.subtitle, .picture], "\(both)")
    #expect(both.score > 2, "the best of three lists: stems, parts and pictures")
    // Words that no text can have, such as a sign.
    #expect(try snapshot.search(words: "♥", seen: seen).first?.video.path == talk(1))
    var request = SearchRequest()
    (request.limit, request.skipped) = (1, 1)
    #expect(try snapshot.search(words: "absent", request, seen: seen) == [pictures[1]])
    request.limit = .max
    #expect(try snapshot.search(words: "absent", request, seen: seen).count == pictures.count - 1)
    request = SearchRequest()
    request.videos.pathContaining = Array("/talks/2/".utf8)
    let elsewhere = try snapshot.search(words: "absent", request, seen: seen)
    #expect(!elsewhere.isEmpty && elsewhere.allSatisfy { $0.video.path == talk(2) })
    #expect(
      problem { try snapshot.search(words: "red", seen: SearchQuery(picture: [1, 0])) }
        == .otherDimension(expected: 338, got: 2))
  }

  @Test func `are words, whatever they mean to SQLite`() throws {
    let library = try create()
    let snapshot = try library.snapshot()
    for query in [
      "\"red", "red\"", "'red", "red OR", "OR red", "NOT red", "red AND", "NEAR(red car, 1)", "red*", "^red", "-red", "+red",
      "words:red", "{words}: red", "red;", "red'; DROP TABLE piece; --", "red) OR (1=1", "(red", "red\\", "red % _", "\u{0}red",
      "red\n",
      "piece_words MATCH red", "\"\"red\"\"",
    ] {
      let hits = try snapshot.search(words: query)
      #expect(texts(hits).contains { $0.lowercased().contains("red") }, "\(query.debugDescription)")
    }
    for query in ["", " ", "\"", "*", "()", "-", "\u{301}", "😀", ":"] {
      #expect(try snapshot.search(words: query).isEmpty, "\(query.debugDescription)")
    }
    #expect(texts(try snapshot.search(words: "\"quoted\" OR not")).first == "a car; then, \"quoted\" OR not")
    _ = try snapshot.search(words: String(repeating: "red car \" OR ", count: 20_000))
    _ = try snapshot.search(words: String(repeating: "r", count: 1_000_000))
    #expect(try library.verify().isSound && library.videos().count == 3)
  }

  @Test func `are asked for by page, path, length and score`() throws {
    let snapshot = try create().snapshot()
    var request = SearchRequest()
    request.limit = 100
    let all = try snapshot.search(words: "red car", request)
    #expect(all.count >= 4)
    var paged: [SearchHit] = []
    request.limit = 1
    for skipped in 0..<all.count + 1 {
      request.skipped = skipped
      paged += try snapshot.search(words: "red car", request)
    }
    #expect(paged == all)
    request = SearchRequest()
    request.videos.pathContaining = Array("/talks/1/".utf8)
    #expect(Set(try snapshot.search(words: "red car", request).map(\.video.path)) == [talk(1)])
    request = SearchRequest()
    request.videos.durationSeconds = 100...200
    #expect(try snapshot.search(words: "red car", request).isEmpty)
    request = SearchRequest()
    request.minimumScore = 1e6
    #expect(try snapshot.search(words: "red car", request).isEmpty)
    request.limit = 0
    #expect(try snapshot.search(words: "red car", request).isEmpty)
  }

  @Test func `of a name follow the file`() throws {
    let library = try create(talks: 1)
    let content = try library.videos()[0].contentID
    #expect(try library.recognize(contentID: content, at: "/new/Journey.mp4") == .moved(from: talk(0)))
    #expect(try library.snapshot().search(words: "journey").count == 1 && library.snapshot().search(words: "Spain").isEmpty)
    #expect(try library.verify().isSound)
    // Another video takes the place.
    try library.add(try Talks.bundle(2, in: place.folder), of: "/new/Journey.mp4")
    let hits = try library.snapshot().search(words: "journey blue")
    #expect(hits.count == 1 && hits[0].video.contentID != content)
    #expect(try library.snapshot().search(words: "carpet").isEmpty && library.verify().isSound)
  }

  @Test func `of a removed video are not found, and after a vacuum in no file`() throws {
    var library: Library? = try create()
    func holds(_ text: String) -> Bool {
      place.folder.tree().contains {
        $0.key.string.hasPrefix("films.library/") && ($0.value ?? []).firstRange(of: Array(text.utf8)) != nil
      }
    }
    for part in ["Zwiebelkuchen", "elkuchen", "elk", "orway"] { #expect(holds(part), "\(part)") }
    let old = try #require(try library?.snapshot())
    let video = try #require(try library?.videos().first { $0.path == talk(1) })
    try library?.remove(video)
    #expect(try library?.snapshot().search(words: "Zwiebelkuchen").isEmpty == true)
    #expect(try old.search(words: "Zwiebelkuchen").isEmpty && library?.verify().isSound == true)
    _ = try library?.vacuum()
    #expect(try library?.verify().isSound == true && library?.snapshot().search(words: "red car").first?.video.path == talk(0))
    library = nil
    for part in ["Zwiebelkuchen", "wiebel", "elkuchen", "elk", "orway"] { #expect(!holds(part), "\(part)") }
    #expect(holds("carpet"))
  }

  @Test func `come with a merge, and a second one changes nothing`() throws {
    let source = try create(at: place.folder.path.appending("other.library"))
    let library = try place.create()
    #expect(try library.merge(source) == (3, 0) && library.merge(source) == (0, 3))
    for words in ["red car", "Zwiebelkuchen", "holiday", "東京"] {
      let (a, b) = (try library.snapshot().search(words: words), try source.snapshot().search(words: words))
      #expect(a.map(\.reason) == b.map(\.reason) && a.map(\.seconds) == b.map(\.seconds) && !a.isEmpty, "\(words)")
    }
    #expect(try library.verify().isSound)
  }

  @Test func `are made anew of the blocks where the database is lost`() throws {
    let before = try create().snapshot().search(words: "red car holiday")
    try FileSystem.remove(place.file("library.sqlite"))
    #expect(try Library.repair(place.path).kept == 3)
    let library = try place.reading()
    let after = try library.snapshot().search(words: "red car holiday")
    #expect(after.map(\.reason) == before.map(\.reason) && after.map(\.seconds) == before.map(\.seconds) && !after.isEmpty)
    #expect(try library.verify().isSound)
  }

  @Test(arguments: [
    "UPDATE piece SET words = 'changed' WHERE words LIKE '%carpet%'", "DELETE FROM piece WHERE channel = 3",
    "UPDATE piece SET end_s = end_s + 1", "DELETE FROM piece_words_data WHERE id > 10",
    "DELETE FROM piece_parts_data WHERE id > 10", "UPDATE piece SET channel = 99", "DELETE FROM piece WHERE channel = 0",
    "UPDATE piece_words_docsize SET sz = x'00'",
  ])
  func `that are damaged are found and mended`(statement: String) throws {
    _ = try create()
    try runOrThrow(
      "python3",
      [
        "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()",
        place.file("library.sqlite").string, statement,
      ])
    #expect((try? place.reading().verify().isSound) != true, "\(statement)")
    _ = try? place.reading().snapshot().search(words: "red car")
    let result = try Library.repair(place.path)
    #expect(result.kept == 3 && result.dropped.isEmpty && result.isChanged)
    #expect(try place.reading().verify().isSound && !Library.repair(place.path).isChanged)
    #expect(try place.reading().snapshot().search(words: "carpet").count == 1)
  }

  @Test func `are read where nothing can be written`() throws {
    do { _ = try create() }
    try Rehearsal.$isReadOnly.withValue(true) {
      let reading = try place.reading()
      #expect(try reading.snapshot().search(words: "carpet").count == 1 && reading.verify().isSound)
    }
  }
}
