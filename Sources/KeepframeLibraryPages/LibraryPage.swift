internal import KeepframeLibrary
internal import KeepframeReporting
internal import KeepframeSystem
internal import SystemPackage

/// What the pages about a library have in common.
enum LibraryPage {
  /// - Parameters:
  ///   - kicker: what kind of page it is.
  ///   - heading: what the page is about.
  ///   - lead: the result in a sentence.
  static func page(kicker: String, heading: Markup, facts: [String], lead: Markup, _ main: Markup) -> String {
    let shown = facts.map { fact in "<span>\(fact)</span>" as Markup }
    return PageFrame.page(
      title: "\(kicker) · Keepframe",
      """
      <header>
      <p class="kicker">\(kicker)</p>
      <h1>\(heading)</h1>
      <p class="facts">\(shown)</p>
      <p class="lead">\(lead)</p>
      </header>
      <main>
      \(main)
      </main>
      <footer><p>Made by Keepframe from the library's pictures. \(PageFrame.promise)</p>
      </footer>
      """
    ).html
  }

  static func name(_ path: FilePath) -> Markup {
    "<bdi>\(Escaping.shortened(path.string, to: 240))</bdi>"
  }

  static func span(_ seconds: Range<Double>) -> String {
    "\(Wording.time(seconds.lowerBound)) – \(Wording.time(seconds.upperBound))"
  }

  /// The size of a picture 320 wide, of the video's shape.
  static func size(_ video: LibraryVideo) -> (width: Int, height: Int) {
    let shape = Double(max(1, video.width)) / Double(max(1, video.height))
    return (320, Int((320 / max(0.4, min(3, shape))).rounded()))
  }

  static func picture(_ bytes: [UInt8], of video: LibraryVideo, at seconds: Double) -> Markup {
    let (width, height) = size(video)
    return """
      <img class="picture" width="\(width)" height="\(height)" loading="lazy" alt="frame at \(Wording.time(seconds))" \
      src="data:image/jpeg;base64,\(Markup(base64: bytes))">
      """
  }
}
