import KeepframeBoundaries
import KeepframeDecoding
import KeepframeTestSupport
import Testing

@testable import KeepframeBundle
@testable import KeepframeReporting

@Suite struct `Report page` {
  @Test func `tells what was kept of what`() {
    let html = ReportDocument.sample().html
    #expect(html.contains("Kept <strong>6 of 120</strong> sampled frames (5.0\u{A0}%) of 720 in all."))
    #expect(html.contains("<h1><bdi>sample.mp4</bdi></h1>"))
    #expect(html.contains("0:00:30.000"))
    #expect(html.contains("stands for 20\u{A0}samples, 5.0\u{A0}s"))
    #expect(html.contains("frame 54 at <a href=\"#frame-0\">0:00:02.250</a>"), "leads to what stands for it")
  }

  @Test func `shows each context that it counts`() {
    let document = ReportDocument.sample()
    let html = document.html
    #expect(html.count(of: "<div class=\"context ") == document.contexts.count - 1, "the only window is the whole video again")
    #expect(html.contains("<h3>Parts</h3> <span>3</span>") && html.contains("<b>Part 3 of the video</b>"))
  }

  @Test func `is the same for the same document`() {
    #expect(ReportDocument.sample().html == ReportDocument.sample().html)
  }

  @Test func `holds each picture once, inside`() {
    let document = ReportDocument.sample()
    let html = document.html
    #expect(html.count(of: "data:image/jpeg;base64,") == document.retained.count)
    #expect(html.contains("href=\"data:image/jpeg;base64,/9gA/9k=\""))
    #expect(html.count(of: "<use href=\"#picture-0\"") > 1)
  }

