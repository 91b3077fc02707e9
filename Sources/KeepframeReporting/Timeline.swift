internal import KeepframeBoundaries
internal import KeepframeBundle

/// The film on one line: a few pictures, the scenes, what the gate saw, and how well the memory
/// stands for each moment.
struct Timeline {
  let page: ReportPage
  private var document: ReportDocument { page.document }

  // Drawing units; the drawing is scaled to the page.
  private static let width = 1200.0
  private static let plot = 76.0...1192.0
  private static let pictureTop = 26.0
  private static let sceneHeight = 26.0
  private static let scoreHeight = 150.0
  private static let coverageHeight = 58.0

  private let pictureWidth: Double
  private let pictureHeight: Double
  private let sceneTop: Double
  private let scoreTop: Double
  private let coverageTop: Double
  private let bottom: Double
  /// The values at the top and bottom edge of the two plots.
  private let scoreRange: ClosedRange<Double>
  private let coverageRange: ClosedRange<Double>

  init(_ page: ReportPage) {
    self.page = page
    let shape = Double(page.picture.width) / Double(page.picture.height)
    pictureHeight = max(36, min(64, 100 / shape))
    pictureWidth = pictureHeight * shape
    sceneTop = Self.pictureTop + pictureHeight + 10
    scoreTop = sceneTop + Self.sceneHeight + 18
    coverageTop = scoreTop + Self.scoreHeight + 26
    bottom = coverageTop + Self.coverageHeight
    let scores = page.document.ledger.lazy.map(\.score).filter(\.isFinite)
    let price = Self.hasPrice(page.document) ? page.document.manifest.gate.price : 0
    let low = min(0, scores.min() ?? 0)
    scoreRange = low...max(low + 0.001, max(scores.max() ?? 1, price) * 1.06)
    let worst = Double(page.document.ledger.lazy.map(\.coverage).filter(\.isFinite).min() ?? 1)
    coverageRange = max(-1, (min(0.9, worst) * 10).rounded(.down) / 10)...1
  }

  var markup: Markup {
    let height = bottom + 8
    let drawing: Markup = """
      <svg class="film" viewBox="0 0 \(number(Self.width)) \(number(height))" role="img" aria-label="\(summary)">
      <defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
      <path class="hatch" d="M0 0V5"/></pattern></defs>
      \(shading)\(ruler)\(sceneLane)\(pictures)\(transitions)\(scores)\(coverage)
      </svg>
      """
    return """
      <section id="timeline"><h2>Timeline</h2>
      <figure><div class="scroller" tabindex="0" role="region" aria-label="Timeline, scrolls sideways on a narrow screen">
      \(drawing)</div>
      <figcaption>\(legend)</figcaption></figure></section>
      """
  }

  private var summary: String {
    let counts = document.manifest.counts
    return """
      \(Wording.count(counts.scenes, "scene")) and \(Wording.count(counts.transitions, "transition")) over \
      \(Wording.duration(document.seconds)), with the gate's score and the coverage of \(Wording.count(document.ledger.count, "sample")). \
      The tables below say the same.
      """
  }

  private var legend: Markup {
    let price: Markup =
      Self.hasPrice(document)
      ? """
      <span><svg class="key" viewBox="0 0 22 10" aria-hidden="true"><path class="price" d="M1 5H21"/></svg>price: what \
      keeping one more frame costs</span>
      """ : ""
    let kept: Markup =
      hasManyKept
      ? "<path class=\"kept-ticks\" d=\"M6 1v8M9 1v8M15 1v8\"/>"
      : "<circle class=\"kept\" cx=\"11\" cy=\"5\" r=\"3.5\"/>"
    let hatched: Markup =
      document.scenes.transitions.isEmpty
      ? ""
      : """
      <span><svg class="key" viewBox="0 0 22 10" aria-hidden="true"><path class="transition" d="M1 1H21V9H1Z"/></svg>a gradual \
      transition</span>
      """
    return """
      <span><svg class="key" viewBox="0 0 22 10" aria-hidden="true"><path class="score" d="M1 8L6 6L11 2L16 7L21 5"/></svg>score: what \
      keeping each sample was worth to the gate</span> \(price) \
      <span><svg class="key" viewBox="0 0 22 10" aria-hidden="true">\(kept)</svg>kept</span> \
      <span><svg class="key" viewBox="0 0 22 10" aria-hidden="true"><path class="cover" d="M1 3L6 2L11 8L16 3L21 2"/></svg>coverage: how \
      similar each sample is to its kept frame</span> \(hatched)
      """
  }

  // MARK: Lanes

  /// Every second scene is shaded, all the way down.
  private var shading: Markup {
    let shaded = document.scenes.scenes.enumerated().map { number, scene in
      number.isMultiple(of: 2) ? "" : box(x(scene.seconds.lowerBound), x(scene.seconds.upperBound), sceneTop, bottom)
    }
    return "<path class=\"band\" d=\"\(shaded.joined())\"/>\n"
  }

