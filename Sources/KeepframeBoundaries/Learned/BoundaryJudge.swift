/// How likely a candidate is a boundary: one logistic regression each for cuts, jumps and
/// transitions, over what the network says and what the pictures on both sides look like.
///
/// A network that was trained on edits is too sure of itself on videos of other kinds. What holds there is little: the network's
/// odds, what the rules say, and whether some of the picture stays as it was. The weights are fitted on videos that the network did
/// not learn from; Platt 1999, "Probabilistic outputs for support vector machines".
package struct BoundaryJudge: Hashable, Sendable {
  /// What a cut or a jump is judged by.
  package struct CutEvidence: Hashable, Sendable {
    /// Log odds: the network's of a cut, or of a jump; the rules' of ``CutFinder``, the most for one frame around; the network's of the inside of
    /// a transition, the most for two frames around.
    var network: Double
    var rules: Double
    var inside: Double
    /// `log1p` of the change in the calmest quarter of the picture, from four frames before to four after.
    var calm: Double

    package var values: [Double] { [network, rules, inside, calm] }
  }

  /// What a transition is judged by.
  package struct TransitionEvidence: Hashable, Sendable {
    /// The network's log odds of its inside, the most of it.
    var network: Double
    /// Logarithm of its length in frames looked at.
    var length: Double
    /// `1 - correlation` of the frames before and after it.
    var shape: Double
    /// `log1p` of the change in the calmest quarter of the picture, from eight frames before its middle to eight after.
    var calm: Double

    package var values: [Double] { [network, length, shape, calm] }
  }

  /// A weight for each number, and a constant.
  package var cut: [Double]
  package var jump: [Double]
  package var transition: [Double]

  package static let inputs = 4
  /// Believes the network: what judges are fitted from.
  package static let network = BoundaryJudge(cut: [1, 0, 0, 0, 0], jump: [1, 0, 0, 0, 0], transition: [1, 0, 0, 0, 0])

  package init(cut: [Double], jump: [Double], transition: [Double]) {
    precondition([cut, jump, transition].allSatisfy { $0.count == Self.inputs + 1 }, "expected 5 weights each")
    (self.cut, self.jump, self.transition) = (cut, jump, transition)
  }

  /// 0...1
  func score(_ evidence: CutEvidence, isJump: Bool) -> Double { Self.score(evidence.values, isJump ? jump : cut) }
  func score(_ evidence: TransitionEvidence) -> Double { Self.score(evidence.values, transition) }

  private static func score(_ values: [Double], _ weights: [Double]) -> Double {
    logistic(zip(values, weights).reduce(weights[inputs]) { $0 + $1.0 * $1.1 })
  }
}

/// What a detector considered, to fit a ``BoundaryJudge`` by.
package struct BoundaryCandidate: Hashable, Sendable {
  package enum Evidence: Hashable, Sendable {
    case cut(BoundaryJudge.CutEvidence)
    case jump(BoundaryJudge.CutEvidence)
    case transition(BoundaryJudge.TransitionEvidence)
  }

  /// Of all frames: the first of the new shot, or the middle of a transition.
  package let frame: Int
  package let evidence: Evidence
}
