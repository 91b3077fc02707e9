internal import Glibc  // log

/// Finds the peaks of a series of probabilities: at least a threshold, and the highest for
/// ``reach`` steps around.
struct PeakFinder: Sendable {
  static let reach = 2

  struct Peak: Sendable {
    /// Index in the series.
    let frame: Int
    let score: Double
  }

  private let threshold: Double
  private var last: [Double] = []
  private var count = 0

  init(threshold: Double) { self.threshold = threshold }

  /// - Returns: the peak ``reach`` steps back, if there is one. Of equals the first is the peak.
  mutating func push(_ value: Double) -> Peak? {
    last.append(value)
    count += 1
    if last.count > 2 * Self.reach + 1 { last.removeFirst() }
    let frame = count - 1 - Self.reach
    guard frame >= 0 else { return nil }
    let at = last.count - 1 - Self.reach
    let score = last[at]
    guard score >= threshold else { return nil }
    for (index, other) in last.enumerated() where index != at && (index < at ? other >= score : other > score) { return nil }
    return Peak(frame: frame, score: score)
  }
}

/// Finds runs of a series of probabilities: from the first that reaches a threshold until two in a
/// row do not.
struct RunFinder: Sendable {
  /// Runs of at most this many frames are no transition where there is a cut in them.
  static let shortest = 4
  /// A longer run is cut off here.
  static let longest = 48

  struct Run: Sendable {
    /// First frame inside, and first after it.
    var start: Int
    var end: Int
    var middle: Int { (start + end) / 2 }
    /// The network's log odds, the most of it.
    var logit: Double
    var kind: LearnedKind
    /// How sure it is a boundary, once it is judged.
    var score = 0.0
    var count: Int { end - start }
  }

  private let threshold: Double
  private var first: Int?
  private var values: [Double] = []
  private var kinds: [Double] = []
  /// A run that was cut off is not begun again until the series falls.
  private var isSpent = false

  init(threshold: Double) { self.threshold = threshold }

  /// Where the run that is open began; nil if there is none.
  var openStart: Int? { first }

  /// - Returns: a run that ended.
  mutating func push(_ value: Double, kind: LearnedKind, at frame: Int) -> Run? {
    if isSpent {
      isSpent = value >= threshold
      return nil
    }
    if first == nil {
      guard value >= threshold else { return nil }
      first = frame
      values = []
      kinds = Array(repeating: 0, count: LearnedKind.allCases.count)
    }
    values.append(value)
    kinds[kind.rawValue] += value
    if values.count >= 2, values.suffix(2).allSatisfy({ $0 < threshold }) { return close() }
    if values.count >= Self.longest {
      isSpent = true
      return close()
    }
    return nil
  }

  /// The run that is open, as it stands.
  mutating func close() -> Run? {
    guard let start = first else { return nil }
    first = nil
    while let last = values.last, last < threshold { values.removeLast() }
    guard values.count >= 2 else { return nil }
    let best = kinds.indices.max { kinds[$0] < kinds[$1] } ?? 0
    return Run(
      start: start, end: start + values.count, logit: logOdds(values.max() ?? 0),
      kind: LearnedKind.allCases[best])
  }
}

private func logOdds(_ probability: Double) -> Double { log(max(probability, 1e-9) / max(1 - probability, 1e-9)) }

/// What the network says of a frame, in log odds.
struct NetworkAnswer: Sendable {
  var cut: Double
  var inside: Double
  var jump: Double
  var kind: LearnedKind

  /// A jump within a take rather than a cut is likelier than not: the network learns what cuts are
  /// no jumps.
  var isJump: Bool { jump > 0 }
  /// Log odds of either.
  var change: Double { max(cut, jump) }

  init(_ answer: [Float], kind: LearnedKind) {
    cut = Double(answer[0])
    inside = Double(answer[1])
    jump = Double(answer[BoundaryNetwork.jumpOutput])
    self.kind = kind
  }
}

/// Reads the network's answers, one a frame looked at: peaks of cuts and jumps, runs of insides.
struct AnswerReader: Sendable {
  struct Peak: Sendable {
    let frame: Int
    let isJump: Bool
    /// Log odds of a cut or jump, and of the inside of a transition, the most for two frames
    /// around.
    let logit: Double
    let inside: Double
  }

  private var peaks: PeakFinder
  private var runs: RunFinder
  /// The last answers, as many as a peak's surroundings have; nil past the end.
  private var last: [NetworkAnswer?] = []
  /// Answers so far.
  private(set) var count = 0

  init(peakThreshold: Double, runThreshold: Double) {
    peaks = PeakFinder(threshold: peakThreshold)
    runs = RunFinder(threshold: runThreshold)
  }

  /// Where the run that is open began; nil if there is none.
  var openRunStart: Int? { runs.openStart }

  /// - Parameter answer: about the next frame; nil past the end.
  /// - Returns: a peak some frames back, and a run that ended, if there are such.
  mutating func push(_ answer: NetworkAnswer?) -> (peak: Peak?, run: RunFinder.Run?) {
    defer { count += 1 }
    last.append(answer)
    if last.count > 2 * PeakFinder.reach + 1 { last.removeFirst() }
    let peak = peaks.push(answer.map { logistic($0.change) } ?? 0).flatMap { peak in
      last[last.count - 1 - PeakFinder.reach].map {
        Peak(
          frame: peak.frame, isJump: $0.isJump, logit: $0.change,
          inside: last.lazy.compactMap { $0?.inside }.max() ?? $0.inside)
      }
    }
    let run = runs.push(answer.map { logistic($0.inside) } ?? 0, kind: answer?.kind ?? .dissolve, at: count)
    return (peak, run)
  }

  /// The run that is open, as it stands.
  mutating func closeRun() -> RunFinder.Run? { runs.close() }
}
