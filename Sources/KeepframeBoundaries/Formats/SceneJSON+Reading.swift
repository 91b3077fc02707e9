internal import FoundationEssentials
internal import KeepframeDecoding
public import KeepframeSystem
internal import SystemPackage

/// Why a text is not a list that ``SceneJSON`` wrote.
public enum SceneJSONError: Hashable, Sendable {
  /// The text is not JSON, or a member is missing or of the wrong type.
  case damaged
  /// Members contradict each other; the text says which.
  case contradiction(String)
}

extension SceneJSONError: KeepframeFailure {
  /// `scenes.damaged` or `scenes.contradictory`.
  public var code: String {
    switch self {
    case .damaged: "scenes.damaged"
    case .contradiction: "scenes.contradictory"
    }
  }

  /// Always `scene list`: a text has no path.
  public var subject: String? { "scene list" }

  /// What failed; for a contradiction, also which members contradict each other.
  public var failure: String {
    switch self {
    case .damaged: "does not follow keepframe.scenes/1"
    case .contradiction(let how): "contradicts itself (\(how))"
    }
  }

  /// Always advises to make the list again.
  public var remedy: String? { "make it again" }
}

extension SceneJSON {
  /// Reads what ``text(_:video:toolVersion:damage:isPartial:parameters:)`` wrote, in this or an
  /// earlier version.
  ///
  /// ``SceneFindings/toolVersion`` is the version that wrote it. The boundaries are those that
  /// start a scene.
  ///
  /// - Throws: ``SceneJSONError``
  public static func read(_ bytes: [UInt8]) throws(SceneJSONError) -> SceneFindings {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let document: Document
    do { document = try decoder.decode(Document.self, from: Data(bytes)) } catch { throw .damaged }
    return try document.findings()
  }

  /// The members that are read, named as ``SceneJSON`` writes them.
  fileprivate struct Document: Decodable {
    struct Tool: Decodable {
      var version: String
    }

    struct Damage: Decodable {
      var undecodablePackets: Int
      var concealedFrames: Int
      var synthesizedTimestamps: Int
      var timestampJumps: Int
      var formatChanges: Int
      var missingS: Double
      var readError: String?
    }

    struct Video: Decodable {
      var path: String
      var codec: String?
      var width: Int
      var height: Int
      var frameRate: String?
      var frameRateSource: String?
      var statedFrameRate: String?
      var timeBase: String
      var startPts: Int64
      var durationS: Double
      var frames: Int
      // Older files lack the following members.
      var codedWidth: Int?
      var codedHeight: Int?
      var crop: Crop?
      var sampleAspect: String?
      var rotationDegrees: Int?
      var mirrored: Bool?
      var playerStartS: Double?
      var startTimecode: String?
    }

    struct Crop: Decodable {
      var left: Int
      var top: Int
      var right: Int
      var bottom: Int
    }

    struct Span: Decodable {
      var startFrame: Int
      var endFrame: Int
      var startPts: Int64
      var endPts: Int64
      var startS: Double
      var endS: Double
      var `in`: Opening
    }

    struct Opening: Decodable {
      var type: String
      var score: Double?
    }

    struct Change: Decodable {
      var kind: String
      var startFrame: Int
      var endFrame: Int
      var score: Double
    }

    var tool: Tool?
    var partial: Bool
    var damage: Damage
    var video: Video
    var params: [String: JSONText.Scalar]
    var scenes: [Span]
    var transitions: [Change]
  }
}

// Checks that the members fit a scene list.

extension SceneJSON.Document {
  /// The limit for seconds in a file: far longer than any video, and exact in microseconds.
  private static let mostSeconds = Double(1 << 40)

