package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem
package import SystemPackage

/// From labelled footage to the file of a taught gate: what `keepframe train gate --labels` does.
package struct WorthRecipe: Sendable {
  /// The gate that is taught. What it knows about clear frames stays.
  package let start: GateWeights
  /// The arithmetic in which the footage was embedded.
  package let precision: String
  package let provenance: Provenance
  package var threads = 2
  /// When a picture is complete, for footage whose pictures are built up; nil if all are complete.
  package var finish: Finish?
  /// The decks from which the numbers of ``finish`` are learned; with none they stay as they are.
  package var decks: [DeckTrial] = []

  package init(start: GateWeights, precision: String, provenance: Provenance) {
    self.start = start
    self.precision = precision
    self.provenance = provenance
  }

  /// Seconds that the gate looks ahead while its lean is chosen.
  package static let lookAhead = 2.0

  /// Trains and saves.
  ///
  /// - Parameters:
  ///   - names: names of the labels that are wanted; nil for keep and skip.
  ///   - path: replaced in one step.
  /// - Throws: ``LabelError``, ``WeightsError``, `TensorError` without OpenBLAS, or
  ///   `CancellationError`; then what is at `path` stays.
  package func run(
    _ footage: LabelledFootage, wanting names: [String]?, savingTo path: FilePath, cancellation: Cancellation? = nil,
    progress: (Double) -> Void
  ) throws -> (worth: WorthTrainer.Result, finish: FinishTrainer.Result?) {
    if let dimension = footage.clips.first?.clip.embeddings.columns {
      try start.check(backbone: start.backbone, dimension: dimension)
    }
    var trainer = WorthTrainer()
    trainer.threads = threads
    let result = try trainer.train(footage, gate: gate, progress: progress, cancellation: cancellation)
    var weights = start
    weights.worth = result.worth
    weights.finish = finish ?? start.finish
    var learned: FinishTrainer.Result?
    if finish != nil, !decks.isEmpty {
      var trainer = FinishTrainer()
      trainer.threads = threads
      learned = try trainer.train(decks, weights: weights, cancellation: cancellation)
      weights.finish = learned?.finish
    }
    try weights.save(to: path, metadata: metadata(footage, names, result))
    return (result, learned)
  }

  /// The gate with another worth, at a price.
  private var gate: @Sendable (Worth?, Double) -> any Gate {
    { [start] worth, price in
      var weights = start
      weights.worth = worth
      return LearnedGate(price: price, lookAhead: Self.lookAhead, weights: weights)
    }
  }

  private func metadata(_ footage: LabelledFootage, _ names: [String]?, _ result: WorthTrainer.Result) -> [String: String] {
    var metadata = [
      "made_by": provenance.madeBy, "fold": provenance.fold ?? "none", "precision": precision,
      "wanted": names?.joined(separator: " ") ?? "keep", "labelled_clips": "\(result.clipCount)",
      "labelled_sources": "\(result.sourceCount)", "penalty": "\(result.penalty)",
      "lean": "slope \(result.lean.slope) offset \(result.lean.offset)",
    ]
    if finish != nil, !decks.isEmpty { metadata["decks"] = "\(decks.count)" }
    return metadata
  }
}
