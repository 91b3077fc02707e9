internal import Glibc  // log

/// Finds the peaks of a series of probabilities: values of at least a threshold that are the
/// highest within ``reach`` steps.
struct PeakFinder: Sendable {
  static let reach = 2

  struct Peak: Sendable {
    /// The index in the series.
    let frame: Int
    let score: Double
  }

  private let threshold: Double
  private var last: [Double] = []
  private var count = 0

  init(threshold: Double) { self.threshold = threshold }

  /// - Returns: The peak ``reach`` steps back, if there is one. Of equal values, the first is the
  ///   peak.
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

/// Finds runs in a series of probabilities. A run begins with the first value that reaches a
/// threshold, and ends when two values in a row do not.
struct RunFinder: Sendable {
  /// A run of at most this many frames is not a transition if there is a cut in it.
  static let shortest = 4
  /// A run that becomes longer than this is ended here.
  static let longest = 48

  struct Run: Sendable {
    /// `start` is the first frame inside, `end` the first frame after it.
    var start: Int
    var end: Int
    var middle: Int { (start + end) / 2 }
    /// The network's greatest log odds in the run.
    var logit: Double
    var kind: LearnedKind
    /// The score, once the run has been judged.
    var score = 0.0
    var count: Int { end - start }
  }

  private let threshold: Double
  private var first: Int?
  private var values: [Double] = []
  private var kinds: [Double] = []
  /// Set after a run was ended for its length: no run begins until the series falls below the
  /// threshold.
  private var isSpent = false

  init(threshold: Double) { self.threshold = threshold }

  /// The start of the open run; nil if there is none.
  var openStart: Int? { first }

  /// - Returns: A run that has ended.
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

  /// Ends the open run and returns it as it is; nil if none is open, or if it is shorter than two
  /// frames.
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

/// What the network says about a frame, in log odds.
struct NetworkAnswer: Sendable {
  var cut: Double
  var inside: Double
  var jump: Double
  var kind: LearnedKind

  /// Whether a jump within a take is more likely than not. The network learns which cuts are not
  /// jumps.
  var isJump: Bool { jump > 0 }
  /// The log odds of either a cut or a jump.
  var change: Double { max(cut, jump) }

  init(_ answer: [Float], kind: LearnedKind) {
    cut = Double(answer[0])
    inside = Double(answer[1])
    jump = Double(answer[BoundaryNetwork.jumpOutput])
    self.kind = kind
  }
}

/// Finds peaks of cuts and jumps, and runs inside transitions, in the network's answers about
/// examined frames.
struct AnswerReader: Sendable {
  struct Peak: Sendable {
    let frame: Int
    let isJump: Bool
    /// `logit`: the log odds of a cut or jump. `inside`: those of the inside of a transition, the
    /// greatest within two frames.
    let logit: Double
    let inside: Double
  }

  private var peaks: PeakFinder
  private var runs: RunFinder
  /// The last answers, enough for the surroundings of a peak; nil past the end.
  private var last: [NetworkAnswer?] = []
  /// The number of answers so far.
  private(set) var count = 0

  init(peakThreshold: Double, runThreshold: Double) {
    peaks = PeakFinder(threshold: peakThreshold)
    runs = RunFinder(threshold: runThreshold)
  }

  /// The start of the open run; nil if there is none.
  var openRunStart: Int? { runs.openStart }

  /// - Parameter answer: The answer about the next frame; nil past the end.
  /// - Returns: A peak a few frames back, and a run that has ended, if there are any.
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

  /// Ends the open run and returns it as it is.
  mutating func closeRun() -> RunFinder.Run? { runs.close() }
}
