internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeSystem
package import SystemPackage

/// A file name with macros, in the words of PySceneDetect:
/// `$VIDEO_NAME-Scene-$SCENE_NUMBER-$IMAGE_NUMBER`.
///
/// `$NAME` and `${NAME}` are replaced, and `$$` is a dollar sign. Times have `;` instead of `:`.
/// Frames count from 0.
package struct NameTemplate: Hashable, Sendable {
  package enum Macro: String, CaseIterable, Sendable {
    case videoName = "VIDEO_NAME"
    case sceneNumber = "SCENE_NUMBER"
    case imageNumber = "IMAGE_NUMBER"
    case frameNumber = "FRAME_NUMBER"
    case timecode = "TIMECODE"
    case timestampMilliseconds = "TIMESTAMP_MS"
    case startTime = "START_TIME"
    case endTime = "END_TIME"
    case startFrame = "START_FRAME"
    case endFrame = "END_FRAME"
  }

  /// PySceneDetect's defaults, without extension.
  package static let images = NameTemplate(known: "$VIDEO_NAME-Scene-$SCENE_NUMBER-$IMAGE_NUMBER")
  package static let parts = NameTemplate(known: "$VIDEO_NAME-Scene-$SCENE_NUMBER")

  private enum Piece: Hashable { case text([UInt8]), macro(Macro) }
  private let pieces: [Piece]

  /// The values of a name's macros, besides the video's name.
  package struct Values: Hashable, Sendable {
    /// Numbers count from 1. The counts decide how many digits are written.
    package var sceneNumber: Int
    package var sceneCount: Int
    package var imageNumber = 1
    package var imageCount = 1
    /// Index and time of the picture, or of the first frame of a part.
    package var frame: Int
    package var seconds: Double
    /// Frames and time of the scene, half-open.
    package var frames: Range<Int>
    package var sceneSeconds: Range<Double>

    package init(
      sceneNumber: Int, sceneCount: Int, frame: Int, seconds: Double, frames: Range<Int>, sceneSeconds: Range<Double>
    ) {
      self.sceneNumber = sceneNumber
      self.sceneCount = sceneCount
      self.frame = frame
      self.seconds = seconds
      self.frames = frames
      self.sceneSeconds = sceneSeconds
    }
  }

  /// Why a template cannot be used. The failure is a sentence without a subject.
  package enum Problem: Hashable, Sendable {
    /// It has a slash, but it names files, not folders.
    case slash
    /// A dollar sign comes before a word that is not a macro's.
    case unknownMacro(String)
    case empty
  }

  /// - Parameter bytes: the template as typed; it need not be UTF-8.
  package init(_ bytes: [UInt8]) throws(Problem) {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "/") { throw .slash }
      guard byte == UInt8(ascii: "$") else {
        text.append(byte)
        continue
      }
      if rest.first == UInt8(ascii: "$") {
        text.append(rest.removeFirst())
        continue
      }
      let isBraced = rest.first == UInt8(ascii: "{")
      if isBraced { rest.removeFirst() }
      let name = rest.prefix { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 || $0 == UInt8(ascii: "_") }
      rest = rest.dropFirst(name.count)
      let word = String(decoding: name, as: UTF8.self)
      guard let macro = Macro(rawValue: word), !isBraced || rest.popFirst() == UInt8(ascii: "}") else {
        throw .unknownMacro(word)
      }
      pieces += [.text(text), .macro(macro)]
      text = []
    }
    pieces.append(.text(text))
    self.pieces = pieces.filter { $0 != .text([]) }
    if self.pieces.isEmpty { throw .empty }
  }

  private init(known text: String) {
    do { self = try Self(Array(text.utf8)) } catch { preconditionFailure("\(text) \(error)") }
  }

  package func uses(_ macro: Macro) -> Bool { pieces.contains(.macro(macro)) }

  /// Whether any two pictures get different names; any two parts, if `images` is false.
  package func tellsApart(images: Bool) -> Bool {
    let ofFrame: [Macro] = [.frameNumber, .timecode, .timestampMilliseconds]
    let ofScene: [Macro] = [.sceneNumber, .startFrame, .endFrame, .startTime, .endTime]
    let hasScene = (images ? ofScene : ofScene + ofFrame).contains(where: uses)
    return hasScene && (!images || uses(.imageNumber))
  }

  /// - Parameters:
  ///   - suffix: the extension with its dot.
  ///   - keepsExtension: whether `$VIDEO_NAME` is the name with its extension.
  /// - Returns: a name that fits the file system. A very long name of a video is cut.
  package func name(of video: FilePath, _ values: Values, suffix: String, keepsExtension: Bool = false) -> FilePath {
    let fixed = pieces.reduce(suffix.utf8.count) { $0 + ($1 == .macro(.videoName) ? 0 : bytes($1, values, video: []).count) }
    let videos = max(1, pieces.count { $0 == .macro(.videoName) })
    let stem = OutputName.stem(of: video, besides: 255 - (255 - fixed) / videos, keepsExtension: keepsExtension)
    return FilePath(bytes: pieces.flatMap { bytes($0, values, video: stem) } + Array(suffix.utf8))
  }

  private func bytes(_ piece: Piece, _ values: Values, video: [UInt8]) -> [UInt8] {
    switch piece {
    case .text(let text): text
    case .macro(.videoName): video
    case .macro(let macro): Array(text(macro, values).utf8)
    }
  }

  private func text(_ macro: Macro, _ values: Values) -> String {
    func clock(_ seconds: Double) -> String { String(Timecode.clock(seconds).map { $0 == ":" ? ";" : $0 }) }
    func digits(_ count: Int) -> Int { String(count).count }
    return switch macro {
    case .videoName: ""
    case .sceneNumber: values.sceneNumber.padded(max(3, digits(values.sceneCount)))
    case .imageNumber: values.imageNumber.padded(digits(values.imageCount) + 1)
    case .frameNumber: String(values.frame)
    case .timecode: clock(values.seconds)
    case .timestampMilliseconds: String(Int(values.seconds * 1000))
    case .startTime: clock(values.sceneSeconds.lowerBound)
    case .endTime: clock(values.sceneSeconds.upperBound)
    case .startFrame: String(values.frames.lowerBound)
    case .endFrame: String(values.frames.upperBound)
    }
  }
}

extension NameTemplate.Problem: KeepframeFailure {
  package var code: String {
    switch self {
    case .slash: "template.slash"
    case .unknownMacro: "template.unknown-macro"
    case .empty: "template.empty"
    }
  }

  /// Always nil: the subject is the template, which the caller knows.
  package var subject: String? { nil }

  package var failure: String {
    switch self {
    case .slash: "has a slash"
    case .unknownMacro(let word): "has an unknown macro, $\(word)"
    case .empty: "is empty"
    }
  }

  package var remedy: String? {
    switch self {
    case .slash: "it names files, not folders"
    case .unknownMacro:
      "known are \(NameTemplate.Macro.allCases.map { "$" + $0.rawValue }.joined(separator: " ")), and $$ for a dollar sign"
    case .empty: nil
    }
  }
}
