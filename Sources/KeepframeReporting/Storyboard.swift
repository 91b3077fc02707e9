internal import KeepframeBundle

extension ReportPage {
  /// The retained frames as a grid that runs through the scenes; a scene's name stands over its
  /// first frame.
  var storyboard: Markup {
    var cards: [Markup] = []
    var lastScene: Int?
    for row in pictured {
      let scene = document.scene(ofFrame: document.retained[row].frame)
      cards.append(card(row, scene: scene, opensScene: cards.isEmpty || scene != lastScene))
      lastScene = scene
    }
    let hidden = document.retained.count - pictured.count
    let note: Markup = hidden > 0 ? " \(Wording.count(hidden)) more are in the bundle; these stand for most of the film." : ""
    let content: Markup =
      cards.isEmpty
      ? "<p class=\"none\">Nothing was kept.</p>"
      : "<ol class=\"board\(picture.height > picture.width ? " tall" : "")\" data-video=\"\(labelledVideo)\">\n\(cards)</ol>"
    return """
      <section id="storyboard"><h2>Storyboard</h2>
      <p class="say">The frames that the memory holds, scene by scene. The bar under each shows which parts of the film it stands for: \
      the moments that look more like it than like any other kept frame.\(note)</p>
      \(content)</section>
      """
  }

  private func card(_ row: Int, scene: Int?, opensScene: Bool) -> Markup {
    let record = document.retained[row]
    let time = Wording.time(record.t)
    let heading: Markup =
      if opensScene, let scene { "<h3><a href=\"#scene-\(scene + 1)\">Scene \(scene + 1)</a></h3>" } else { "" }
    let content: Markup =
      if let jpeg = document.thumbnails[row], jpeg.starts(with: [0xFF, 0xD8]) {
        """
        <image id="picture-\(row)" width="\(picture.width)" height="\(picture.height)" \
        href="data:image/jpeg;base64,\(Markup(base64: jpeg))"/>
        """
      } else { "" }
    let reason = reasons[record.frame].map(Wording.reason) ?? "kept"
    return """
      <li id="frame-\(row)" data-t="\(Wording.fixed(record.t, 6))"\(opensScene ? " class=\"opens\"" : "" as Markup)>\(heading)
      <svg class="picture" viewBox="0 0 \(picture.width) \(picture.height)" role="img" \
      aria-label="Frame \(record.frame) at \(time)">\(content)</svg>
      \(strip(row))
      <p class="when"><time>\(time)</time> <span>frame \(Wording.count(record.frame))</span></p>
      <p>stands for \(Wording.count(record.covers.samples, "sample")), \(Wording.duration(record.covers.seconds))</p>
      <p class="why">\(reason)</p></li>

      """
  }

  /// The video's name in labels.
  private var labelledVideo: String { Escaping.shortened(document.manifest.video.path, to: 1000) }

  /// The film as a bar, filled where this frame stands for it.
  private func strip(_ row: Int) -> Markup {
    let path = strips[row].map { "M\($0.lowerBound) 0h\($0.count)v4h-\($0.count)z" }.joined()
    return """
      <svg class="strip" viewBox="0 0 \(Self.stripColumns) 4" preserveAspectRatio="none" aria-hidden="true"><path d="\(path)"/></svg>
      """
  }
}
