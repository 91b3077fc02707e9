package import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeRetention
package import KeepframeSystem
package import SystemPackage

/// From embedded footage to the file of a learned gate: what `keepframe train gate` does.
package struct GateRecipe: Sendable {
  package var settings = GateTrainer.Settings()
  /// The backbone that embedded the footage, and its arithmetic.
  package let backbone: (name: String, precision: String)
  package let provenance: Provenance

  package init(backbone: (name: String, precision: String), provenance: Provenance) {
    self.backbone = backbone
    self.provenance = provenance
  }

  /// Trains and saves.
  ///
  /// - Parameters:
  ///   - clips: the clips to learn from.
  ///   - path: replaced in one step.
  /// - Throws: ``WeightsError``, ``GradientsError``, or `CancellationError`; then what is at `path`
  ///   stays.
  package func run(
    _ clips: [FootageClip], savingTo path: FilePath, cancellation: Cancellation? = nil, progress: (GateTrainer.Progress) -> Void
  ) throws {
    let start = GateWeights(backbone: backbone.name, dimension: clips.first?.embeddings.columns ?? 0)
    var trainer = GateTrainer()
    trainer.settings = settings
    let weights = try trainer.train(clips, start: start, progress: progress, cancellation: cancellation)
    try weights.save(to: path, metadata: metadata(clips))
  }

  private func metadata(_ clips: [FootageClip]) -> [String: String] {
    var metadata = provenance.metadata(seed: settings.seed, clips: clips.map(\.name))
    metadata["precision"] = backbone.precision
    let usual = GateTrainer.Settings()
    if settings.transitions != usual.transitions { metadata["transitions"] = "\(settings.transitions)" }
    if settings.steps != usual.steps { metadata["steps"] = "\(settings.steps)" }
    return metadata
  }
}
