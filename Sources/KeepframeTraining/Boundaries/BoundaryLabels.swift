/// Where the boundaries of a clip are, as training needs it; frames count from 0.
public struct BoundaryLabels: Hashable, Sendable {
  /// First frame of the new shot.
  public var cuts: [Int]
  /// Changed frames, and what kind of transition, if known: a name of ``EditTruth``.
  public var transitions: [EditTruth.Span]
  /// Frames that nothing is learned from.
  public var unknown: [ClosedRange<Int>]

  public init(cuts: [Int] = [], transitions: [EditTruth.Span] = [], unknown: [ClosedRange<Int>] = []) {
    self.cuts = cuts
    self.transitions = transitions
    self.unknown = unknown
  }

  init(_ truth: EditTruth) {
    self.init(cuts: truth.cuts, transitions: truth.transitions)
  }
}