  /// The scenes that are wide enough have a frame and a number, and lead to the table.
  private var sceneLane: Markup {
    var labels: [Markup] = []
    for (number, scene) in document.scenes.scenes.enumerated() {
      let (left, right) = (x(scene.seconds.lowerBound), x(scene.seconds.upperBound))
      guard right - left >= 4 else { continue }
      let text: Markup =
        right - left >= Double(String(number + 1).count) * 7 + 4
        ? "<text x=\"\(self.number((left + right) / 2))\" y=\"\(self.number(sceneTop + 17))\">\(number + 1)</text>" : ""
      labels.append(
        """
        <a href="#scene-\(number + 1)" tabindex="-1"><title>Scene \(number + 1), \(Wording.time(scene.seconds.lowerBound)) to \
        \(Wording.time(scene.seconds.upperBound))</title><path d="\(box(left, right, sceneTop, sceneTop + Self.sceneHeight))"/>\(text)</a>

        """)
    }
    if labels.isEmpty, !document.scenes.scenes.isEmpty {
      labels.append(
        """
        <text class="many" x="\(number((Self.plot.lowerBound + Self.plot.upperBound) / 2))" y="\(number(sceneTop + 17))">\
        \(Wording.count(document.scenes.scenes.count, "scene")), too short to tell apart at this scale</text>
        """)
    }
    return """
      <path class="frame" d="\(box(Self.plot.lowerBound, Self.plot.upperBound, sceneTop, sceneTop + Self.sceneHeight))"/>
      <g class="bands">\(labels)</g>
      \(lane("scenes", at: sceneTop + 17))
      """
  }

