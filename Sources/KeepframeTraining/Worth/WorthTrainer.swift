package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem

/// Learns from labelled moments what a sample is worth to the application.
///
/// It fits a linear probe: a logistic regression on the embeddings of labelled samples. The penalty
/// is the one under which the probe predicts unseen footage best: each source is held out once, and
/// the probe is judged by how well it ranks the samples within a clip. How far the gate should lean
/// towards what is wanted is then chosen by running it over the labelled clips, each with a probe
/// that has not seen its source.
package struct WorthTrainer: Sendable {
  /// The least number of labelled clips. Fewer say little about what they have in common.
  package static let leastClips = 8
  /// The most parts that the sources are split into.
  static let parts = 5
  static let penalties = [1e-3, 1e-2, 1e-1, 1]
  /// The penalty if nothing can be held out.
  static let usualPenalty = 1e-1

  package struct Result: Sendable {
    package let worth: Worth
    package let lean: Lean
    package let penalty: Double
    package let clipCount: Int
    package let sourceCount: Int
    /// Figures of the untaught and the taught gate on the labelled clips that leave a choice, with
    /// probes that have not seen their source; nil if there were too few to measure on.
    package let measured: (untaught: LeanChoice.Figures, taught: LeanChoice.Figures)?
  }

  package var threads = 2
  /// The leans to try, at least one.
  package var leans = Lean.candidates

  package init() {}

  /// - Parameters:
  ///   - footage: at least ``leastClips`` clips.
  ///   - gate: makes the gate to be taught from a worth, nil for none, and a price in seconds.
  ///   - progress: gets the share that is done.
  /// - Throws: ``LabelError`` if the labels are too few or one-sided, `TensorError` without
  ///   OpenBLAS, or `CancellationError`.
  package func train(
    _ footage: LabelledFootage, gate: @Sendable (Worth?, Double) -> any Gate, progress: (Double) -> Void,
    cancellation: Cancellation? = nil
  ) throws -> Result {
    try prepareMatmul()
    let clips = footage.clips.filter { $0.wanted.contains { $0 != nil } }
    guard clips.count >= Self.leastClips else {
      throw LabelError.tooFewVideos(file: footage.file, found: clips.count, needed: Self.leastClips)
    }
    let examples = LogisticProbe.Examples(clips)
    guard !examples.isOneSided else {
      throw LabelError.oneSided(file: footage.file, everything: examples.wanted.contains { $0 > 0 })
    }
    func report(_ share: Double) throws(CancellationError) {
      try cancellation?.check()
      progress(share)
    }
    try report(0)
    let folds = try self.folds(clips)
    var held: [(penalty: Double, ranking: Double, probes: [LogisticProbe])] = []
    for penalty in folds.isEmpty ? [] : Self.penalties {
      let probes = inParallel(folds.count, threads: threads) {
        LogisticProbe(folds[$0].training, penalty: penalty)
      }
      held.append((penalty, Self.ranking(folds, probes), probes))
      try report(0.5 * Double(held.count) / Double(Self.penalties.count))
    }
    let best = held.filter { $0.ranking > 0 }.max { $0.ranking < $1.ranking }
    let penalty = best?.penalty ?? Self.usualPenalty
    var choice: (lean: Lean, figures: (untaught: LeanChoice.Figures, taught: LeanChoice.Figures))?
    if let best {
      let trials = zip(folds, best.probes).flatMap { fold, probe in
        fold.clips.map {
          (clip: WantedTrial($0), probe: probe.scaled(over: fold.training))
        }
      }
      choice = try LeanChoice(threads: threads, leans: leans).choose(
        trials.filter(\.clip.leavesChoice), gate: gate, progress: { try report(0.5 + 0.45 * $0) })
    }
    let probe = LogisticProbe(examples, penalty: penalty).scaled(over: examples)
    let lean = choice?.lean ?? .usual
    var worth = Worth(probe, lean)
    worth.scale = scale(of: worth, clips, gate: gate)
    try report(1)
    return Result(
      worth: worth, lean: lean, penalty: penalty, clipCount: clips.count,
      sourceCount: Set(clips.map(\.clip.source)).count, measured: choice?.figures)
  }

  /// The factor of gains with which the gate keeps as much of the clips at its usual price as it
  /// does without the worth.
  private func scale(
    of worth: Worth, _ clips: [LabelledFootage.Clip], gate: @Sendable (Worth?, Double) -> any Gate
  ) -> Float {
    let trials = clips.map(WantedTrial.init)
    func kept(_ worth: Worth?, _ price: Double) -> Int {
      inParallel(trials.count, threads: threads) { trials[$0].trial.kept(by: gate(worth, price)).count }.reduce(0, +)
    }
    let usual = GateKind.learned.defaultPrice
    let paid = price(keeping: max(1, kept(nil, usual)), in: usual / 64...usual) { kept(worth, $0) }
    return Float(usual / max(paid, usual / 64))
  }

  /// The probability that a wanted sample has higher odds than an unwanted one, as a mean over the
  /// held-out clips that have both.
  private static func ranking(_ folds: [Fold], _ probes: [LogisticProbe]) -> Double {
    let areas = zip(folds, probes).flatMap { fold, probe in
      fold.clips.compactMap { rankingArea(of: probe.odds($0.clip.embeddings), wanted: $0.wanted) }
    }
    return areas.isEmpty ? 0 : areas.reduce(0, +) / Double(areas.count)
  }

  private struct Fold: Sendable {
    let training: LogisticProbe.Examples
    /// The clips that are held out.
    let clips: [LabelledFootage.Clip]
  }

  /// One fold for each part of the sources, which it holds out. Parts without which the remaining
  /// labels are one-sided are left out. Empty if all clips are of one source.
  private func folds(_ clips: [LabelledFootage.Clip]) throws -> [Fold] {
    let sizes = clips.reduce(into: [String: Double]()) { $0[$1.clip.source, default: 0] += $1.clip.durationSeconds }
    let count = min(Self.parts, sizes.count)
    guard count >= 2 else { return [] }
    return try (0..<count).compactMap { index in
      let held = try sourcesOfFold(index, of: count, sizes: sizes)
      let heldOut = clips.filter { held.contains($0.clip.source) }
      let training = LogisticProbe.Examples(clips.filter { !held.contains($0.clip.source) })
      guard !training.isOneSided else { return nil }
      return Fold(training: training, clips: heldOut)
    }
  }
}

/// The area under the ROC curve of scores, by Mann and Whitney's count; nil without both kinds.
///
/// - Parameter wanted: a sample is wanted at 0.5 or more; nil is unlabelled.
func rankingArea(of scores: [Float], wanted: [Double?]) -> Double? {
  let known = scores.indices.filter { wanted[$0] != nil }.sorted { (scores[$0], $0) < (scores[$1], $1) }
  var (below, sum, count) = (0.0, 0.0, 0.0)
  var start = 0
  while start < known.count {
    var end = start
    while end < known.count, scores[known[end]] == scores[known[start]] { end += 1 }
    let positives = Double(known[start..<end].count { wanted[$0]! >= 0.5 })
    let negatives = Double(end - start) - positives
    sum += positives * (below + negatives / 2)
    below += negatives
    count += positives
    start = end
  }
  return count > 0 && below > 0 ? sum / (count * below) : nil
}
