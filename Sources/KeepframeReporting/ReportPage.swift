internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeSystem

/// The page, from the top down: what happened, in one sentence and a few numbers; the film on one
/// line; the frames; the tables.
struct ReportPage {
  let document: ReportDocument
  /// Why each retained row was kept, by its frame.
  let reasons: [Int: String]
  /// The retained row that stands for each sampled frame, by its frame.
  let stands: [Int: Int]
  /// Retained rows of each scene.
  let rows: [[Int]]
  /// The parts of the film that each retained row stands for, as half-open ranges of
  /// ``stripColumns``.
  let strips: [[Range<Int>]]
  let pictured: [Int]
  let picture: (width: Int, height: Int)

  static let stripColumns = 240

  init(_ document: ReportDocument) {
    self.document = document
    let kept = document.ledger.lazy.filter(\.kept)
    reasons = Dictionary(kept.map { ($0.frame, $0.reason) }, uniquingKeysWith: { first, _ in first })
    stands = Dictionary(document.ledger.map { ($0.frame, $0.coveredBy) }, uniquingKeysWith: { first, _ in first })
    pictured = document.picturedRows
    var rows = Array(repeating: [Int](), count: document.scenes.scenes.count)
    for (row, record) in document.retained.enumerated() {
      if let scene = document.scene(ofFrame: record.frame) { rows[scene].append(row) }
    }
    self.rows = rows
    strips = Self.strips(document)
    let (width, height) = (max(1, document.manifest.video.width), max(1, document.manifest.video.height))
    let shape = max(0.4, min(3, Double(width) / Double(height)))
    picture = (320, Int((320 / shape).rounded()))
  }

  var markup: Markup {
    let name = fileName
    return PageFrame.page(
      title: "\(name) · Keepframe report", script: Marking.script,
      """
      <header>
      <p class="kicker">Keepframe report</p>
      <h1><bdi>\(name)</bdi></h1>
      \(title)
      <p class="facts">\(facts)</p>
      <p class="lead">\(lead)</p>
      \(banner)
      <nav aria-label="Sections">\(navigation)</nav>
      </header>
      <main>
      \(numbers)
      \(Timeline(self).markup)
      \(storyboard)
      \(sceneTable)
      \(contextSection)
      \(ledgerSummary)
      \(settings)
      </main>
      <footer><p>Made by \(toolName) from the video's bundle. \(PageFrame.promise)</p>
      </footer>
      """)
  }

  private var toolName: String {
    Escaping.shortened("\(document.manifest.tool.name) \(document.manifest.tool.version)", to: 80)
  }

  private var fileName: String {
    let last = document.manifest.video.path.split(separator: "/").last.map(String.init) ?? "a video without a name"
    return Escaping.shortened(last, to: 160)
  }

  private var title: Markup {
    guard let title = document.manifest.video.title, !title.isEmpty else { return "" }
    return "<p class=\"titled\">titled “<bdi>\(Escaping.shortened(title, to: 240))</bdi>”</p>"
  }

  private var facts: Markup {
    let video = document.manifest.video
    var parts = [
      Wording.time(video.durationSeconds), Wording.fileSize(video.sizeBytes),
      Wording.codec(Escaping.shortened(video.codec, to: 40)), "\(video.width) × \(video.height)",
    ]
    if let rate = video.frameRate.flatMap(Wording.frameRate) { parts.append(rate) }
    if video.variableFrameRate { parts.append("variable rate") }
    return "\(parts.map { part in "<span>\(part)</span>" as Markup }.joined(separator: " "))"
  }

  private var lead: Markup {
    let counts = document.manifest.counts
    guard counts.sampled > 0 else { return "Kept nothing: no frame was sampled of \(Wording.count(counts.videoFrames))." }
    return """
      Kept <strong>\(Wording.count(counts.retained)) of \(Wording.count(counts.sampled))</strong> sampled frames \
      (\(Wording.percent(Double(counts.retained), of: Double(counts.sampled)))) of \(Wording.count(counts.videoFrames)) in all.
      """
  }

  private var banner: Markup {
    guard document.manifest.partial else { return "" }
    var sentences = Wording.damage(document.manifest.damage)
    if sentences.isEmpty { sentences = ["Something of the video is missing; the index does not say what."] }
    return """
      <aside class="partial" aria-label="Partial result"><strong>This report is partial.</strong> \
      It describes what could be read, not the whole video.
      <ul>\(sentences.map { sentence in "<li>\(sentence)</li>" })</ul></aside>
      """
  }

