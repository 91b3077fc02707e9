/// One vector that the encoder makes of a span of memory, with where it came from.
public struct ContextVector: Hashable, Sendable {
  /// What a context sums up.
  public enum Kind: String, Sendable {
    /// The whole memory.
    case video
    /// The frames of one shot or clip.
    case shot
    /// A window of the hierarchy.
    case window
    /// One of several vectors that together sum up the video or a window. Clips are compared by
    /// these.
    case part
  }

  /// What it sums up.
  public let kind: Kind
  /// 1 for a window of retained frames, 2 for a window of those, and so on; for a video or shot,
  /// the level of its top window.
  public let level: Int
  /// Rows of the memory that it was made from; for a shot, from its first row to its last.
  public let memory: Range<Int>
  /// From the first frame's time to the end of the time that the last frame covers.
  public let seconds: Range<Double>
  /// Index, in the list that holds this vector, of the window above it. For a part it is the index
  /// of what it is part of, and for the top window that of the video. `nil` for a video or shot.
  public let parent: Int?
  /// `[D]`, of unit length; all zeros if the frames cancel each other or have no mass.
  public let values: [Float]
  /// The frames that it attends to most, at most 5, heaviest first; of equals, the earlier.
  public let attention: [AttendedRow]

  /// Makes a vector for an encoder of your own. The properties say what must hold; nothing is
  /// checked.
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
  /// What the vector covers, without its values.
  public var description: String {
    "\(kind.rawValue) level \(level), rows \(memory), seconds \(seconds), [\(values.count)]"
  }
}

/// A row of the memory, and its share in a context vector.
public struct AttendedRow: Hashable, Sendable {
  /// Row of the memory, from 0.
  public let row: Int
  /// The row's share as something shown, 0...1, traced down through the levels.
  public let shown: Float
  /// The row's share as something that followed, 0...1, traced down through the levels.
  public let followed: Float

  /// - Parameter followed: 0 if the encoder does not tell order from what is shown.
  public init(row: Int, shown: Float, followed: Float = 0) {
    self.row = row
    self.shown = shown
    self.followed = followed
  }

  /// Attention weight, 0...1: the sum of both shares. Over all rows of a context it sums to 1.
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
