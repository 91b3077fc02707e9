package import KeepframeDecoding
package import KeepframeSystem
package import SystemPackage

/// The words that were written for a video: titles, chapters and subtitles.
package struct WrittenText: Sendable {
  /// By channel, then in the order of time.
  package private(set) var pieces: [TextPiece] = []
  package private(set) var record = TextRecord()
  private let clock: VideoClock

  /// How a video's times relate to those of its files.
  package struct VideoClock: Hashable, Sendable {
    /// When the container shows the first frame, in seconds on its own clock.
    package let startSeconds: Double
    /// When players show the first frame: they, and files beside the video, count from the
    /// container's start.
    package let playerStartSeconds: Double
    /// From the first frame's time to the end of the last.
    package let durationSeconds: Double

    package init(startSeconds: Double, playerStartSeconds: Double, durationSeconds: Double) {
      self.startSeconds = startSeconds
      self.playerStartSeconds = playerStartSeconds
      self.durationSeconds = durationSeconds
    }
  }

  /// Reads them.
  ///
  /// A file or a stream that cannot be read is noted in ``record``, and is no error.
  ///
  /// - Parameter state: the state that the video must still have.
  /// - Throws: ``DecodingError`` if the video cannot be read any more; `CancellationError`.
  package init(
    of video: FilePath, _ clock: VideoClock, options: DecodingOptions, unchangedSince state: FileState? = nil,
    cancellation: Cancellation? = nil
  ) throws {
    self.clock = clock
    let inside = try ContainerText(of: video, options: options, unchangedSince: state, cancellation: cancellation)
    let titles = inside.titles.map { PlainText.line($0) }
    for (index, title) in titles.enumerated() where !titles[..<index].contains(title) {
      add(.title, 0, clock.durationSeconds, title, nil)
    }
    for chapter in inside.chapters {
      add(
        .chapter, chapter.start - clock.startSeconds, chapter.end - clock.startSeconds, PlainText.line(chapter.title), nil)
    }
    record.isCut = inside.isCut
    add(inside, startSeconds: clock.startSeconds, language: nil)
    for file in SubtitleFile.beside(video) {
      try cancellation?.check()
      record.subtitleFiles[file.name] = file.digest
      guard record.subtitleFiles[file.name] != nil, let text = try? ContainerText(subtitles: file.path) else {
        record.unreadable.append(file.name)
        continue
      }
      record.isCut = record.isCut || text.isCut
      add(text, startSeconds: clock.playerStartSeconds, language: file.language)
    }
    if pieces.count > TextPiece.mostPieces {
      pieces.removeLast(pieces.count - TextPiece.mostPieces)
      record.isCut = true
    }
    pieces = Self.sorted(pieces)
    record.pieces = pieces.count
  }

  /// How long a line is shown of which the file does not say it, unless the next line comes sooner.
  private static let usualSeconds = 5.0

  private mutating func add(_ text: ContainerText, startSeconds: Double, language: String?) {
    for (_, lines) in Dictionary(grouping: text.lines, by: \.stream).sorted(by: { $0.key < $1.key }) {
      let lines = lines.sorted { ($0.start, $0.end ?? $0.start) < ($1.start, $1.end ?? $1.start) }
      var (start, next) = (Double.infinity, Double.infinity)
      let ends = lines.reversed().map { line in
        if line.start < start { (start, next) = (line.start, start) }
        return line.end ?? min(line.start + Self.usualSeconds, next)
      }.reversed()
      for (line, end) in zip(lines, ends) {
        let stated = line.language.map { PlainText.line($0) }.flatMap { $0 == "und" || $0.isEmpty ? nil : String($0.prefix(20)) }
        add(.subtitle, line.start - startSeconds, end - startSeconds, PlainText.ofEvent(line.event), language ?? stated)
      }
    }
  }

  /// Keeps what has words and lies within the video.
  private mutating func add(_ channel: TextPiece.Channel, _ start: Double, _ end: Double, _ text: String, _ language: String?) {
    let (start, end) = (Self.rounded(max(0, start)), Self.rounded(min(end, clock.durationSeconds)))
    guard start.isFinite, end.isFinite, start <= end, end > 0 || clock.durationSeconds == 0,
      start < max(clock.durationSeconds, 1e-6),
      text.unicodeScalars.contains(where: { !$0.properties.isWhitespace })
    else { return }
    pieces.append(TextPiece(channel, start..<end, text, language: language))
  }

  /// To a microsecond: differences of times that are exact are not.
  private static func rounded(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e6 }

  /// Each once, by channel and time.
  package static func sorted(_ pieces: [TextPiece]) -> [TextPiece] {
    let order = Dictionary(uniqueKeysWithValues: TextPiece.Channel.allCases.enumerated().map { ($1, $0) })
    var seen: Set<TextPiece> = []
    return pieces.filter { seen.insert($0).inserted }.enumerated().sorted { a, b in
      (order[a.element.channel]!, a.element.startS, a.element.endS, a.offset)
        < (order[b.element.channel]!, b.element.startS, b.element.endS, b.offset)
    }.map(\.element)
  }
}
