package import KeepframeLibrary
internal import KeepframeReporting
internal import KeepframeSystem

/// Videos that share footage as one page, with both sides of each part.
package enum SharedFootagePage {
  /// The most pictures shown of each side of a part.
  static let mostPictures = 6
  /// The most parts of a pair that are shown.
  static let mostParts = 10
  /// The most pairs whose pictures are shown: a page of more is too large to open.
  static let mostPairs = 200

  /// The page: HTML that stands alone, with pictures of both sides inside.
  ///
  /// - Parameter pairs: of this library, surest first.
  /// - Throws: ``LibraryError`` `damaged`.
  package static func html(_ pairs: [SharedFootage], in snapshot: LibrarySnapshot) throws(LibraryError) -> String {
    let places = Dictionary(snapshot.videos.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var sections: [Markup] = []
    for pair in pairs.prefix(mostPairs) {
      guard let first = places[pair.first.id], let second = places[pair.second.id] else { continue }
      var parts: [Markup] = []
      for part in pair.parts.prefix(mostParts) { parts.append(try sides(pair, first, second, part, snapshot)) }
      let chance = snapshot.falseMatchesPerThousandHours(score: pair.score)
      sections.append(
        """
        <section class="pair">
        <h2>\(title(pair))</h2>
        <p class="when">score \(Wording.fixed(pair.score, 2)); by chance \(expected(chance)) in a thousand hours</p>
        \(parts)
        </section>
        """)
    }
    return LibraryPage.page(
      kicker: "Shared footage", heading: LibraryPage.name(snapshot.path),
      facts: [Wording.count(snapshot.videos.count, "video"), Wording.duration(snapshot.hours * 3600)],
      lead: lead(pairs), "\(sections)")
  }

  private static func lead(_ pairs: [SharedFootage]) -> Markup {
    guard !pairs.isEmpty else { return "No two videos share footage." }
    let counts = SharedFootage.Kind.allCases.compactMap { kind -> String? in
      let count = pairs.count { $0.kind == kind }
      return count > 0 ? kind.counted(count) : nil
    }
    let more: Markup = pairs.count > mostPairs ? " The first \(mostPairs) are shown." : ""
    return """
      <strong>\(Wording.count(pairs.count, "pair"))</strong> of videos share footage: \(counts.joined(separator: ", ")).\(more)
      """
  }

  private static func title(_ pair: SharedFootage) -> String {
    switch pair.kind {
    case .copy: "Copies of each other"
    case .excerpt where pair.coverageOfFirst >= pair.coverageOfSecond: "The first is a part of the second"
    case .excerpt: "The second is a part of the first"
    case .intro: "The same beginning"
    case .credits: "The same end"
    case .part: pair.parts.count == 1 ? "A part in common" : "\(pair.parts.count) parts in common"
    }
  }

  private static func expected(_ number: Double) -> String {
    number < 1e-6 ? "less than a millionth" : "\(Wording.fixed(number, number < 0.01 ? 6 : 2))"
  }

  /// What both videos show at the same times of a part, one above the other.
  private static func sides(
    _ pair: SharedFootage, _ first: Int, _ second: Int, _ part: SharedPart, _ snapshot: LibrarySnapshot
  ) throws(LibraryError) -> Markup {
    let times = chosen(try snapshot.block(first), part.first)
    let shift = part.second.lowerBound - part.first.lowerBound
    return """
      \(try side(pair.first, first, part.first, times, snapshot))
      \(try side(pair.second, second, part.second, times.map { $0 + shift }, snapshot))
      """
  }

  private static func side(
    _ video: LibraryVideo, _ index: Int, _ seconds: Range<Double>, _ times: [Double], _ snapshot: LibrarySnapshot
  ) throws(LibraryError) -> Markup {
    let block = try snapshot.block(index)
    var pictures: [Markup] = []
    for time in times {
      guard let run = block.run(at: time) else { continue }
      let picture = try snapshot.picture(index, moment: block.run(run).row)
      pictures.append("<li>\(LibraryPage.picture(picture, of: video, at: time)) \(Wording.time(time))</li>")
    }
    return """
      <div class="side"><p>\(LibraryPage.name(video.path))<br><time>\(LibraryPage.span(seconds))</time></p>
      <ol>\(pictures)</ol></div>
      """
  }

  /// Times in a part at which other moments come on display, evenly chosen.
  private static func chosen(_ block: VideoBlock, _ seconds: Range<Double>) -> [Double] {
    var shown = [seconds.lowerBound]
    for run in 0..<block.runCount {
      let start = block.run(run).seconds
      if start > seconds.lowerBound, start < seconds.upperBound { shown.append(start) }
    }
    guard shown.count > mostPictures else { return shown }
    return (0..<mostPictures).map { shown[$0 * shown.count / mostPictures] }
  }
}

extension SharedFootage.Kind {
  fileprivate func counted(_ count: Int) -> String {
    switch self {
    case .copy: count == 1 ? "1 whole copy" : "\(Wording.count(count)) whole copies"
    case .excerpt: Wording.count(count, "excerpt")
    case .intro: Wording.count(count, "common beginning")
    case .credits: Wording.count(count, "common end")
    case .part: Wording.count(count, "common part")
    }
  }
}
