package import KeepframeFootage
internal import KeepframeRetention

/// A made deck over which gates are run, to see which of its slides they keep complete.
package struct DeckTrial: Sendable {
  package let truth: DeckTruth
  private let trial: GateTrial

  /// - Throws: ``TrainingError/badTruth(file:)``; `ArchiveError` if there is no truth beside the
  ///   video.
  package init(_ clip: FootageClip) throws {
    truth = try DeckTruth(contentsOf: DeckTruth.file(of: clip.path))
    trial = GateTrial(embeddings: clip.embeddings, seconds: clip.seconds, quality: clip.quality)
  }

  init(truth: DeckTruth, trial: GateTrial) {
    self.truth = truth
    self.trial = trial
  }

  func outcome(of gate: any Gate) -> DeckOutcome {
    DeckOutcome(truth, kept: trial.kept(by: gate).map { trial.samples[$0].seconds })
  }
}
