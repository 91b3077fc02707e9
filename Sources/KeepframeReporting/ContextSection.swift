internal import KeepframeBundle

extension ReportPage {
  /// The contexts, each with the retained frames that weigh most in it.
  var contextSection: Markup {
    let contexts = document.contexts
    let video = contexts.filter { $0.kind == "video" }
    let windows = contexts.filter { $0.kind == "window" }
    let parts = contexts.filter { $0.kind == "part" }
    let shots = contexts.filter { $0.kind == "shot" }
    let content: Markup =
      contexts.isEmpty
      ? "<p class=\"none\">There are no contexts.</p>"
      : """
      \(video.map { block($0, name: "The whole video") })
      \(folded("Windows", windows.count == 1 ? [] : windows.map { block($0, name: windowName($0)) }))
      \(folded("Parts", parts.map { block($0, name: partName($0)) }))
      \(folded("Shots", shots.map { block($0, name: shotName($0)) }))
      """
    return """
      <section id="contexts"><h2>Contexts</h2>
      <p class="say">A context is one vector that sums up the video, a window of the memory, a shot, or a part of the video or of a \
      window. Videos are compared more closely by their parts. A context describes what is shown: attention weights are solved \
      so that similar frames count once. It also describes what followed what, by attention that was trained. Each list shows \
      the kept frames that weigh most, with their share of the attention.</p>
      \(content)</section>
      """
  }

  /// A list that is open if it is short.
  private func folded(_ name: String, _ blocks: [Markup]) -> Markup {
    guard !blocks.isEmpty else { return "" }
    return """
      <details\(blocks.count <= 40 ? " open" : "" as Markup)><summary><h3>\(name)</h3> <span>\(Wording.count(blocks.count))</span></summary>
      <div class="contexts">
      \(blocks)</div></details>
      """
  }

  private func shotName(_ context: ContextRecord) -> Markup {
    guard let scene = context.scene else { return "Shot" }
    return "<a href=\"#scene-\(scene + 1)\">Scene \(scene + 1)</a>"
  }

  private func partName(_ context: ContextRecord) -> Markup {
    guard let parent = context.parent, document.contexts.indices.contains(parent) else { return "Part" }
    let siblings = document.contexts.filter { $0.kind == "part" && $0.parent == parent }
    let place = siblings.firstIndex { $0.row == context.row } ?? 0
    let whole = document.contexts[parent]
    return """
      Part \(place + 1) of \(whole.kind == "video" ? "the video" : "the window at \(Wording.time(whole.startS))" as Markup)
      """
  }

  private func windowName(_ context: ContextRecord) -> Markup {
    "Level \(context.level), \(Wording.count(context.endRetained - context.firstRetained, "kept frame"))"
  }

  private func block(_ context: ContextRecord, name: Markup) -> Markup {
    """
    <div class="context \(context.kind == "video" ? "video" : "part" as Markup)"><p class="name"><b>\(name)</b> \
    <span>\(Wording.time(context.startS)) to \(Wording.time(context.endS))</span></p>
    <ol>\(context.top.prefix(8).filter { !($0.weight < 0.001) }.map(attention))</ol></div>

    """
  }

  private func attention(_ attention: ContextRecord.Attention) -> Markup {
    let row = attention.retained
    let weight = Wording.percent(Double(attention.weight))
    guard document.retained.indices.contains(row), let link = picturedLink(row) else {
      return "<li><span>frame \(Wording.count(attention.frame))</span> <span>\(weight)</span></li>"
    }
    let time = Wording.time(document.retained[row].t)
    return """
      <li><a href="\(link)" title="\(time)" aria-label="Frame at \(time), weight \(weight)">\(smallPicture(row))\
      <span>\(weight)</span></a></li>
      """
  }
}
