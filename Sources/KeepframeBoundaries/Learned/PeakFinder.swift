/// Finds the peaks of a series of probabilities: at least a threshold, and the highest for ``reach`` steps around.
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

/// Finds runs of a series of probabilities: from the first that reaches a threshold until two in a row do not.
struct RunFinder: Sendable {
  /// Runs of at most this many frames are no transition where there is a cut in them.
  static let shortest = 4
  /// A longer run is cut off here.
  static let longest = 52

  struct Run: Sendable {
    /// First frame inside, and first after it.
    var start: Int
    var end: Int
    /// The centre of its probability.
    var middle: Int
    var score: Double
    var kind: LearnedKind
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
    let total = values.reduce(0, +)
    let centre = values.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / total
    let best = kinds.indices.max { kinds[$0] < kinds[$1] } ?? 0
    return Run(
      start: start, end: start + values.count, middle: start + Int(centre.rounded()), score: values.max() ?? 0,
      kind: LearnedKind.allCases[best])
  }
}

/// Reads the network's answers, one a frame looked at: peaks of the first, runs of the second.
struct AnswerReader: Sendable {
  private var peaks: PeakFinder
  private var runs: RunFinder
  /// Answers so far.
  private(set) var count = 0

  init(peakThreshold: Double, runThreshold: Double) {
    peaks = PeakFinder(threshold: peakThreshold)
    runs = RunFinder(threshold: runThreshold)
  }

  /// Where the run that is open began; nil if there is none.
  var openRunStart: Int? { runs.openStart }

  /// - Parameters: probabilities of a cut at the next frame and that it lies inside a transition, of which kind.
  /// - Returns: a peak some frames back, and a run that ended, if there are such.
  mutating func push(cut: Double, inside: Double, kind: LearnedKind) -> (peak: PeakFinder.Peak?, run: RunFinder.Run?) {
    defer { count += 1 }
    return (peaks.push(cut), runs.push(inside, kind: kind, at: count))
  }

  /// The run that is open, as it stands.
  mutating func closeRun() -> RunFinder.Run? { runs.close() }
}