  fileprivate func findings() throws(SceneJSONError) -> SceneFindings {
    let facts = try video.facts(below: Self.mostSeconds)
    let transitions = try transitions.enumerated().map { index, change throws(SceneJSONError) in
      guard let kind = Transition.Kind(rawValue: change.kind), 0 <= change.startFrame, change.startFrame <= change.endFrame else {
        throw .contradiction("transition \(index + 1) has an unknown kind or ends before it starts")
      }
      return Transition(kind: kind, frames: change.startFrame..<change.endFrame, score: change.score)
    }
    let scenes = try scenes.enumerated().map { index, span throws(SceneJSONError) in
      guard 0 <= span.startFrame, span.startFrame < span.endFrame, span.startPts < span.endPts, 0 <= span.startS,
        span.startS <= span.endS, span.endS < Self.mostSeconds
      else { throw .contradiction("scene \(index + 1) ends before it starts") }
      return Segment(frames: span.startFrame..<span.endFrame, pts: span.startPts..<span.endPts, seconds: span.startS..<span.endS)
    }
    for (index, pair) in zip(scenes, scenes.dropFirst()).enumerated()
    where pair.0.frames.upperBound > pair.1.frames.lowerBound {
      throw .contradiction("scene \(index + 2) starts before scene \(index + 1) ends")
    }
    let openings = zip(scenes, self.scenes).compactMap { scene, span -> (boundary: Boundary, pts: Int64)? in
      guard let score = span.in.score else { return nil }
      let frame = scene.frames.lowerBound
      let transition = transitions.first { $0.kind.rawValue == span.in.type && $0.frames.contains(frame) }
      let sudden: Boundary.Cause = span.in.type == Boundary.Cause.jump.name ? .jump : .cut
      let boundary = Boundary(frame: frame, cause: transition.map { .transition($0) } ?? sudden, score: score)
      return (boundary, scene.pts.lowerBound)
    }
    let list = SceneList(
      scenes: scenes, transitions: transitions, boundaries: openings.map(\.boundary), boundaryPTS: openings.map(\.pts),
      timeBase: facts.timeBase, frameRate: facts.frameRate, frameCount: facts.frameCount, startPTS: facts.startPTS)
    return SceneFindings(
      list: list, video: facts, damage: DecodingDamage(damage), isPartial: partial,
      media: EditorMedia(FilePath(video.path)), toolVersion: tool?.version ?? "",
      parameters: params.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) })
  }
}

extension SceneJSON.Document.Video {
  fileprivate func facts(below mostSeconds: Double) throws(SceneJSONError) -> VideoFacts {
    guard let timeBase = Rational(text: timeBase) else { throw .contradiction("the time base is not a fraction above 0") }
    guard durationS.isFinite, durationS >= 0 else { throw .contradiction("the duration is negative") }
    guard let shape else { throw .contradiction("no picture can have these sizes") }
    let playerStart = playerStartS ?? 0
    guard (0..<mostSeconds).contains(playerStart) else { throw .contradiction("players cannot start at \(playerStart) s") }
    let timecode = startTimecode.map { StartTimecode($0) }
    guard timecode != .some(nil) else { throw .contradiction("the start timecode is not a timecode") }
    var facts = VideoFacts(
      path: path, shape: shape, frameRate: frameRate.flatMap { Rational(text: $0) }, timeBase: timeBase, startPTS: startPts,
      durationSeconds: durationS, frameCount: frames, codec: codec,
      playerStartMicroseconds: Int64((playerStart * 1_000_000).rounded()), startTimecode: timecode ?? nil)
    if frameRateSource == "measured" { facts.statedFrameRate = statedFrameRate.flatMap { Rational(text: $0) } }
    return facts
  }

  /// Nil if no picture can have these numbers.
  private var shape: PictureShape? {
    let crop = crop.map { Cropping(left: $0.left, top: $0.top, right: $0.right, bottom: $0.bottom) } ?? .none
    let (width, height) = (codedWidth ?? width, codedHeight ?? height)
    let aspect = sampleAspect.map { Rational(text: $0) }
    guard (0...Int(Int32.max)).contains(width), (0...Int(Int32.max)).contains(height),
      crop == .none || crop.fits(width: width, height: height), aspect != .some(nil),
      (1.0 / 16...16).contains(aspect??.doubleValue ?? 1)
    else { return nil }
    return PictureShape(
      codedWidth: width, codedHeight: height, cropping: crop, sampleAspect: aspect ?? nil,
      rotationDegrees: rotationDegrees ?? 0, isMirrored: mirrored ?? false)
  }
}

extension DecodingDamage {
  fileprivate init(_ damage: SceneJSON.Document.Damage) {
    self.init()
    undecodablePackets = damage.undecodablePackets
    concealedFrames = damage.concealedFrames
    synthesizedTimestamps = damage.synthesizedTimestamps
    timestampJumps = damage.timestampJumps
    formatChanges = damage.formatChanges
    missingSeconds = damage.missingS
    readError = damage.readError
  }
}

extension JSONText {
  /// The value of a setting, read from a file.
  fileprivate struct Scalar: Decodable {
    let text: JSONText

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        text = .bool(value)
      } else if let value = try? container.decode(Int64.self) {
        text = .integer(value)
      } else if let value = try? container.decode(Double.self) {
        text = .number(value)
      } else {
        text = .string(try container.decode(String.self))
      }
    }
  }
}

extension Rational {
  /// A fraction such as `30000/1001`, both numbers positive.
  fileprivate init?(text: String) {
    let parts = text.split(separator: "/").map { Int64($0) }
    guard parts.count == 2, let numerator = parts[0], let denominator = parts[1], numerator > 0, denominator > 0 else {
      return nil
    }
    self.init(numerator, denominator)
  }
}
