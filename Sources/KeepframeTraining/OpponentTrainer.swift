internal import KeepframeAutograd
package import KeepframeBaselines
package import KeepframeFeatures
package import KeepframeFootage
internal import KeepframeNumerics
package import KeepframeSystem

/// Trains a network that the hierarchy is compared with. All kinds get the same tasks, the same
/// number of parameters, and the same trials to choose the learning rate.
///
/// The rate is chosen on a sixth of the training footage, split by source. The network is trained
/// on the rest with each rate for a third of the steps, and the rate with the least loss on the
/// sixth is taken. The footage on which the networks are judged plays no part.
package struct OpponentTrainer: Sendable {
  package let kind: EncoderKind
  package let projection: Projection
  package var settings: NetworkTrainer.Settings
  private let network: SequenceNetwork
  private let clips: [FootageClip]

  /// - Parameters:
  ///   - kind: must be a network.
  ///   - parameters: the most parameters of the network, which is as wide as they allow.
  package init(
    _ kind: EncoderKind, clips: [FootageClip], projection: Projection, parameters: Int,
    settings: NetworkTrainer.Settings = NetworkTrainer.Settings()
  ) {
    self.kind = kind
    self.projection = projection
    self.settings = settings
    self.clips = clips.filter { $0.count > 0 }
    network = SequenceNetwork(kind, dimension: projection.outputDimension, parameters: parameters)
  }

  /// The rate with the least loss on a sixth of the sources; that of the settings if there is too
  /// little footage to tell.
  ///
  /// - Throws: ``TrainingError``, `CancellationError`
  package func chosenRate(seed: UInt64, cancellation: Cancellation? = nil) throws -> Double {
    let sources = Set(clips.map(\.source)).sorted { (stableHash($0), $0) < (stableHash($1), $1) }
    guard sources.count >= 3 else { return settings.rate }
    let held = Set(sources.prefix(max(1, sources.count / 6)))
    let judge = trainer(clips.filter { held.contains($0.source) }, rate: settings.rate)
    var best: (rate: Double, loss: Double)?
    for rate in settings.rates {
      var trainer = trainer(clips.filter { !held.contains($0.source) }, rate: rate)
      trainer.settings.steps = max(1, settings.steps / 3)
      let parameters: Parameters<Float>
      do { parameters = try self.parameters(trainer, seed: seed, cancellation) } catch TrainingError.gradients(.diverged) {
        continue  // diverged, as a high rate may
      }
      guard let loss = judge.loss(parameters, libraries: settings.rateLibraries) else { break }
      if loss < best?.loss ?? .infinity { best = (rate, loss) }
    }
    return best?.rate ?? settings.rate
  }

  /// - Throws: ``TrainingError``, `CancellationError`
  package func train(rate: Double, seed: UInt64, cancellation: Cancellation? = nil) throws -> OpponentModel {
    let parameters = try parameters(trainer(clips, rate: rate), seed: seed, cancellation)
    return OpponentModel(projection: projection, network: network, parameters: parameters)
  }

  private func trainer(_ clips: [FootageClip], rate: Double) -> NetworkTrainer {
    var settings = settings
    settings.rate = rate
    return NetworkTrainer(ClipTrials(ViewedFrames(clips)), projection: projection, network: network, settings: settings)
  }

  private func parameters(_ trainer: NetworkTrainer, seed: UInt64, _ cancellation: Cancellation?) throws -> Parameters<Float> {
    var state = trainer.initialState(seed: seed)
    do { try trainer.train(&state, cancellation: cancellation) } catch let error as GradientsError {
      throw TrainingError.gradients(error)
    }
    return state.bestParameters
  }
}
