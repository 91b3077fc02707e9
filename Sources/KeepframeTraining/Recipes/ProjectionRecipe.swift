package import KeepframeAutograd
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// From embedded footage and pictures to the file of a projection: what `keepframe train
/// projection` does.
package struct ProjectionRecipe: Sendable {
  package var settings = ProjectionTrainer.Settings()
  package var seed: UInt64 = 1
  /// Whether to continue from the checkpoint that an interrupted run left beside the file.
  package var resumes = false
  /// The backbone that embedded the footage, and its arithmetic.
  package let backbone: (name: String, precision: String)
  package let provenance: Provenance

  package init(backbone: (name: String, precision: String), provenance: Provenance) {
    self.backbone = backbone
    self.provenance = provenance
  }

  /// The file for the states of a training until its weights are saved to `path`.
  package static func checkpoint(of path: FilePath) -> FilePath { FilePath("\(path.string).checkpoint") }

  /// Trains, saves, and then removes the checkpoint.
  ///
  /// - Parameters:
  ///   - clips: to learn from.
  ///   - renderings: of frames and pictures; frames of other clips are left out.
  /// - Returns: the number of frames and pictures that were learned from.
  /// - Throws: ``TrainingError``, ``WeightsError``; `CancellationError`, which leaves the
  ///   checkpoint.
  package func run(
    _ clips: [FootageClip], renderings: Renderings, savingTo path: FilePath,
    cancellation: Cancellation? = nil,
    progress: (TrainingLoop.Progress) -> Void = { _ in }
  ) throws -> (frames: Int, pictures: Int) {
    try ProjectionTrainer.requireEnough(ViewedFrames(clips.filter { $0.count > 0 }))
    let rendered = renderings.learned(from: clips)
    let pictureCount = renderings.pictures?.count ?? 0
    let frameCount = rendered.count - pictureCount
    let trainer = ProjectionTrainer(clips, rendered: rendered, settings: settings)
    do {
      let start = trainer.start()
      var state = trainer.initialState(from: start, seed: seed)
      let footage = (clips.map { "\($0.name) \($0.count)" } + ["\(frameCount) \(pictureCount)"]).joined(separator: "\n")
      let excluded = settings.pictures.excluded.map(\.rawValue).sorted().joined(separator: " ")
      let checkpoint = TrainingLoop.Checkpoint(
        path: Self.checkpoint(of: path), stepsPerSave: 100,
        settings: [
          "kind": "projection", "seed": "\(seed)", "footage": Digest.hex(of: Array(footage.utf8)), "steps": "\(settings.steps)",
          "left_out": excluded,
        ])
      if resumes, FileSystem.exists(checkpoint.path) {
        try state.restoreCheckpoint(from: checkpoint.path, settings: checkpoint.settings)
      }
      let projection = try trainer.train(
        from: start, &state, checkpoint: checkpoint, progress: progress, cancellation: cancellation)
      let words = [
        "steps": "\(settings.steps)", "backbone": backbone.name, "precision": backbone.precision,
        "pictures": "\(pictureCount)",
        "left_out": excluded,
      ]
      let file = ProjectionFile(
        projection, provenance: provenance.metadata(seed: seed, clips: clips.map(\.name)).merging(words) { $1 })
      try file.save(to: path)
      try? FileSystem.remove(checkpoint.path)
    } catch let error as GradientsError { throw TrainingError.gradients(error) }
    return (frameCount, pictureCount)
  }
}
