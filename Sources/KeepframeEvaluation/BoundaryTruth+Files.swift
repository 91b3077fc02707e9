internal import FoundationEssentials

extension BoundaryTruth {
  /// The formats that can be read.
  package enum Format: String, CaseIterable, Sendable {
    /// Recognised by the file's content.
    case auto
    /// Our own format, for one clip: see ``BoundaryTruth``.
    case json
    /// ClipShots, many clips in a file:
    /// `{"a.mp4": {"transitions": [[11, 12], [40, 55]], "frame_num": 90}}`. A transition names the
    /// last frame before it and the first after it, counted from 0. For a cut these are
    /// consecutive. See Tang et al. 2018, arXiv:1808.04234.
    case clipshots
    /// The first and last frame of one shot on each line, counted from 0, both inclusive, separated
    /// by white space or a comma. Frames between two shots are a transition. The labels of BBC
    /// Planet Earth (Baraldi et al. 2015, arXiv:1510.08893), RAI and SHOT (Zhu et al. 2023,
    /// arXiv:2304.06116) have this format.
    case shots
  }

  /// What a file says about a clip.
  package struct Labels: Hashable, Sendable {
    /// The clip's name in the file; nil if the file's own name says which clip it is of.
    package let clip: String?
    package let truth: BoundaryTruth
    /// Never `auto`.
    package let format: Format
  }

  /// The largest frame number that is accepted; no video has more frames.
  static let mostFrames = 1 << 40

  /// - Returns: the clips of the file; those of ClipShots sorted by name.
  /// - Throws: ``BoundaryFileError``
  package static func labels(_ bytes: [UInt8], format: Format = .auto) throws(BoundaryFileError) -> [Labels] {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw BoundaryFileError(.notText) }
    let format = format == .auto ? try Self.format(of: text, bytes) : format
    let labels: [Labels] =
      switch format {
      case .json, .auto: [Labels(clip: nil, truth: try BoundaryTruth(json: bytes), format: .json)]
      case .clipshots: try clipShots(bytes).map { Labels(clip: $0, truth: $1, format: format) }
      case .shots: [Labels(clip: nil, truth: try BoundaryTruth(shots: text), format: format)]
      }
    return labels
  }

  private static func format(of text: String, _ bytes: [UInt8]) throws(BoundaryFileError) -> Format {
    struct Clip: Decodable {
      enum Key: CodingKey { case transitions }
      let isLabelled: Bool
      init(from decoder: any Decoder) throws {
        isLabelled = (try? decoder.container(keyedBy: Key.self))?.contains(.transitions) ?? false
      }
    }
    switch text.first(where: { !$0.isWhitespace }) {
    case let first? where ("0"..."9").contains(first): return .shots
    case "{":
      let clips = try? JSONDecoder().decode([String: Clip].self, from: Data(bytes))
      return clips?.values.contains { $0.isLabelled } ?? false ? .clipshots : .json
    default: throw BoundaryFileError(.notTruth)
    }
  }

  /// - Throws: ``BoundaryFileError`` with the line.
  private init(shots text: String) throws(BoundaryFileError) {
    var shots: [ClosedRange<Int>] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split { $0.isWhitespace || $0 == "," }
      if words.isEmpty { continue }
      let numbers = words.compactMap { Int($0) }.filter { (0...Self.mostFrames).contains($0) }
      // In some files a shot ends with the frame at which the next starts. Two shots that share
      // more than one frame are a mistake.
      guard words.count == 2, numbers.count == 2, numbers[0] <= numbers[1], (shots.last?.upperBound ?? 0) <= numbers[0] else {
        throw BoundaryFileError(.noShot(number: index + 1, line: String(line.prefix(60))))
      }
      shots.append(numbers[0]...numbers[1])
    }
    guard let last = shots.last else { throw BoundaryFileError(.notTruth) }
    self.init(between: zip(shots, shots.dropFirst()).map { ($0.upperBound, $1.lowerBound) }, frameCount: last.upperBound + 1)
  }

  private static func clipShots(_ bytes: [UInt8]) throws(BoundaryFileError) -> [(String, BoundaryTruth)] {
    struct Clip: Decodable {
      let transitions: [[Int]]
      /// Written as `3561.0`.
      let frames: Double?
      enum CodingKeys: String, CodingKey { case transitions, frames = "frame_num" }
    }
    let clips: [String: Clip]
    do { clips = try JSONDecoder().decode([String: Clip].self, from: Data(bytes)) } catch {
      let context: DecodingError.Context? =
        switch error as? DecodingError {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
          .dataCorrupted(let context):
          context
        default: nil
        }
      throw BoundaryFileError(context?.codingPath.first.map { .noTransitions(clip: $0.stringValue) } ?? .notClipShots)
    }
    return try clips.sorted { $0.key < $1.key }.map { name, clip throws(BoundaryFileError) in
      for pair in clip.transitions
      where pair.count != 2 || pair[0] > pair[1] || !pair.allSatisfy({ (0...mostFrames).contains($0) }) {
        throw BoundaryFileError(.noTransition(clip: name, text: "\(pair)"))
      }
      let frames = clip.frames.flatMap { Int(exactly: $0) }
      guard clip.frames == nil || frames.map({ (0...mostFrames).contains($0) }) ?? false else {
        throw BoundaryFileError(.noTransitions(clip: name))
      }
      return (name, BoundaryTruth(between: clip.transitions.map { ($0[0], $0[1]) }, frameCount: frames))
    }
  }

  /// - Parameter shots: the last frame of one shot and the first of the next.
  private init(between shots: [(last: Int, first: Int)], frameCount: Int?) {
    let order = shots.sorted { ($0.first, $0.last) < ($1.first, $1.last) }
    self.init(
      cuts: order.filter { $0.first - $0.last < 2 }.map { Span(kind: "cut", frames: $0.first...$0.first) },
      transitions: order.filter { $0.first - $0.last >= 2 }.map { Span(kind: "gradual", frames: $0.last + 1...$0.first - 1) },
      frameCount: frameCount)
  }

  /// The same truth for a video with `offset` more frames at its start. Cuts that then come before
  /// the second frame are left out.
  package func shifted(by offset: Int) -> Self {
    if offset == 0 { return self }
    func moved(_ frames: ClosedRange<Int>) -> ClosedRange<Int> { frames.lowerBound + offset...frames.upperBound + offset }
    func moved(_ spans: [Span]) -> [Span] { spans.map { Span(kind: $0.kind, frames: moved($0.frames)) } }
    return BoundaryTruth(
      cuts: moved(cuts).filter { $0.frames.lowerBound > 0 }, transitions: moved(transitions), ambiguous: ambiguous.map(moved),
      negatives: moved(negatives), frameCount: frameCount.map { $0 + offset }, framesPerSecond: framesPerSecond)
  }
}
