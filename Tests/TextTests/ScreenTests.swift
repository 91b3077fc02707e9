import KeepframeDecoding
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeText

/// Whether Tesseract and its English data are there.
let canRead = (try? ScreenReader(languages: "eng")) != nil

@Suite struct `Text on screen` {
  private static let slides = [
    ["Quarterly results and outlook", "Revenue grew by 12.5 percent in 2024", "New markets: Lisbon, Warsaw and Oslo"],
    ["Dijkstra finds shortest paths", "Each edge has a weight of zero or more", "Complexity depends on the queue"],
    ["Safety on site", "Wear a helmet and gloves at all times", "Report every accident to the office"],
  ]

  /// A slide of 1280x720, as a video shows it: in yuv420p, and compressed.
  ///
  /// - Parameter colors: of the background and of the text.
  private func slide(_ number: Int, _ colors: (String, String), sizes: [Int]) throws -> FilePath {
    let lines = try Self.slides[number].enumerated().map { index, line in
      let text = try file("slide\(number)-\(index).txt", Array(line.utf8))
      return "drawtext=textfile=\(text):expansion=none:fontsize=\(sizes[index]):fontcolor=\(colors.1):x=80:y=\(100 + 180 * index)"
    }
    return try clip(
      "slide\(number).mp4",
      "-f lavfi -i color=\(colors.0):s=1280x720:r=5:d=1 -vf \(lines.joined(separator: ",")),format=yuv420p -c:v libx264 -crf 28")
  }

  @Test(
    .enabled(if: canRead, "needs Tesseract and its English data: Scripts/setup tests"),
    arguments: [
      (("white", "black"), [54, 34, 20]), (("0x101830", "white"), [48, 30, 18]), (("0xF0E0C0", "0x204060"), [40, 26, 16]),
    ])
  func `is read from slides of 720 lines, nine words of ten`(colors: (String, String), sizes: [Int]) throws {
    let reader = try ScreenReader(languages: "eng")
    var (found, all) = (0, 0)
    for number in Self.slides.indices {
      var video = try VideoReader(try slide(number, colors, sizes: sizes))
      #expect(try video.advance())
      var picture = Picture(width: 1280, height: 720)
      try video.readPicture(into: &picture)
      let read = words(try reader.read(picture))
      let wanted = Self.slides[number].flatMap(words)
      found += wanted.count { read.contains($0) }
      all += wanted.count
    }
    #expect(Double(found) >= 0.9 * Double(all), "\(found) of \(all) words")
  }

  private func words(_ text: String) -> [String] { text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init) }

  @Test(.enabled(if: canRead, "needs Tesseract and its English data: Scripts/setup tests"))
  func `is none where nothing is written, and the same whatever was read before`() throws {
    let reader = try ScreenReader(languages: "eng")
    #expect(try reader.read(Picture(width: 64, height: 36)) == "")
    var video = try VideoReader(try slide(0, ("white", "black"), sizes: [54, 34, 20]))
    #expect(try video.advance())
    var picture = Picture(width: 1280, height: 720)
    try video.readPicture(into: &picture)
    let first = try reader.read(picture)
    _ = try reader.read(Picture(width: 1280, height: 720))
    let again = try ScreenReader(languages: "eng").read(picture)
    #expect(try reader.read(picture) == first && again == first)
  }

  @Test(.enabled(if: canRead, "needs Tesseract and its English data: Scripts/setup tests"))
  func `is refused in a language that is not there`() {
    #expect(throws: TextError.noLanguage("qqq")) { try ScreenReader(languages: "qqq") }
    #expect(throws: TextError.noLanguage("eng+qqq")) { try ScreenReader(languages: "eng+qqq") }
  }

  @Test(arguments: ["", "+", "eng+", "../eng", "eng/../deu", "en g", String(repeating: "a", count: 99)])
  func `is refused in what is no language`(name: String) {
    #expect(throws: TextError.badLanguages(name)) { try ScreenReader(languages: name) }
  }

  @Test func `has words that are sure enough`() {
    let table = """
      1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t
      5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.1\tRed
      5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t30\tblur
      5\t1\t1\t1\t1\t3\t0\t0\t9\t9\t80\tx
      5\t1\t1\t1\t1\t4\t0\t0\t9\t9\t95\t|
      5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t91\tcar
      nonsense
      """
    #expect(ScreenReader.words(table) == "Red car")
  }

  @Test func `is enlarged without moving it`() {
    var picture = Picture(width: 4, height: 2)
    for index in picture.rgb.indices { picture.rgb[index] = index / 3 % 4 < 2 ? 0 : 200 }
    let page = GrayPage(picture)
    #expect(page.width == 16 && page.height == 8)
    #expect(Array(page.gray[0..<16]) == [0, 0, 0, 0, 0, 0, 25, 75, 125, 175, 200, 200, 200, 200, 200, 200])
    let large = GrayPage(Picture(width: 2560, height: 1440))
    #expect(large.width == 2560 && large.height == 1440)
  }
}
