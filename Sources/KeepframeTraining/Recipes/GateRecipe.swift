package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeRetention
package import KeepframeSystem
package import SystemPackage

/// From embedded footage to the file of a learned gate: what `keepframe train gate` does.
package struct GateRecipe: Sendable {
  package var settings = GateTrainer.Settings()
  /// Weights to go on from; nil begins with nothing learned.
  package var start: GateWeights?
  /// What embedded the footage, and in which arithmetic.
  package let backbone: (name: String, precision: String)
  package let provenance: Provenance

  package init(backbone: (name: String, precision: String), provenance: Provenance) {
    self.backbone = backbone
    self.provenance = provenance
  }

  /// Trains, and saves whatever is better than what was there before.
  ///
  /// - Parameters:
  ///   - clips: of five sources or more. One part in five says what to keep.
  ///   - path: replaced in one step, again and again.
  /// - Returns: how many clips were learned from, and on how many others the result was chosen.
  /// - Throws: ``WeightsError``, ``FootageError`` if there are fewer sources, ``GradientsError``; or `CancellationError`.
  package func run(
    _ clips: [FootageClip], savingTo path: FilePath, cancellation: Cancellation? = nil, progress: (GateTrainer.Progress) -> Void
  ) throws -> (trained: Int, chosen: Int) {
    // Not the first part, which is one origin alone where one is much longer than the others.
    let (training, heldOut) = try FootageSet(clips: clips).fold(1, of: 5)
    let dimension = clips.first?.embeddings.columns ?? 0
    let start = start ?? GateWeights(backbone: backbone.name, dimension: dimension)
    try start.check(backbone: backbone.name, dimension: dimension)
    var trainer = GateTrainer()
    trainer.settings = settings
    let metadata = metadata(clips)
    let weights = try trainer.train(
      training, heldOut: heldOut, start: start, progress: progress, cancellation: cancellation,
      keep: { try $0.save(to: path, metadata: metadata) })
    try weights.save(to: path, metadata: metadata)
    return (training.count, heldOut.count)
  }

  private func metadata(_ clips: [FootageClip]) -> [String: String] {
    var metadata = provenance.metadata(seed: settings.seed, clips: clips.map(\.name))
    metadata["rounds"] = "\(settings.rounds)"
    metadata["precision"] = backbone.precision
    let usual = GateTrainer.Settings()
    if settings.matchSteps != usual.matchSteps { metadata["steps"] = "\(settings.matchSteps)" }
    if settings.programmes != usual.programmes { metadata["programmes"] = "\(settings.programmes)" }
    return metadata
  }
}
