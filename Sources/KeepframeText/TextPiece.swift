internal import KeepframeSystem
package import SystemPackage

/// Something that a video says in words, and when.
public struct TextPiece: Codable, Hashable, Sendable {
  /// Where words of a video come from.
  public enum Channel: String, Codable, CaseIterable, Hashable, Sendable {
    /// What the container says about the whole file: its title and description.
    case title
    /// The title of a chapter.
    case chapter
    /// A line of subtitles, of a stream inside the file or of a file beside it.
    case subtitle
    /// Text that is shown in the picture, as character recognition reads it.
    case screen
    /// What a picture shows, as a classifier of a thousand classes names it: coarse, and often
    /// wrong.
    case label
  }

  /// Where it comes from.
  public var channel: Channel
  /// When it begins, in seconds since the first frame; 0 or more.
  public var startS: Double
  /// When it ends, in seconds since the first frame; not before ``startS``.
  public var endS: Double
  /// One line without markup or control characters; not empty, at most ``mostCharacters`` long.
  public var text: String
  /// As the file states it, such as `eng` or `de-AT`; nil where it states none.
  public var language: String?

  /// The longest text, in Unicode scalars.
  public static let mostCharacters = 4000
  /// More pieces than this are not kept of a video.
  public static let mostPieces = 200_000

  /// Half-open, in seconds since the first frame.
  public var seconds: Range<Double> { startS..<endS }

  /// Whether everything holds that the properties say.
  package var isValid: Bool {
    startS.isFinite && endS.isFinite && startS >= 0 && startS <= endS && endS <= 1e9 && !text.isEmpty
      && text.unicodeScalars.count <= Self.mostCharacters && language.map { !$0.isEmpty && $0.utf8.count <= 40 } ?? true
      && !text.unicodeScalars.contains { $0.value < 32 }
  }

  package init(_ channel: Channel, _ seconds: Range<Double>, _ text: String, language: String? = nil) {
    self.channel = channel
    (startS, endS) = (seconds.lowerBound, seconds.upperBound)
    self.text = text
    self.language = language
  }
}

/// What was read of a video's words, as the manifest of a bundle states it.
public struct TextRecord: Codable, Hashable, Sendable {
  /// Lines of `text.jsonl`.
  public var pieces: Int
  /// SHA-256 of each file of subtitles beside the video, by the file's name.
  public var subtitleFiles: [String: String]
  /// Files of subtitles beside the video of which no line could be read.
  public var unreadable: [String]
  /// Whether the video has more words than are kept.
  public var isCut: Bool
  /// The languages of character recognition, such as `eng+deu`; nil if that was not asked for.
  public var ocr: String?
  /// SHA-256 of the classifier that named what pictures show; nil without one.
  public var labels: String?

  package init(
    pieces: Int = 0, subtitleFiles: [String: String] = [:], unreadable: [String] = [], isCut: Bool = false, ocr: String? = nil,
    labels: String? = nil
  ) {
    self.pieces = pieces
    self.subtitleFiles = subtitleFiles
    self.unreadable = unreadable
    self.isCut = isCut
    self.ocr = ocr
    self.labels = labels
  }
}

extension TextPiece {
  /// The name of a video's file, without its ending; nil if it has none.
  package init?(nameOf path: FilePath, durationSeconds: Double) {
    guard let name = path.lastComponent else { return nil }
    var bytes = FilePath(root: nil, [name]).bytes
    if let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 { bytes.removeSubrange(dot...) }
    let text = PlainText.line(bytes)
    guard !text.isEmpty else { return nil }
    self.init(.title, 0..<max(0, durationSeconds), text)
  }
}
