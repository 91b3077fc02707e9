/// What the encoder makes of a span of memory: one vector, and where it came from.
public struct ContextVector: Hashable, Sendable {
  /// What a context sums up.
  public enum Kind: String, Sendable {
    /// The whole memory.
    case video
    /// The frames of one shot or clip.
    case shot
    /// A window of the hierarchy.
    case window
    /// One of the several vectors that sum up the video or a window: what clips are compared by.
    case part
  }

  /// What it sums up.
  public let kind: Kind
  /// 1 for a window of retained frames, 2 for a window of those, and so on; for a video or shot,
  /// the level of its top window.
  public let level: Int
  /// Rows of the memory it was made from; for a shot, from its first row to its last.
  public let memory: Range<Int>
  /// From the first frame's time to the end of what the last one covers.
  public let seconds: Range<Double>
  /// Where, in the list that holds this vector, the window above it is, or of a part what it is
  /// part of; for the top window, the video. `nil` for a video or shot.
  public let parent: Int?
  /// `[D]`, of unit length; all zeros if the frames cancel each other or have no mass.
  public let values: [Float]
  /// The frames that it attends to most, at most 5, heaviest first; of equals, the earlier.
  public let attention: [AttendedRow]

  /// For an encoder of your own; the properties say what must hold, and nothing is checked.
  public init(
    kind: Kind, level: Int, memory: Range<Int>, seconds: Range<Double>, parent: Int?, values: [Float], attention: [AttendedRow]
  ) {
    self.kind = kind
    self.level = level
    self.memory = memory
    self.seconds = seconds
    self.parent = parent
    self.values = values
    self.attention = attention
  }
}

extension ContextVector: CustomStringConvertible {
  /// What it covers, never its values.
  public var description: String {
    "\(kind.rawValue) level \(level), rows \(memory), seconds \(seconds), [\(values.count)]"
  }
}

/// A row of the memory, and its share in a context vector.
public struct AttendedRow: Hashable, Sendable {
  /// Row of the memory, from 0.
  public let row: Int
  /// Share with which the row entered as what is shown, 0...1, followed down the levels.
  public let shown: Float
  /// Share with which it entered as what followed something, 0...1, followed down the levels.
  public let followed: Float

  /// - Parameter followed: 0 where the encoder does not tell it from what is shown.
  public init(row: Int, shown: Float, followed: Float = 0) {
    self.row = row
    self.shown = shown
    self.followed = followed
  }

  /// Attention weight, 0...1: both shares. Over all rows of a context it sums to 1.
  public var weight: Float { min(1, shown + followed) }

  /// The heaviest of `rows`, at most 5; of equals, the earlier.
  static func heaviest(_ rows: some Sequence<AttendedRow>) -> [AttendedRow] {
    var top: [AttendedRow] = []
    for candidate in rows where top.count < 5 || isHeavier(candidate, top[4]) {
      top.insert(candidate, at: top.firstIndex { isHeavier(candidate, $0) } ?? top.count)
      if top.count > 5 { top.removeLast() }
    }
    return top
  }

  private static func isHeavier(_ a: AttendedRow, _ b: AttendedRow) -> Bool {
    (a.weight, b.row) > (b.weight, a.row)
  }
}
