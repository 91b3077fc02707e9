package import KeepframeDecoding

/// What a user has to be told about a split.
package struct PartReport: Hashable, Sendable {
  /// A part that holds other frames than it should.
  package struct Difference: Hashable, Sendable {
    /// From 0.
    package let part: Int
    package let expected: Int
    package let found: Int
    /// Why the frames may differ; empty if ffmpeg encoded the part again.
    package let doubts: [CopiedPart.Doubt]

    /// `part 3 holds 26 frames, 1 too many: ...`
    var sentence: String {
      let difference = found - expected
      let count = difference > 0 ? "\(difference) too many" : "\(-difference) too few"
      return "part \(part + 1) holds \(found) frame\(found == 1 ? "" : "s"), \(count): \(reason)"
    }

    private var reason: String {
      if doubts.isEmpty { return "ffmpeg decodes other frames of this video than were counted" }
      if found > expected, doubts.contains(.editList) { return "copied, frames that the video's edit list hides are shown" }
      if found > expected, doubts.contains(.borrowedKeyFrame) {
        return "its last group of pictures is open and needs the key frame that the next part begins with"
      }
      if found < expected, doubts.contains(.recoveryPoint) { return "the key frame that it begins with is not whole at once" }
      return "not all of its packets can be decoded by themselves"
    }
  }

  package internal(set) var differences: [Difference] = []
  /// Why the parts are another kind of file than the video; nil if they are not.
  package internal(set) var containerNote: String?

  /// What the parts' names end in.
  package internal(set) var suffix: String

  /// Whether frames of the video are in no part.
  package var lacksFrames: Bool { differences.contains { $0.found < $0.expected } }

  /// Frames of the video that are in no part.
  package var lackingFrames: Int { differences.reduce(0) { $0 + max(0, $1.expected - $1.found) } }

  /// Whether parts encoded again, instead of copied, would hold the right frames.
  package var encodingHelps: Bool { differences.contains { !$0.doubts.isEmpty } }

  /// The most parts that are named one by one.
  static let mostNamed = 5

  /// What to tell the user, one line each.
  package var lines: [String] {
    var lines = containerNote.map { [$0] } ?? []
    lines += differences.prefix(Self.mostNamed).map(\.sentence)
    if differences.count > Self.mostNamed { lines.append("\(differences.count - Self.mostNamed) more parts differ likewise") }
    return lines
  }
}
