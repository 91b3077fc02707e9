internal import Glibc  // log

/// How likely a candidate is a boundary. One logistic regression judges cuts and jumps, another
/// judges transitions. Their inputs are the network's output and the pictures on both sides.
///
/// A network that was trained on edits is overconfident on other kinds of video. Few facts are
/// reliable there: the network's odds, the rules' odds, and whether part of the picture stays
/// unchanged. The weights are fitted on videos that the network was not trained on; Platt 1999,
/// "Probabilistic outputs for support vector machines".
package struct BoundaryJudge: Hashable, Sendable {
  /// The evidence for a cut or a jump.
  package struct CutEvidence: Hashable, Sendable {
    /// Log odds. `network`: the network's for a cut or a jump, whichever is greater. `rules`: those
    /// of ``CutFinder``, the greatest within one frame. `inside`: the network's for the inside of a
    /// transition, the greatest within two frames.
    var network: Double
    var rules: Double
    var inside: Double
    /// `log1p` of the change in the calmest quarter of the picture, from four frames before to four
    /// after.
    var calm: Double

    package var values: [Double] { [network, rules, inside, calm] }
  }

  /// The evidence for a transition.
  package struct TransitionEvidence: Hashable, Sendable {
    /// The network's greatest log odds for the inside of the transition.
    var network: Double
    /// The logarithm of its length in examined frames.
    var length: Double
    /// `1 - correlation` of the frames before and after it.
    var shape: Double
    /// `log1p` of the change in the calmest quarter of the picture, from eight frames before its
    /// middle to eight after.
    var calm: Double

    package var values: [Double] { [network, length, shape, calm] }
  }

  /// The weights: one for each number of the evidence, and a constant.
  package var cut: [Double]
  package var transition: [Double]

  package static let inputs = 4
  /// Weights that use only the network's odds; the starting point for fitting.
  package static let network = BoundaryJudge(cut: [1, 0, 0, 0, 0], transition: [1, 0, 0, 0, 0])

  package init(cut: [Double], transition: [Double]) {
    precondition(cut.count == Self.inputs + 1 && transition.count == Self.inputs + 1, "expected 5 weights each")
    (self.cut, self.transition) = (cut, transition)
  }

  /// The probability of a cut or a jump, 0...1.
  ///
  /// - Parameter looks: The number of times that each frame is examined. It multiplies the prior
  ///   odds of a boundary at the frame, since the frame lasts that much longer.
  func score(_ evidence: CutEvidence, looks: Int = 1) -> Double {
    logistic(Self.logOdds(evidence.values, cut) + log(Double(looks)))
  }
  /// The probability of a transition, 0...1.
  func score(_ evidence: TransitionEvidence) -> Double { logistic(Self.logOdds(evidence.values, transition)) }

  private static func logOdds(_ values: [Double], _ weights: [Double]) -> Double {
    zip(values, weights).reduce(weights[inputs]) { $0 + $1.0 * $1.1 }
  }
}

/// A candidate that a detector considered, for fitting a ``BoundaryJudge``.
package struct BoundaryCandidate: Hashable, Sendable {
  package enum Evidence: Hashable, Sendable {
    case cut(BoundaryJudge.CutEvidence)
    case transition(BoundaryJudge.TransitionEvidence)
  }

  /// The index among all frames: the first frame of the new shot, or the middle of a transition.
  package let frame: Int
  package let evidence: Evidence
}
