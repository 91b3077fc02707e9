internal import KeepframeBaselines
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeTraining

/// The models of one fold: taken from weights, or trained on its footage.
struct EncoderModels {
  typealias Named = (name: String, model: TrainedEncoder)

  let settings: EncoderEvaluation.Settings
  let given: [EncoderKind: TrainedEncoder]
  let training: [FootageClip]
  /// Renderings from which the projection learns too; nil for programmes alone.
  let renderings: Renderings?
  let cancellation: Cancellation?
  /// The learning rate of each network, once chosen.
  private(set) var rates: [EncoderKind: Double] = [:]
  /// The time of the last training of each model, including the choice of its rate.
  private(set) var seconds: [String: Double] = [:]

  init(
    settings: EncoderEvaluation.Settings, given: [EncoderKind: TrainedEncoder], training: [FootageClip],
    renderings: Renderings?, cancellation: Cancellation?
  ) {
    self.settings = settings
    self.given = given
    self.training = training
    self.renderings = renderings
    self.cancellation = cancellation
  }

  /// The hierarchy alone, given or trained.
  mutating func hierarchy(seed: UInt64) throws -> EncoderModel {
    if case .hierarchy(let model)? = given[.hierarchical] { return model }
    var trainer = try EncoderTrainer(.hierarchical, clips: training, seed: seed)
    trainer.projectionSettings = settings.projection
    let start = ContinuousClock.now
    trainer.projection = try renderings.map { _ in try projectionTrainer.train(seed: seed, cancellation: cancellation) }
    guard case .hierarchy(let model) = try trainer.train(cancellation: cancellation) else {
      preconditionFailure("a hierarchy is trained as one")
    }
    seconds[EncoderKind.hierarchical.rawValue] = (ContinuousClock.now - start) / .seconds(1)
    return model
  }

  private var projectionTrainer: ProjectionTrainer {
    ProjectionTrainer(training, renderings: renderings, settings: settings.projection)
  }

  /// All models of the settings. Each network has at most as many parameters as the hierarchy with
  /// its projection, and gets that projection in addition.
  ///
  /// - Parameter progress: gets the names of what is trained next.
  mutating func all(seed: UInt64, progress: (String) -> Void) throws -> [Named] {
    seconds = [:]
    progress("hierarchy")
    let hierarchy = try hierarchy(seed: seed)
    let projection = hierarchy.projection
    let networks = settings.models.filter { $0.isNetwork && given[$0] == nil }
    progress(networks.map(\.rawValue).joined(separator: ", "))
    let budget = projection.weight.values.count + projection.bias.count + hierarchy.bodyParameterCount
    let trainers = networks.map {
      OpponentTrainer($0, clips: training, projection: projection, parameters: budget, settings: settings.network)
    }
    let chosen = rates
    let trained = try inParallel(trainers.count, threads: settings.threads) { [cancellation] index in
      let start = ContinuousClock.now
      let trainer = trainers[index]
      let rate = try chosen[trainer.kind] ?? trainer.chosenRate(seed: seed, cancellation: cancellation)
      let model = try trainer.train(rate: rate, seed: seed, cancellation: cancellation)
      return (rate: rate, model: model, seconds: (ContinuousClock.now - start) / .seconds(1))
    }
    for (kind, result) in zip(networks, trained) {
      rates[kind] = result.rate
      seconds[kind.rawValue] = result.seconds
    }
    // A hierarchy from a file was not started on this footage.
    let isTrained = given[.hierarchical] == nil
    let start = isTrained ? [projectionTrainer.start()] : []
    return start.map { start in
      (
        EncoderResult.untrained,
        .hierarchy(EncoderModel(projection: start, weights: EncoderWeights(dimension: start.outputDimension)))
      )
    }
      + settings.models.map { kind in
        if kind == .hierarchical { return (kind.rawValue, .hierarchy(hierarchy)) }
        if let model = given[kind] { return (kind.rawValue, model) }
        if let form = ClosedForm(kind) {
          return (kind.rawValue, .opponent(OpponentModel(projection: projection, body: .closedForm(form))))
        }
        return (kind.rawValue, .opponent(trained[networks.firstIndex(of: kind)!].model))
      }
  }

  /// The same models, trained at the chosen rates on fewer degradations: only these views of the
  /// footage, and only pictures without the alterations of the others.
  func seeing(_ views: Set<View>) -> EncoderModels {
    var settings = settings
    settings.projection.pictures.excluded.formUnion(Set(View.allCases).subtracting(views).flatMap(\.alterations))
    var models = EncoderModels(
      settings: settings, given: [:], training: training.map { $0.keeping(views) }, renderings: renderings,
      cancellation: cancellation)
    models.rates = rates
    return models
  }
}
