package import KeepframeAutograd
package import KeepframeBaselines
package import KeepframeContext
package import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Trains an encoder of any kind from footage. First it trains the projection, which all kinds
/// share; then the maps by which the hierarchy remembers order, or the network of an opponent.
///
/// The same footage, settings and seed give the same weights, bit for bit on one machine,
/// interrupted or not.
package struct EncoderTrainer: Sendable {
  package let kind: EncoderKind
  package let seed: UInt64
  package let clips: [FootageClip]
  /// A projection to use as it is; nil trains one, on programmes alone.
  package var projection: Projection?
  package var projectionSettings = ProjectionTrainer.Settings()
  /// How the hierarchy's contexts, and its parts, are made up. Both have 256 numbers:
  /// 100 + 12 · 13 and 166 + 9 · 10.
  package var whole = ContextMakeup(axes: 100, keys: 12, values: 13, orderShare: 0.4)
  package var part = ContextMakeup(axes: 166, keys: 9, values: 10, orderShare: 0.35)
  package var shotSimilarity: Float = 0.4
  package var network = NetworkTrainer.Settings()

  package enum Stage: String, Sendable, CaseIterable {
    case projection
    /// A fully trained projection, by which the hierarchy remembers order.
    case teacher
    case network
  }

  /// - Throws: ``TrainingError/tooLittleFootage(what:needed:found:)`` if nothing can be learned
  ///   from `clips`.
  package init(_ kind: EncoderKind, clips: [FootageClip], seed: UInt64 = 0) throws(TrainingError) {
    self.kind = kind
    self.seed = seed
    self.clips = clips.filter { $0.count > 0 }
    let frames = ViewedFrames(self.clips)
    try ProjectionTrainer.requireEnough(frames)
    let pieces = ClipTrials(frames).pieceCount
    guard !kind.isNetwork || pieces >= 24 else {
      throw .tooLittleFootage(what: "pieces of a second or more that are unlike each other", needed: 24, found: pieces)
    }
  }

  /// - Parameters:
  ///   - checkpoints: a path for each stage to save states to; nil saves none.
  ///   - resumes: whether to continue from saved states.
  /// - Throws: ``TrainingError``, `CancellationError`
  package func train(
    checkpoints: ((Stage) -> FilePath)? = nil, resumes: Bool = false,
    progress: (Stage, TrainingLoop.Progress) -> Void = { _, _ in }, cancellation: Cancellation? = nil
  ) throws -> TrainedEncoder {
    do {
      let trained =
        try projection ?? trainProjection(.projection, projectionSettings, checkpoints, resumes, progress, cancellation)
      guard kind != .hierarchical else {
        return .hierarchy(try hierarchy(projection: trained, checkpoints, resumes, progress, cancellation))
      }
      if let form = ClosedForm(kind) { return .opponent(OpponentModel(projection: trained, body: .closedForm(form))) }

      let networkTrainer = trainer(projection: trained)
      var state = networkTrainer.initialState(seed: seed)
      let checkpoint = try prepare(.network, &state, checkpoints, resumes)
      _ = try networkTrainer.train(
        &state, checkpoint: checkpoint, progress: { progress(.network, $0) }, cancellation: cancellation)
      return .opponent(OpponentModel(projection: trained, network: networkTrainer.network, parameters: state.bestParameters))
    } catch let error as GradientsError { throw TrainingError.gradients(error) }
  }

  private func hierarchy(
    projection: Projection, _ checkpoints: ((Stage) -> FilePath)?, _ resumes: Bool,
    _ progress: (Stage, TrainingLoop.Progress) -> Void, _ cancellation: Cancellation?
  ) throws -> EncoderModel {
    var allTheWay = self.projectionSettings
    allTheWay.way = 1
    let teacher = try trainProjection(.teacher, allTheWay, checkpoints, resumes, progress, cancellation)
    let frames = ViewedFrames(clips)
    let widths = (max(whole.keys, part.keys), max(whole.values, part.values))
    let head = OrderFit(frames: frames, projection: projection, teacher: teacher).head(
      widths: widths, shotSimilarity: shotSimilarity)
    let axes = frames.leadingAxes(projection, max(whole.axes, part.axes))
    var (whole, part) = (whole, part)
    if !whole.fits(axes, head) || !part.fits(axes, head) {
      // With fewer dimensions than that, all are taken.
      whole = ContextMakeup(all: axes, head, orderShare: whole.orderShare)
      part = ContextMakeup(all: axes, head, orderShare: part.orderShare)
    }
    return EncoderModel(projection: projection, weights: EncoderWeights(axes: axes, order: head, whole: whole, part: part))
  }

  private func trainProjection(
    _ stage: Stage, _ settings: ProjectionTrainer.Settings, _ checkpoints: ((Stage) -> FilePath)?, _ resumes: Bool,
    _ progress: (Stage, TrainingLoop.Progress) -> Void,
    _ cancellation: Cancellation?
  ) throws -> Projection {
    let trainer = ProjectionTrainer(clips, settings: settings)
    let start = trainer.start()
    var state = trainer.initialState(from: start, seed: seed)
    let checkpoint = try prepare(stage, &state, checkpoints, resumes)
    return try trainer.train(
      from: start, &state, checkpoint: checkpoint, progress: { progress(stage, $0) }, cancellation: cancellation)
  }

  /// The trainer for this kind of network. The network has as many parameters as the projection;
  /// the projection is given to it and not counted.
  package func trainer(projection: Projection) -> NetworkTrainer {
    let budget = projection.weight.values.count + projection.bias.count
    return NetworkTrainer(
      ClipTrials(ViewedFrames(clips)), projection: projection,
      network: SequenceNetwork(kind, dimension: projection.outputDimension, parameters: budget), settings: network)
  }

  private func prepare(
    _ stage: Stage, _ state: inout TrainingState<Float>, _ checkpoints: ((Stage) -> FilePath)?, _ resumes: Bool
  ) throws(GradientsError) -> TrainingLoop.Checkpoint? {
    guard let path = checkpoints?(stage) else { return nil }
    let data = clips.reduce(UInt64(clips.count)) { $0 &* 31 &+ stableHash("\($1.name) \($1.count)") }
    let steps =
      switch stage {
      case .projection, .teacher: projectionSettings.steps
      case .network: network.steps
      }
    let settings = ["kind": kind.rawValue, "seed": "\(seed)", "footage": String(data, radix: 16), "steps": "\(steps)"]
    if resumes, FileSystem.exists(path) { try state.restoreCheckpoint(from: path, settings: settings) }
    return TrainingLoop.Checkpoint(path: path, stepsPerSave: 100, settings: settings)
  }
}