  private var ruler: Markup {
    let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400]
    let step = steps.first { document.seconds / $0 <= 12 } ?? (document.seconds / 12)
    let ticks = (0...Int(document.seconds / step)).map { index -> Markup in
      let seconds = Double(index) * step
      let position = x(seconds)
      let anchor: Markup = position > Self.plot.upperBound - 24 ? " class=\"last\"" : ""
      return """
        <path d="M\(number(position)) 18V\(number(bottom))"/><text\(anchor) x="\(number(position))" y="12">\
        \(Wording.tick(seconds, step: step))</text>
        """
    }
    return "<g class=\"ruler\">\(ticks)</g>\n"
  }

  /// As many pictures as fit without touching. Those that stand for the most samples have priority.
  private var pictures: Markup {
    var taken: [Double] = []
    let byWeight = page.pictured.sorted { a, b in
      let (left, right) = (document.retained[a].covers.samples, document.retained[b].covers.samples)
      return left != right ? left > right : a < b
    }
    var parts: [Markup] = []
    for row in byWeight where document.thumbnails[row] != nil {
      let record = document.retained[row]
      let center = x(record.t)
      let left = max(Self.plot.lowerBound, min(Self.plot.upperBound - pictureWidth, center - pictureWidth / 2))
      guard taken.allSatisfy({ abs($0 - left) >= pictureWidth + 3 }) else { continue }
      taken.append(left)
      let scale = Wording.fixed(pictureWidth / Double(page.picture.width), 4)
      parts.append(
        """
        <a href="#frame-\(row)" tabindex="-1"><title>Kept: frame \(record.frame) at \(Wording.time(record.t))</title>\
        <path class="leader" d="M\(number(center)) \(number(Self.pictureTop + pictureHeight))V\(number(sceneTop))"/>\
        <use href="#picture-\(row)" transform="translate(\(number(left)) \(number(Self.pictureTop))) scale(\(scale))"/></a>

        """)
    }
    return "<g>\(parts)</g>\n"
  }

  private var transitions: Markup {
    let boxes = document.scenes.transitions.map { transition -> String in
      let left = x(document.seconds(ofFrame: transition.frames.lowerBound))
      return box(left, max(left + 2, x(document.seconds(ofFrame: transition.frames.upperBound))), sceneTop, bottom)
    }
    return boxes.isEmpty ? "" : "<path class=\"transition\" d=\"\(boxes.joined())\"/>\n"
  }

  private var scores: Markup {
    func y(_ score: Double) -> Double { self.y(score, in: scoreRange, top: scoreTop, height: Self.scoreHeight) }
    let base = y(max(0, scoreRange.lowerBound))
    let points = document.ledger.map { Curve.Point(x: x($0.t), y: y($0.score)) }
    var parts: [Markup] = [
      lane("score", at: scoreTop + 10),
      "<path class=\"base\" d=\"M\(number(Self.plot.lowerBound)) \(number(base))H\(number(Self.plot.upperBound))\"/>\n",
      isDense ? spread(points) : "<path class=\"score-area\" d=\"\(Curve(thinning: points).area(downTo: base))\"/>",
      "<path class=\"score\" d=\"\(line(points))\"/>\n",
    ]
    if Self.hasPrice(document) {
      let price = y(document.manifest.gate.price)
      parts.append(
        """
        <path class="price" d="M\(number(Self.plot.lowerBound)) \(number(price))H\(number(Self.plot.upperBound))"/>\
        <text class="price-label" x="\(number(Self.plot.lowerBound - 8))" y="\(number(price + 4))">price \
        \(Wording.fixed(document.manifest.gate.price, 2))</text>

        """)
    }
    parts.append(hasManyKept ? keptTicks(from: base) : keptDots(y))
    return "<g class=\"score-lane\">\(parts)</g>\n"
  }

  private var hasManyKept: Bool { document.retained.count > 250 }

  private func keptDots(_ y: (Double) -> Double) -> Markup {
    let scores = Dictionary(
      document.ledger.lazy.filter(\.kept).map { ($0.frame, $0.score) }, uniquingKeysWith: { first, _ in first })
    let dots = page.pictured.map { row -> Markup in
      let record = document.retained[row]
      return """
        <a href="#frame-\(row)" tabindex="-1"><title>Kept: frame \(record.frame) at \(Wording.time(record.t))</title>\
        <circle class="kept" cx="\(number(x(record.t)))" cy="\(number(y(scores[record.frame] ?? 0)))" r="3.5"/></a>

        """
    }
    return "\(dots)"
  }

  /// Marks kept frames that are too many for dots: lines under the curve, at most one for each
  /// unit.
  private func keptTicks(from base: Double) -> Markup {
    let places = Set(document.retained.map { x($0.t).rounded() }).sorted()
    return "<path class=\"kept-ticks\" d=\"\(places.map { "M\(number($0)) \(number(base + 3))v9" }.joined())\"/>\n"
  }

  private var coverage: Markup {
    func y(_ coverage: Double) -> Double { self.y(coverage, in: coverageRange, top: coverageTop, height: Self.coverageHeight) }
    let points = document.ledger.map { Curve.Point(x: x($0.t), y: y(Double($0.coverage))) }
    let worst: Markup =
      document.manifest.gate.worst.map { worst in
        """
        <circle class="worst" cx="\(number(x(worst.t)))" cy="\(number(y(Double(worst.similarity))))" r="4">\
        <title>Worst covered: \(Wording.time(worst.t))</title></circle>
        """
      } ?? ""
    return """
      <g>\(lane("coverage", at: coverageTop + 24))
      <path class="base" d="M\(number(Self.plot.lowerBound)) \(number(coverageTop))H\(number(Self.plot.upperBound))\
      M\(number(Self.plot.lowerBound)) \(number(bottom))H\(number(Self.plot.upperBound))"/>
      <text class="edge" x="\(number(Self.plot.lowerBound - 8))" y="\(number(coverageTop + 4))">1.0</text>\
      <text class="edge" x="\(number(Self.plot.lowerBound - 8))" y="\(number(bottom + 4))">\(Wording.fixed(coverageRange.lowerBound, 1))</text>
      \(isDense ? spread(points) : "")<path class="cover" d="\(line(points))"/>\(worst)</g>
      """
  }

  // MARK: Geometry

  /// Whether the gate compared its score with a price, rather than keeping a schedule.
  private static func hasPrice(_ document: ReportDocument) -> Bool {
    document.manifest.gate.price.isFinite && document.ledger.contains { $0.reason == "known" || $0.reason == "worth_its_price" }
  }

  /// More samples than the drawing has columns: a line through them all would be a solid block.
  private var isDense: Bool { Double(document.ledger.count) > Self.plot.upperBound - Self.plot.lowerBound }

  /// From the lowest to the highest value of each column.
  private func spread(_ points: [Curve.Point]) -> Markup { "<path class=\"spread\" d=\"\(Curve(thinning: points).line)\"/>" }

  /// The samples themselves, or in a dense drawing their local mean.
  private func line(_ points: [Curve.Point]) -> String {
    isDense ? Curve(averaging: points, over: 4).line : Curve(thinning: points).line
  }

  private func lane(_ name: Markup, at y: Double) -> Markup {
    "<text class=\"lane\" x=\"\(number(Self.plot.lowerBound - 8))\" y=\"\(number(y))\">\(name)</text>"
  }

  private func x(_ seconds: Double) -> Double {
    let share = seconds.isFinite ? max(0, min(1, seconds / document.seconds)) : 0
    return Self.plot.lowerBound + share * (Self.plot.upperBound - Self.plot.lowerBound)
  }

  private func y(_ value: Double, in range: ClosedRange<Double>, top: Double, height: Double) -> Double {
    guard value.isFinite else { return top + height }
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return top + height * (1 - max(0, min(1, share)))
  }

  private func box(_ left: Double, _ right: Double, _ top: Double, _ bottom: Double) -> String {
    "M\(number(left)) \(number(top))H\(number(right))V\(number(bottom))H\(number(left))Z"
  }

  private func number(_ value: Double) -> String { Curve.number(value) }
}
