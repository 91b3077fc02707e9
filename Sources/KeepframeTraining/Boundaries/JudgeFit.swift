internal import Glibc  // exp
internal import KeepframeBoundaries
internal import KeepframeFootage
internal import KeepframeNumerics

/// Fits a ``BoundaryJudge`` to the candidates of a network in videos that it did not learn from.
///
/// This is logistic regression by Newton's method, with a penalty of 1 on the weights of
/// standardised evidence.
struct JudgeFit {
  /// A true transition counts as much as two false alarms, since transitions are few.
  static let transitionWeight = 2.0
  /// How many frames a candidate may be off.
  static let tolerance = 2

  /// The evidence for a candidate, and whether there is a boundary.
  struct Example {
    var evidence: [Double]
    var isTrue: Bool
    var weight = 1.0
  }

  private(set) var cuts: [Example] = []
  private(set) var transitions: [Example] = []

  /// Adds the candidates of a video.
  ///
  /// - Parameters:
  ///   - network: gives the candidates. Its own judgement of them is not used.
  ///   - weight: the weight of each candidate.
  mutating func add(_ clip: LabelledStrip, _ network: BoundaryNetwork, weight: Double = 1) {
    let (strip, labels) = (clip.strip, clip.labels)
    var network = network
    network.judge = .network
    var detector = LearnedDetector(network: network, frameRate: strip.frameRate)
    detector.keepCandidates()
    for frame in 0..<strip.count { _ = detector.push(strip[frame]) }
    _ = detector.finish()
    for candidate in detector.candidates ?? [] {
      func isNear(_ frames: ClosedRange<Int>) -> Bool {
        frames.lowerBound - Self.tolerance...frames.upperBound + Self.tolerance ~= candidate.frame
      }
      let isTrue = (labels.cuts + labels.jumps).contains { isNear($0...$0) } || labels.transitions.contains { isNear($0.frames) }
      if !isTrue, labels.unknown.contains(where: isNear) { continue }
      switch candidate.evidence {
      case .cut(let evidence): cuts.append(Example(evidence: evidence.values, isTrue: isTrue, weight: weight))
      case .transition(let evidence): transitions.append(Example(evidence: evidence.values, isTrue: isTrue, weight: weight))
      }
    }
  }

  /// The judge; nil if there are too few examples to fit one.
  func judge() -> BoundaryJudge? {
    guard let cut = Self.fit(cuts, weight: 1), let transition = Self.fit(transitions, weight: Self.transitionWeight) else {
      return nil
    }
    return BoundaryJudge(cut: cut, transition: transition)
  }

  /// - Returns: a weight for each number of the evidence, and the constant; nil with fewer than ten
  ///   examples of either kind.
  static func fit(_ examples: [Example], weight: Double) -> [Double]? {
    let positives = examples.count { $0.isTrue }
    guard positives >= 10, examples.count - positives >= 10 else { return nil }
    let (n, width) = (Double(examples.count), examples[0].evidence.count)
    var means = [Double](repeating: 0, count: width)
    var scales = means
    for column in 0..<width {
      let values = examples.map { $0.evidence[column] }
      means[column] = values.reduce(0, +) / n
      scales[column] = max(1e-6, (values.reduce(0) { $0 + ($1 - means[column]) * ($1 - means[column]) } / n).squareRoot())
    }
    var weights = [Double](repeating: 0, count: width + 1)
    for _ in 0..<40 {
      // The slope and curvature of the penalised loss.
      var slope = weights
      slope[width] = 0
      var curvature = [Double](repeating: 0, count: (width + 1) * (width + 1))
      for column in 0..<width { curvature[column * (width + 2)] = 1 }
      curvature[width * (width + 2)] = 1e-9
      for example in examples {
        let row = (0..<width).map { (example.evidence[$0] - means[$0]) / scales[$0] } + [1]
        let share = 1 / (1 + exp(-zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 }))
        let counts = example.weight * (example.isTrue ? weight : 1)
        for a in 0...width {
          slope[a] += counts * (share - (example.isTrue ? 1 : 0)) * row[a]
          for b in 0...width { curvature[a * (width + 1) + b] += counts * share * (1 - share) * row[a] * row[b] }
        }
      }
      let step = solveSymmetric(&curvature, slope)
      for index in weights.indices { weights[index] -= step[index] }
    }
    let scaled = (0..<width).map { weights[$0] / scales[$0] }
    return scaled + [weights[width] - zip(scaled, means).reduce(0) { $0 + $1.0 * $1.1 }]
  }
}