  private var navigation: Markup {
    let sections = [
      ("timeline", "Timeline"), ("storyboard", "Storyboard"), ("scenes", "Scenes"), ("contexts", "Contexts"),
      ("ledger", "Decisions"), ("settings", "Settings"),
    ]
    return "\(sections.map { name, label in "<a href=\"#\(name)\">\(label)</a>" as Markup }.joined(separator: " "))"
  }

  private var numbers: Markup {
    let (gate, counts) = (document.manifest.gate, document.manifest.counts)
    var numbers: [Markup] = [
      number(
        "Coverage", Wording.fixed(gate.coverage, 3),
        "mean similarity of a sampled frame to the kept frame that stands for it; 1 means the same")
    ]
    if let worst = gate.worst {
      let time = Wording.time(worst.t)
      let place: Markup = stands[worst.frame].flatMap(picturedLink).map { "<a href=\"\($0)\">\(time)</a>" } ?? "\(time)"
      numbers.append(
        number(
          "Worst covered", Wording.fixed(Double(worst.similarity), 3),
          "frame \(Wording.count(worst.frame)) at \(place), the sampled frame that the kept frames cover worst"))
    }
    let share = Wording.percent(Double(counts.reused), of: Double(counts.sampled))
    let reused = counts.reused > 0 ? "; \(share) of them needed no network" : ""
    let kinds =
      counts.transitions == 0 ? "no fades, dissolves or wipes found" : "fades, dissolves, wipes and the like; the rest are cuts"
    numbers += [
      number("Retention", Wording.percent(gate.retention), "of the sampled frames were kept\(reused)"),
      number("Scenes", Wording.count(counts.scenes), "\(sceneLength)"),
      number("Transitions", Wording.count(counts.transitions), "\(kinds)"),
      number("Contexts", Wording.count(counts.contexts), "summaries of the video, its windows, the parts of both, and its shots"),
    ]
    return "<section class=\"numbers\" aria-label=\"Numbers\"><dl>\(numbers)</dl></section>"
  }

  private func number(_ label: Markup, _ value: String, _ note: Markup) -> Markup {
    "<div><dt>\(label)</dt><dd><b>\(value)</b><span>\(note)</span></dd></div>"
  }

  private var sceneLength: String {
    let count = document.scenes.scenes.count
    let shown = document.scenes.scenes.reduce(0) { $0 + $1.seconds.upperBound - $1.seconds.lowerBound }
    return count > 0 ? "\(Wording.duration(shown / Double(count))) long on average" : "none found"
  }
}

extension ReportPage {
  /// The link to where the page shows a retained row; nil if it does not.
  func picturedLink(_ row: Int) -> Markup? {
    let index = pictured.partitioningIndex { $0 >= row }
    return index < pictured.count && pictured[index] == row ? "#frame-\(row)" : nil
  }

  /// Shows the picture of a retained row again. Each JPEG is in the page only once, in the
  /// storyboard.
  func smallPicture(_ row: Int) -> Markup {
    let hasPicture = picturedLink(row) != nil && document.thumbnails[row] != nil
    let content: Markup = hasPicture ? "<use href=\"#picture-\(row)\"/>" : ""
    return "<svg class=\"picture\" viewBox=\"0 0 \(picture.width) \(picture.height)\" aria-hidden=\"true\">\(content)</svg>"
  }

  private static func strips(_ document: ReportDocument) -> [[Range<Int>]] {
    var strips = Array(repeating: [Range<Int>](), count: document.retained.count)
    let columnsPerSecond = Double(stripColumns) / document.seconds
    for (index, record) in document.ledger.enumerated() where strips.indices.contains(record.coveredBy) {
      let end = index + 1 < document.ledger.count ? document.ledger[index + 1].t : document.seconds
      let first = max(0, min(stripColumns - 1, Int(record.t * columnsPerSecond)))
      let columns = first..<max(first + 1, min(stripColumns, Int((end * columnsPerSecond).rounded(.up))))
      if let last = strips[record.coveredBy].last, last.upperBound >= columns.lowerBound {
        strips[record.coveredBy].removeLast()
        strips[record.coveredBy].append(last.lowerBound..<max(last.upperBound, columns.upperBound))
      } else {
        strips[record.coveredBy].append(columns)
      }
    }
    return strips
  }
}

extension [Markup] {
  func joined(separator: Markup) -> Markup {
    var joined: Markup = ""
    for (position, part) in enumerated() {
      if position > 0 { joined += separator }
      joined += part
    }
    return joined
  }
}
