/// Where the boundaries of a clip are, in the form that training needs. Frames count from 0.
package struct BoundaryLabels: Hashable, Sendable {
  /// First frame of the new shot.
  package var cuts: [Int]
  /// First frame after a jump within a take.
  package var jumps: [Int]
  /// Whether the labels tell jumps from cuts.
  package var knowsJumps = false
  /// The changed frames of each transition, and its kind if known: a name of ``EditTruth``.
  package var transitions: [EditTruth.Span]
  /// Frames that nothing is learned from.
  package var unknown: [ClosedRange<Int>]

  package init(cuts: [Int] = [], jumps: [Int] = [], transitions: [EditTruth.Span] = [], unknown: [ClosedRange<Int>] = []) {
    self.cuts = cuts
    self.jumps = jumps
    self.transitions = transitions
    self.unknown = unknown
  }

  init(_ truth: EditTruth) {
    self.init(cuts: truth.cuts, jumps: truth.jumps, transitions: truth.transitions)
    knowsJumps = true
  }
}
