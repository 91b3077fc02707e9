package import KeepframeAutograd
package import KeepframeBaselines
internal import KeepframeBundle
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// From embedded footage to the file of an encoder, the hierarchy or an opponent: what `keepframe
/// train encoder` does.
package struct EncoderRecipe: Sendable {
  package let kind: EncoderKind
  package var seed: UInt64 = 1
  /// A projection to use as it is, with its provenance; nil trains one.
  package var projection: ProjectionFile?
  /// Training steps of the projection, and of the one by which order is remembered.
  package var steps = ProjectionTrainer.Settings().steps
  package var networkSteps = NetworkTrainer.Settings().steps
  /// Whether to continue from the checkpoints that an interrupted run left beside the file.
  package var resumes = false
  /// The backbone that embedded the footage, and its arithmetic.
  package let backbone: (name: String, precision: String)
  package let provenance: Provenance

  package init(_ kind: EncoderKind, backbone: (name: String, precision: String), provenance: Provenance) {
    self.kind = kind
    self.backbone = backbone
    self.provenance = provenance
  }

  /// The file for the states of a training until its weights are saved to `path`.
  package static func checkpoint(_ stage: EncoderTrainer.Stage, of path: FilePath) -> FilePath {
    FilePath("\(path.string).\(stage.rawValue).checkpoint")
  }

  /// Trains, saves, and then removes the checkpoints.
  ///
  /// - Throws: ``TrainingError``, ``WeightsError``; `CancellationError`, which leaves the
  ///   checkpoints.
  package func run(
    _ clips: [FootageClip], savingTo path: FilePath, cancellation: Cancellation? = nil,
    progress: (EncoderTrainer.Stage, TrainingLoop.Progress) -> Void = { _, _ in }
  ) throws {
    var trainer = try EncoderTrainer(kind, clips: clips, seed: seed)
    trainer.projection = projection?.projection
    trainer.projectionSettings.steps = steps
    trainer.network.steps = networkSteps
    var trained = try trainer.train(
      checkpoints: { Self.checkpoint($0, of: path) }, resumes: resumes, progress: progress,
      cancellation: cancellation)
    var words = ["backbone": backbone.name, "precision": backbone.precision]
    if let projection {
      for (name, value) in projection.provenance { words["projection_\(name)"] = value }
    }
    if projection == nil || kind == .hierarchical { words["steps"] = "\(steps)" }
    trained.provenance = provenance.metadata(seed: seed, clips: clips.map(\.name)).merging(words) { $1 }
    try trained.save(to: path)
    for stage in EncoderTrainer.Stage.allCases { try? FileSystem.remove(Self.checkpoint(stage, of: path)) }
  }
}
