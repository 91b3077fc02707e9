internal import FoundationEssentials

/// Where the boundaries of one clip really are.
///
/// As JSON: `cuts` (first frames of new shots) and `gradual` (`[first, last]` changed frame), both
/// optionally with a kind, as in `{"frame": 40, "kind": "jump"}` or `[10, 30, "dissolve"]`;
/// `ambiguous` (frames that count neither way); `negatives` (events that are no boundaries, though
/// they may look like one: `[50, 52, "flash"]`); `frames`, `fps`. Frames count from 0 as decoded.
/// All members but `cuts` may be missing.
package struct BoundaryTruth: Hashable, Sendable {
  /// Something that lasts from one frame to another, both inclusive.
  package struct Span: Hashable, Sendable {
    package let kind: String
    package let frames: ClosedRange<Int>

    package init(kind: String, frames: ClosedRange<Int>) {
      self.kind = kind
      self.frames = frames
    }
  }

  /// Cuts, each of one frame, and gradual transitions, in order.
  package var cuts: [Span]
  package var transitions: [Span]
  package var ambiguous: [ClosedRange<Int>]
  package var negatives: [Span]
  package var frameCount: Int?
  package var framesPerSecond: Double?

  package init(
    cuts: [Span], transitions: [Span] = [], ambiguous: [ClosedRange<Int>] = [], negatives: [Span] = [], frameCount: Int? = nil,
    framesPerSecond: Double? = nil
  ) {
    self.cuts = cuts
    self.transitions = transitions
    self.ambiguous = ambiguous
    self.negatives = negatives
    self.frameCount = frameCount
    self.framesPerSecond = framesPerSecond
  }

  /// A clip without any boundary can only give false alarms.
  package var isNegative: Bool { cuts.isEmpty && transitions.isEmpty }

  /// - Throws: ``BoundaryFileError``
  package init(json: [UInt8]) throws(BoundaryFileError) {
    let document: Document
    do { document = try JSONDecoder().decode(Document.self, from: Data(json)) } catch {
      throw BoundaryFileError(.notTruth)
    }
    let frames = document.frames.flatMap { $0 < 0 ? $0 : nil }
    if let frame = frames ?? document.frameNumbers.first(where: { $0.magnitude > Self.mostFrames }) {
      throw BoundaryFileError(.noSuchFrame(frame))
    }
    if let rate = document.fps, !(0.001...100_000).contains(rate) { throw BoundaryFileError(.noSuchRate(rate)) }
    cuts = document.cuts.map { $0.span(kind: "cut") }
    transitions = (document.gradual ?? []).map { $0.span(kind: "gradual") }
    ambiguous = (document.ambiguous ?? []).map { $0.span(kind: "").frames }
    negatives = (document.negatives ?? []).map { $0.span(kind: "negative") }
    frameCount = document.frames
    framesPerSecond = document.fps
  }

  private struct Document: Decodable {
    let cuts: [Entry]
    let gradual: [Entry]?
    let ambiguous: [Entry]?
    let negatives: [Entry]?
    let frames: Int?
    let fps: Double?

    var frameNumbers: [Int] {
      let entries = [cuts, gradual ?? [], ambiguous ?? [], negatives ?? []].joined()
      return entries.flatMap { [$0.frames.lowerBound, $0.frames.upperBound] } + [frames].compactMap(\.self)
    }
  }

  /// `5`, `[5, 9]`, `[5, 9, "kind"]`, `{"frame": 5, "kind": ...}` or
  /// `{"first": 5, "last": 9, "kind": ...}`.
  private struct Entry: Decodable {
    let frames: ClosedRange<Int>
    let kind: String?

    func span(kind fallback: String) -> Span { Span(kind: kind ?? fallback, frames: frames) }

    private enum Key: CodingKey { case frame, first, last, kind }

    init(from decoder: any Decoder) throws {
      let first: Int
      let last: Int
      if var list = try? decoder.unkeyedContainer() {
        first = try list.decode(Int.self)
        last = try list.decode(Int.self)
        kind = try list.decodeIfPresent(String.self)
      } else if let object = try? decoder.container(keyedBy: Key.self) {
        first = try object.decodeIfPresent(Int.self, forKey: .frame) ?? object.decode(Int.self, forKey: .first)
        last = try object.decodeIfPresent(Int.self, forKey: .last) ?? first
        kind = try object.decodeIfPresent(String.self, forKey: .kind)
      } else {
        first = try decoder.singleValueContainer().decode(Int.self)
        last = first
        kind = nil
      }
      guard first <= last else {
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(first) > \(last)"))
      }
      frames = first...last
    }
  }
}
