/// What the encoder makes of a span of memory: one vector, and where it came from.
public struct ContextVector: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// The whole memory.
    case video
    /// The frames of one shot or clip.
    case shot
    /// A window of the hierarchy.
    case window
    /// One of the several vectors that sum up a window of frames: what clips are compared by.
    case slot
  }

  public let kind: Kind
  /// 1 for a window of retained frames, 2 for a window of those, and so on; for a video or shot, the level of its top window.
  public let level: Int
  /// Rows of the memory it was made from; for a shot, from its first row to its last.
  public let memory: Range<Int>
  /// From the first frame's time to the end of what the last one covers.
  public let seconds: Range<Double>
  /// Where, in the list that holds this vector, the window above it is; for the top window, the video. `nil` for a video or shot.
  public let parent: Int?
  /// `[D]`, of unit length; all zeros if the frames cancel each other or have no mass.
  public let values: [Float]
  /// The frames that it attends to most, at most 5, heaviest first; of equals, the earlier.
  public let attention: [AttendedRow]

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

/// One of the vectors that a window of retained frames is summed up by.
public struct SlotContext: Hashable, Sendable {
  /// The rows of the memory that the window holds.
  public let window: Range<Int>
  /// Of the window.
  public let seconds: Range<Double>
  /// `[D]`, of unit length; all zeros if the slot got nothing.
  public let values: [Float]
  /// How many of the window's vectors it stands for.
  public let mass: Float
  /// The frames that it was made from mostly, at most 5, heaviest first; of equals, the earlier.
  public let attention: [AttendedRow]

  public init(window: Range<Int>, seconds: Range<Double>, values: [Float], mass: Float, attention: [AttendedRow]) {
    self.window = window
    self.seconds = seconds
    self.values = values
    self.mass = mass
    self.attention = attention
  }
}

/// A row of the memory, and its share in a context vector.
public struct AttendedRow: Hashable, Sendable {
  public let row: Int
  /// Attention weight, 0...1: the mean over the heads, multiplied down the levels. Over all rows of a context it sums to 1.
  public let weight: Float

  public init(row: Int, weight: Float) {
    self.row = row
    self.weight = weight
  }

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
