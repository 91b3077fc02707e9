internal import Glibc  // log

/// How likely a candidate is a boundary: one logistic regression for cuts and jumps and one for
/// transitions, over what the network says and what the pictures on both sides look like.
///
/// A network that was trained on edits is too sure of itself on videos of other kinds. What holds
/// there is little: the network's odds, what the rules say, and whether some of the picture stays
/// as it was. The weights are fitted on videos that the network did not learn from; Platt 1999,
/// "Probabilistic outputs for support vector machines".
package struct BoundaryJudge: Hashable, Sendable {
  /// What a cut or a jump is judged by.
  package struct CutEvidence: Hashable, Sendable {
    /// Log odds: the network's of a cut or of a jump, whichever is more; the rules' of
    /// ``CutFinder``, the most for one frame around; the network's of the inside of a transition,
    /// the most for two frames around.
    var network: Double
    var rules: Double
    var inside: Double
    /// `log1p` of the change in the calmest quarter of the picture, from four frames before to four
    /// after.
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
    /// `log1p` of the change in the calmest quarter of the picture, from eight frames before its
    /// middle to eight after.
    var calm: Double

    package var values: [Double] { [network, length, shape, calm] }
  }

  /// A weight for each number, and a constant.
  package var cut: [Double]
  package var transition: [Double]

  package static let inputs = 4
  /// Believes the network: what judges are fitted from.
  package static let network = BoundaryJudge(cut: [1, 0, 0, 0, 0], transition: [1, 0, 0, 0, 0])

  package init(cut: [Double], transition: [Double]) {
    precondition(cut.count == Self.inputs + 1 && transition.count == Self.inputs + 1, "expected 5 weights each")
    (self.cut, self.transition) = (cut, transition)
  }

  /// 0...1
  ///
  /// - Parameter looks: that one frame takes. Where a frame lasts so long, a boundary at it is as
  ///   many times as likely beforehand.
  func score(_ evidence: CutEvidence, looks: Int = 1) -> Double {
    logistic(Self.logOdds(evidence.values, cut) + log(Double(looks)))
  }
  /// 0...1
  func score(_ evidence: TransitionEvidence) -> Double { logistic(Self.logOdds(evidence.values, transition)) }

  private static func logOdds(_ values: [Double], _ weights: [Double]) -> Double {
    zip(values, weights).reduce(weights[inputs]) { $0 + $1.0 * $1.1 }
  }
}

/// What a detector considered, to fit a ``BoundaryJudge`` by.
package struct BoundaryCandidate: Hashable, Sendable {
  package enum Evidence: Hashable, Sendable {
    case cut(BoundaryJudge.CutEvidence)
    case transition(BoundaryJudge.TransitionEvidence)
  }

  /// Of all frames: the first of the new shot, or the middle of a transition.
  package let frame: Int
  package let evidence: Evidence
}
