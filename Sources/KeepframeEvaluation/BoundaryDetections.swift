internal import FoundationEssentials
package import KeepframeBoundaries

/// What a tool detected: where new shots begin and, if it says so, by what kind of boundary.
package struct BoundaryDetections: Hashable, Sendable {
  /// The kind of a detected boundary.
  package enum Kind: Hashable, Sendable {
    /// The tool or its file gives frames only.
    case unstated
    case cut
    /// A cut within one take.
    case jump
    /// First and last changed frame.
    case transition(ClosedRange<Int>)
  }

  package struct Detection: Hashable, Sendable {
    /// The first frame of the new shot, or a frame inside a transition; counted from 0 as decoded.
    package let frame: Int
    package let kind: Kind

    package init(frame: Int, kind: Kind) {
      self.frame = frame
      self.kind = kind
    }
  }

  /// Ascending, at most one at each frame, none at the first frame of the video.
  package let detections: [Detection]
  /// Whether cuts, jumps and transitions are told apart. If not, no spans are known.
  package let statesKinds: Bool
  /// Frames of the video; nil if the tool does not say.
  package let frameCount: Int?

  package var frames: [Int] { detections.map(\.frame) }

  package init(_ detections: [Detection], statesKinds: Bool = true, frameCount: Int? = nil) {
    let first = Dictionary(detections.filter { $0.frame > 0 }.map { ($0.frame, $0) }) { first, _ in first }
    self.detections = first.values.sorted { $0.frame < $1.frame }
    self.statesKinds = statesKinds
    self.frameCount = frameCount
  }

  package init(frames: [Int]) {
    self.init(frames.map { Detection(frame: $0, kind: .unstated) }, statesKinds: false)
  }

  /// The detections of our own detector.
  package init(_ scenes: SceneList) {
    self.init(
      scenes.boundaries.map { boundary in
        let kind: Kind =
          switch boundary.cause {
          case .cut: .cut
          case .jump: .jump
          case .transition(let transition): Self.transition(transition.frames)
          }
        return Detection(frame: boundary.frame, kind: kind)
      }, frameCount: scenes.frameCount)
  }

  /// A transition without frames is a cut.
  private static func transition(_ frames: Range<Int>) -> Kind { frames.isEmpty ? .cut : .transition(ClosedRange(frames)) }

  /// The formats that can be read.
  package enum Format: String, CaseIterable, Sendable {
    /// Recognised by the file's content.
    case auto
    /// PySceneDetect's list of scenes; frames there count from 1.
    case psdCSV = "psd-csv"
    /// TransNetV2's `.scenes.txt`: first and last frame of each scene. Frames between two scenes
    /// are a transition, whose boundary is in the middle.
    case transNetV2 = "transnetv2"
    /// ffmpeg's `scdet`: the file of its `metadata=print`, or its log, which has times only.
    case scdet
    /// Keepframe's scenes; a list of frames, or of objects with `frame`.
    case json
  }

  /// - Parameter framesPerSecond: for files that hold times only.
  /// - Throws: ``BoundaryFileError``
  package init(_ bytes: [UInt8], format: Format = .auto, framesPerSecond: Double? = nil) throws(BoundaryFileError) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw BoundaryFileError(.notText) }
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    switch format == .auto ? try Self.format(of: lines) : format {
    case .psdCSV: self.init(frames: try Self.csv(lines))
    case .transNetV2: self = try Self.scenes(lines)
    case .scdet: self.init(frames: try Self.scdet(lines, framesPerSecond))
    case .json, .auto: self = try Self.json(bytes)
    }
    if let last = frames.last, last > BoundaryTruth.mostFrames { throw BoundaryFileError(.noSuchFrame(last)) }
  }

  private static func format(of lines: [String]) throws(BoundaryFileError) -> Format {
    let start = lines.first.map { $0.trimmingPrefix(while: \.isWhitespace) } ?? ""
    if start.hasPrefix("{") || start.hasPrefix("[") && !start.hasPrefix("[scdet") { return .json }
    if lines.contains(where: { $0.contains("lavfi.scd.") }) || start.hasPrefix("frame:") { return .scdet }
    if lines.contains(where: { $0.contains("Start Frame") }) { return .psdCSV }
    if !lines.isEmpty, lines.allSatisfy({ numbers($0)?.count == 2 }) { return .transNetV2 }
    throw BoundaryFileError(.unknownFormat)
  }

  private static func csv(_ lines: [String]) throws(BoundaryFileError) -> [Int] {
    func cells(_ line: String) -> [Substring] { line.split(separator: ",", omittingEmptySubsequences: false) }
    guard let header = lines.firstIndex(where: { cells($0).contains("Start Frame") }),
      let column = cells(lines[header]).firstIndex(of: "Start Frame")
    else { throw BoundaryFileError(.noColumn) }
    return try lines[(header + 1)...].map { line throws(BoundaryFileError) in
      guard let cell = cells(line).dropFirst(column).first, let frame = Int(cell) else {
        throw BoundaryFileError(.noFrameNumber(column: column + 1, line: String(line.prefix(60))))
      }
      return frame - 1
    }
  }

  private static func scenes(_ lines: [String]) throws(BoundaryFileError) -> Self {
    let scenes = try lines.map { line throws(BoundaryFileError) in
      guard let pair = numbers(line), pair.count == 2, pair.allSatisfy({ $0.magnitude <= BoundaryTruth.mostFrames }) else {
        throw BoundaryFileError(.noScene(line: String(line.prefix(60))))
      }
      return (first: pair[0], last: pair[1])
    }
    // If the next scene starts right after the last one, it is a cut. Frames in between belong to a
    // transition.
    let detections = zip(scenes, scenes.dropFirst()).map { before, after in
      let (gap, next) = (before.last + 1, after.first)
      return Detection(frame: (gap + next) / 2, kind: gap < next ? transition(gap..<next) : .cut)
    }
    return Self(detections, frameCount: scenes.last.map { $0.last + 1 })
  }

  private static func numbers(_ line: String) -> [Int]? {
    let words = line.split(whereSeparator: \.isWhitespace).map { Int($0) }
    return words.contains(nil) ? nil : words.compactMap(\.self)
  }

  private static func scdet(_ lines: [String], _ framesPerSecond: Double?) throws(BoundaryFileError) -> [Int] {
    var frames: [Int] = []
    var current: Int?
    for line in lines {
      if line.hasPrefix("frame:") { current = Int(line.dropFirst(6).prefix { $0.isNumber }) }
      guard let time = line.firstRange(of: "lavfi.scd.time") else { continue }
      if let current, line.hasPrefix("lavfi.scd.time") {
        frames.append(current)
        continue
      }
      let text = line[time.upperBound...].drop { $0 == ":" || $0 == " " || $0 == "=" }.prefix { $0.isNumber || $0 == "." }
      guard let seconds = Double(text) else { throw BoundaryFileError(.noTime(line: String(line.prefix(80)))) }
      guard let framesPerSecond else { throw BoundaryFileError(.noFrameRate) }
      frames.append(Int(min(seconds * framesPerSecond, Double(2 * BoundaryTruth.mostFrames)).rounded()))
    }
    return frames
  }

  private static func json(_ bytes: [UInt8]) throws(BoundaryFileError) -> Self {
    struct Framed: Decodable { let frame: Int }
    let (data, decoder) = (Data(bytes), JSONDecoder())
    if let scenes = try? decoder.decode(Scenes.self, from: data) { return Self(scenes) }
    if let frames = try? decoder.decode([Int].self, from: data) { return Self(frames: frames) }
    if let frames = try? decoder.decode([Framed].self, from: data) { return Self(frames: frames.map(\.frame)) }
    throw BoundaryFileError(.noScenes)
  }

  /// The members of keepframe's scenes that say where scenes start and by what.
  private struct Scenes: Decodable {
    struct Scene: Decodable {
      struct Opening: Decodable { let type: String }
      let startFrame: Int
      let opening: Opening?
      enum CodingKeys: String, CodingKey { case startFrame = "start_frame", opening = "in" }
    }
    struct Change: Decodable {
      let kind: String
      let startFrame: Int
      let endFrame: Int
      enum CodingKeys: String, CodingKey { case kind, startFrame = "start_frame", endFrame = "end_frame" }

      /// Empty if it is not a range of a video's frames.
      var frames: Range<Int> {
        guard startFrame >= 0, startFrame <= endFrame, endFrame <= BoundaryTruth.mostFrames else { return 0..<0 }
        return startFrame..<endFrame
      }
    }
    struct Video: Decodable { let frames: Int? }
    let scenes: [Scene]
    let transitions: [Change]?
    let video: Video?
  }

  private init(_ document: Scenes) {
    let detections = document.scenes.map { scene in
      let kind: Kind =
        switch scene.opening?.type {
        case Boundary.Cause.cut.name: .cut
        case Boundary.Cause.jump.name: .jump
        case let type:
          document.transitions?.first { $0.kind == type && $0.frames.contains(scene.startFrame) }
            .map { Self.transition($0.frames) } ?? .unstated
        }
      return Detection(frame: scene.startFrame, kind: kind)
    }
    self.init(
      detections, statesKinds: document.scenes.allSatisfy { $0.opening != nil }, frameCount: document.video?.frames)
  }
}
