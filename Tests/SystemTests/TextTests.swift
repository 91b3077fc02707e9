import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeSystem

@Suite struct `Foreign text` {
  @Test(arguments: [
    ("film.mp4", "film.mp4"), ("Фильм 映画 🎬.mp4", "Фильм 映画 🎬.mp4"), ("a\nb\t\u{1B}[2J", #"a\u{a}b\u{9}\u{1b}[2J"#),
    ("\u{202E}4pm", #"\u{202e}4pm"#), ("\u{E000}\u{2028}", #"\u{e000}\u{2028}"#), ("", ""),
  ])
  func `is escaped so that names stay apart`(text: String, shown: String) {
    #expect(PrintableText.escaping(text) == shown)
    #expect(PrintableText.escaping(FilePath(text)) == shown)
  }

  @Test func `is escaped byte by byte where it is no UTF-8`() {
    #expect(PrintableText.escaping(FilePath(bytes: [0x61, 0xFF, 0xC3, 0xA9, 0xC3, 0x01])) == #"a\xffé\xc3\u{1}"#)
  }

  @Test func `is marked in a sentence`() {
    #expect(printable("a\u{1B}[31m\u{202E}b") == "a\u{FFFD}[31m\u{FFFD}b")
    #expect(printable("\u{E000}") == "\u{E000}")
    #expect(printable("abcdef", limit: 6) == "abcdef")
    #expect(printable("abcdef", limit: 5) == "abcde...")
  }

  @Test func `of many lines becomes one`() {
    #expect(oneLine("  a\n\n\tb \u{1B} c\u{2028}") == "a b c")
    #expect(oneLine("abcdef", limit: 6) == "abcdef")
    #expect(oneLine("abcdef", limit: 5) == "abcde...")
  }

  @Test(arguments: ["\u{0}", "\u{7F}", "\u{85}", "\u{200D}", "\u{2029}", "\u{FEFF}"] as [Unicode.Scalar])
  func `does not steer the terminal`(scalar: Unicode.Scalar) {
    #expect(scalar.steersText && !scalar.isShown)
    for text in [PrintableText.escaping("\(scalar)"), printable("\(scalar)"), oneLine("\(scalar)")] {
      #expect(!text.unicodeScalars.contains(scalar))
    }
  }
}

@Suite struct `A number` {
  @Test func `gets zeros before it`() {
    #expect(7.padded(3) == "007" && 0.padded(2) == "00" && 12_345.padded(3) == "12345" && 5.padded(0) == "5")
    #expect(UInt8(10).padded(2, radix: 16) == "0a" && UInt8(171).padded(2, radix: 16, uppercase: true) == "AB")
    #expect(UInt64.max.padded(4) == "18446744073709551615")
  }
}

@Suite struct `A search by halves` {
  @Test(arguments: 0..<40)
  func `finds what looking at every element finds`(count: Int) {
    var random = SplitMix(state: UInt64(count))
    let numbers = (0..<count).map { _ in Int.random(in: 0..<20, using: &random) }.sorted()
    for limit in -1...21 {
      let expected = numbers.firstIndex { $0 >= limit } ?? count
      #expect(numbers.partitioningIndex { $0 >= limit } == expected, "\(limit) among \(numbers)")
      // A slice begins elsewhere.
      let slice = ([-5, -4] + numbers).dropFirst(2)
      #expect(slice.partitioningIndex { $0 >= limit } == expected + 2)
    }
  }

  @Test func `looks at few of them`() {
    var looked = 0
    let index = (0..<1_000_000).partitioningIndex {
      looked += 1
      return $0 >= 765_432
    }
    #expect(index == 765_432 && looked <= 20)
  }
}
