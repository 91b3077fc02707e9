import KeepframeDecoding
import Testing

@testable import KeepframeBundle
@testable import KeepframeReporting

@Suite struct `Hostile text` {
  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("a \"b\" 'c' & d", "a &quot;b&quot; &#39;c&#39; &amp; d"),
    ("\u{1B}[31mred\u{0}\n\u{7F}\u{85}", "\\u{1b}[31mred\\u{0}\\u{a}\\u{7f}\\u{85}"),
    ("\u{202E}fdp.exe\u{2066}\u{200F}\u{FEFF}\u{2028}", "\\u{202e}fdp.exe\\u{2066}\\u{200f}\\u{feff}\\u{2028}"),
    ("Füße 映画 👩‍👩‍👧 می‌خواهم", "Füße 映画 👩‍👩‍👧 می‌خواهم"),
  ])
  func `leaves nothing alive`(text: String, expected: String) {
    let markup: Markup = "\(text)"
    #expect(markup.html == expected)
  }

  @Test func `takes markup as it is`() {
    let inner: Markup = "<b>\("<i>")</b>"
    let outer: Markup = "<p>\(inner)\([inner, inner])\(7)</p>"
    #expect(outer.html == "<p><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b>7</p>")
  }

  @Test func `makes every text of a hostile bundle inert`() {
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'</style></title>\u{1B}[2J\u{202E}"
    var document = ReportDocument.sample()
    document.manifest.partial = true
    document.manifest.damage.readError = hostile
    document.manifest.tool = .init(name: hostile, version: hostile)
    document.manifest.video.path = hostile
    document.manifest.video.title = hostile
    document.manifest.video.codec = hostile
    document.manifest.video.container = hostile
    document.manifest.video.pixelFormat = hostile
    document.manifest.video.fingerprint = hostile
    document.manifest.video.timeBase = hostile
    document.manifest.video.frameRate = hostile
    document.manifest.settings.pipeline = hostile
    document.manifest.settings.detector = hostile
    document.manifest.backbone.name = hostile
    document.manifest.backbone.modelDigest = hostile
    document.manifest.backbone.precision = hostile
    document.manifest.encoder.weights = hostile
    document.manifest.gate.name = hostile
    document.ledger[0].reason = hostile
    document.ledger[10].reason = hostile
    document.retained[0].thumb = hostile
    document.contexts[0].kind = hostile
    let html = document.html
    #expect(
      html.count(of: "<script") == 1 && !html.contains("<img") && !html.contains("src=x o\"") && !html.contains("'</style>"))
    #expect(html.count(of: "</style>") == 1 && html.count(of: "</title>") == html.count(of: "<title>"))
    #expect(html.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    #expect(!html.unicodeScalars.contains("\u{202E}"))
    #expect(html.contains("\\u{202e}") && html.contains("&lt;script&gt;"))
  }

  @Test func `shortens a megabyte`() {
    var document = ReportDocument.sample()
    let usual = document.html.utf8.count
    document.manifest.video.title = String(repeating: "e\u{301}", count: 1 << 20)
    document.manifest.video.path = "/" + String(repeating: "<", count: 1 << 20)
    #expect(document.html.utf8.count < usual + 10_000)
    #expect(Escaping.shortened("abc", to: 3) == "abc")
    #expect(Escaping.shortened("abcd", to: 3) == "abc…")
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")])
  func `writes base64 as RFC 4648 does`(text: String, expected: String) {
    #expect(Markup(base64: Array(text.utf8)).html == expected)
  }
}

@Suite struct `Amounts in words` {
  @Test(arguments: [
    (0, "0:00:00.000"), (31.25, "0:00:31.250"), (3599.9996, "1:00:00.000"), (7265.0417, "2:01:05.042"), (-0.5, "-0:00:00.500"),
    (.nan, "0:00:00.000"),
  ])
  func `times have milliseconds`(seconds: Double, expected: String) {
    #expect(Wording.time(seconds) == expected)
  }

  @Test func `amounts are for people`() {
    #expect(Wording.count(1_234_567) == "1,234,567")
    #expect(Wording.count(-999) == "-999")
    #expect(Wording.count(1, "frame") == "1\u{A0}frame")
    #expect(Wording.fixed(0.9996, 3) == "1.000")
    #expect(Wording.fixed(-0.25, 1) == "-0.3")
    #expect(Wording.fixed(.infinity, 1) == "–")
    #expect(Wording.percent(1, of: 3) == "33.3\u{A0}%")
    #expect(Wording.percent(1, of: 0) == "–")
    #expect(Wording.fileSize(999) == "999\u{A0}bytes")
    #expect(Wording.fileSize(3_447_212) == "3.4\u{A0}MB")
    #expect(Wording.duration(125) == "2\u{A0}min 5\u{A0}s")
    #expect(Wording.frameRate("30000/1001") == "29.97\u{A0}fps")
    #expect(Wording.frameRate("0/0") == nil)
    #expect(Wording.tick(90, step: 30) == "1:30")
    #expect(Wording.tick(0.5, step: 0.1) == "0:00.5")
    #expect(Wording.tick(4500, step: 900) == "1:15:00")
  }
}
