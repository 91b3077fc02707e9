internal import FoundationEssentials

/// What a tool says: the first frames of new shots, from 0 as decoded, ascending.
package struct BoundaryDetections: Hashable, Sendable {
  package let frames: [Int]

  package init(frames: [Int]) { self.frames = Set(frames.filter { $0 > 0 }).sorted() }

  /// The files that are read.
  package enum Format: String, CaseIterable, Sendable {
    /// By the file's content.
    case auto
    /// PySceneDetect's list of scenes; frames there count from 1.
    case psdCSV = "psd-csv"
    /// TransNetV2's `.scenes.txt`: first and last frame of each scene. Where frames lie between two scenes, the boundary is their middle.
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
    case .transNetV2: self.init(frames: try Self.sceneRanges(lines))
    case .scdet: self.init(frames: try Self.scdet(lines, framesPerSecond))
    case .json, .auto: self.init(frames: try Self.json(bytes))
    }
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

  private static func sceneRanges(_ lines: [String]) throws(BoundaryFileError) -> [Int] {
    let scenes = try lines.map { line throws(BoundaryFileError) in
      guard let pair = numbers(line), pair.count == 2 else {
        throw BoundaryFileError(.noScene(line: String(line.prefix(60))))
      }
      return pair
    }
    // The next scene starts right behind the last one: a cut. Frames between belong to a transition.
    return zip(scenes, scenes.dropFirst()).map { (($0[1] + 1) + $1[0]) / 2 }
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
      frames.append(Int((seconds * framesPerSecond).rounded()))
    }
    return frames
  }

  private static func json(_ bytes: [UInt8]) throws(BoundaryFileError) -> [Int] {
    struct Scenes: Decodable {
      struct Scene: Decodable {
        let startFrame: Int
        enum CodingKeys: String, CodingKey { case startFrame = "start_frame" }
      }
      let scenes: [Scene]
    }
    struct Framed: Decodable { let frame: Int }
    let (data, decoder) = (Data(bytes), JSONDecoder())
    if let scenes = try? decoder.decode(Scenes.self, from: data) { return scenes.scenes.map(\.startFrame) }
    if let frames = try? decoder.decode([Int].self, from: data) { return frames }
    if let frames = try? decoder.decode([Framed].self, from: data) { return frames.map(\.frame) }
    throw BoundaryFileError(.noScenes)
  }
}
