package import KeepframeLibrary
internal import KeepframeReporting
internal import KeepframeSystem

/// Answers of a search as one page to look at.
package enum SearchPage {
  /// The page: HTML that stands alone, with the picture of each answer inside.
  ///
  /// - Parameters:
  ///   - asked: what was looked for, in words.
  ///   - hits: of this library, best first.
  /// - Throws: ``LibraryError`` `damaged`.
  package static func html(_ hits: [SearchHit], asked: String, in snapshot: LibrarySnapshot) throws(LibraryError) -> String {
    var entries: [Markup] = []
    for hit in hits {
      guard let index = snapshot.videos.firstIndex(where: { $0.id == hit.video.id }) else { continue }
      let picture =
        hit.moment < hit.video.moments
        ? LibraryPage.picture(try snapshot.picture(index, moment: hit.moment), of: hit.video, at: hit.momentSeconds) : ""
      entries.append(
        """
        <li class="opens">
        <h3>\(Wording.fixed(hit.score, 2))</h3>
        \(picture)
        <p class="when"><time>\(LibraryPage.span(hit.seconds))</time></p>
        <p>\(LibraryPage.name(hit.video.path))</p>
        <p class="why">\(Escaping.shortened(hit.reason.description, to: 400))</p>
        </li>
        """)
    }
    let lead: Markup =
      entries.isEmpty
      ? "Nothing in the library answers that."
      : "<strong>\(Wording.count(entries.count, "answer"))</strong>, best first. The number above each is its score."
    return LibraryPage.page(
      kicker: "Search", heading: "<bdi>\(Escaping.shortened(asked, to: 160))</bdi>",
      facts: [PrintableText.escaping(snapshot.path), Wording.count(snapshot.videos.count, "video")], lead: lead,
      "<section class=\"found\"><ol class=\"board\">\(entries)</ol></section>")
  }
}