  @Test func `leads nowhere outside itself`() {
    let html = ReportDocument.sample().html
    for word in [
      "http:", "https:", "src=\"", "url(h", "@import", "fetch(", "XMLHttpRequest", "<link", "<iframe", " style=", "javascript:",
    ] {
      #expect(!html.contains(word), "\(word)")
    }
    let targets = html.attributes("href").filter { !$0.hasPrefix("data:image/jpeg;base64,") }
    let ids = Set(html.attributes("id"))
    #expect(!targets.isEmpty)
    for target in targets { #expect(target.hasPrefix("#") && ids.contains(String(target.dropFirst())), "\(target)") }
    #expect(html.attributes("id").count == ids.count, "every id is there once")
  }

  @Test func `the policy lets in exactly the one style block and the one script`() throws {
    let hash = "sha256-" + Markup(base64: sha256(Array(Stylesheet.css.html.utf8))).html
    #expect(Stylesheet.hash == hash, "the style changed; set Stylesheet.hash to \(hash)")
    let script = "sha256-" + Markup(base64: sha256(Array(Marking.script.html.utf8))).html
    #expect(Marking.hash == script, "the script changed; set Marking.hash to \(script)")
    let html = ReportDocument.sample().html
    let policy =
      "default-src 'none'; img-src data:; style-src '\(hash)'; script-src '\(script)'; base-uri 'none'; form-action 'none'"
    #expect(html.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">"))
    #expect(html.count(of: "<style") == 1 && html.contains("<style>\(Stylesheet.css.html)</style>"))
    #expect(html.count(of: "<script") == 1 && html.contains("<script>\(Marking.script.html)</script>"))
  }

  @Test func `says that it is partial only when it is`() {
    var document = ReportDocument.sample()
    document.manifest.damage.timestampJumps = 1
    #expect(!document.html.contains("class=\"partial\""), "everything is there")
    document.manifest.partial = true
    document.manifest.damage.undecodablePackets = 1200
    document.manifest.damage.missingSeconds = 75
    document.manifest.damage.readError = "Input/output <error>"
    let html = document.html
    #expect(html.contains("This report is partial."))
    #expect(html.contains("1,200\u{A0}packets could not be decoded"))
    #expect(html.contains("The file promises 1\u{A0}min 15\u{A0}s more than it holds."))
    #expect(html.contains("Reading ended early: Input/output &lt;error&gt;."))
  }

  @Test func `shows nothing where there is nothing`() {
    var document = ReportDocument.sample()
    (document.retained, document.ledger, document.contexts, document.thumbnails) = ([], [], [], [:])
    document.scenes = .made([])
    document.manifest.counts = .init(decoded: 0, sampled: 0, reused: 0, retained: 0, contexts: 0, scenes: 0, transitions: 0)
    document.manifest.video.durationSeconds = 0
    document.manifest.gate.worst = nil
    let html = document.html
    for sentence in ["Nothing was kept.", "No scenes were found.", "No frame was sampled."] { #expect(html.contains(sentence)) }
    #expect(!html.contains("nan") && !html.contains("inf"))
  }

  @Test func `shows a single frame`() {
    var document = ReportDocument.sample(seconds: 1)
    document.ledger.removeSubrange(1...)
    document.ledger[0].kept = true
    document.ledger[0].reason = "first"
    document.retained[0].frame = 0
    document.retained[0].t = 0
    document.manifest.video.durationSeconds = 0
    #expect(document.html.contains("the first to be remembered"))
  }

  @Test func `survives rows that do not exist`() {
    var document = ReportDocument.sample()
    document.ledger[3].coveredBy = 99
    document.ledger[4].coveredBy = -1
    document.ledger[5].score = .nan
    document.contexts[0].top = [.init(retained: -4, frame: 1, weight: .nan), .init(retained: 1000, frame: 2, weight: 1)]
    document.thumbnails[0] = [0x3C, 0x73]
    #expect(document.html.contains("<span>frame 2</span>"))
    #expect(!document.html.contains("base64,PHM"), "what is no JPEG is not shown")
  }

  @Test func `names what a scene without kept frames looks like`() {
    let document = ReportDocument.sample(seconds: 30, keepsEvery: 40)
    #expect(document.html.contains("none; like <a href=\"#frame-0\">0:00:05.000</a>"))
  }

  @Test func `tells how a scene begins`() {
    var document = ReportDocument.sample()
    document.scenes = .made(document.scenes.scenes, [Transition(kind: .fadeIn, frames: 230..<250, score: 1)])
    #expect(document.opening(ofScene: 0) == "start of the video")
    #expect(document.opening(ofScene: 1) == "cut")
    #expect(document.opening(ofScene: 2) == "fade in")
    #expect(document.seconds(ofFrame: 231) == 9.625, "between the samples at 228 and 234")
  }
}

@Suite struct `Long films` {
  @Test func `are drawn, not listed`() {
    // Two hours, 28,800 samples, 720 kept: without the pictures a page is small however long the
    // ledger is.
    let html = ReportDocument.sample(seconds: 7200, keepsEvery: 40).html
    #expect(html.utf8.count < 2_500_000)
    #expect(html.contains("too short to tell apart") || html.contains("<title>Scene 1,"))
  }

  @Test func `show the pictures that stand for most`() {
    var document = ReportDocument.sample(seconds: 500, keepsEvery: 1)
    document.retained[1900].covers.samples = 50
    #expect(document.retained.count == 2000)
    #expect(document.picturedRows.count == ReportDocument.pictureLimit)
    #expect(document.picturedRows.contains(1900) && !document.picturedRows.contains(1901))
    let html = document.html
    #expect(html.count(of: "<li id=\"frame-") == ReportDocument.pictureLimit)
    #expect(html.contains("500 more are in the bundle"))
  }

  @Test func `keep their peaks when thinned`() {
    var points = (0..<10_000).map { Curve.Point(x: Double($0) / 100, y: 0) }
    points[5555].y = 9
    points[5556].y = -9
    points[10].y = .nan
    let thinned = Curve(thinning: points).points
    #expect(thinned.count <= 200)
    #expect(thinned.contains { $0.y == 9 } && thinned.contains { $0.y == -9 })
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x <= $1.x })
  }
}

extension String {
  func count(of part: String) -> Int { ranges(of: part).count }

  /// The values of all attributes of this name.
  func attributes(_ name: String) -> [String] {
    ranges(of: " \(name)=\"").map { range in String(self[range.upperBound...].prefix { $0 != "\"" }) }
  }
}
