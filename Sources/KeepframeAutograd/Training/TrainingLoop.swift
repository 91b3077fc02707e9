package import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Makes the steps of a training: loss, gradients, clipping, update. At intervals it scores the
/// parameters on held-out data.
///
/// It uses one thread, and no result depends on a clock. Equal states, data and settings give equal
/// results, bit for bit, even if a training was interrupted and resumed from a checkpoint.
package struct TrainingLoop: Sendable {
  /// Total number of steps, including those that the state has made already.
  package var steps: Int
  package var schedule: Schedule
  /// Limit of the gradients' global norm; nil for none.
  package var clippingNorm: Double?
  /// Steps between checks of the held-out score.
  package var stepsPerCheck: Int
  /// Number of checks in a row without improvement after which to stop; nil never stops early.
  package var patience: Int?
  package var checkpoint: Checkpoint?

  /// Where to save the state: every so many steps, and when the loop ends, however it ends.
  package struct Checkpoint: Sendable {
    package var path: FilePath
    package var stepsPerSave: Int
    /// See ``TrainingState/saveCheckpoint(to:settings:)``.
    package var settings: [String: String]

    package init(path: FilePath, stepsPerSave: Int = 1_000, settings: [String: String] = [:]) {
      self.path = path
      self.stepsPerSave = stepsPerSave
      self.settings = settings
    }
  }

  /// Why a loop ended without an error.
  package enum End: Hashable, Sendable {
    /// All steps were made.
    case completed
    /// The held-out score did not improve for ``patience`` checks in a row.
    case stoppedEarly
  }

  /// What a loop reports after each step.
  package struct Progress: Hashable, Sendable {
    /// Steps made, and steps in all.
    package let step: Int
    package let of: Int
    /// The loss of this step, before its update.
    package let loss: Double
    package let gradientNorm: Double
    /// The held-out score, if this step was followed by a check.
    package let heldOut: Double?
    /// Estimated time until all steps are made, from the pace of this run.
    package let eta: Duration
  }

  package init(
    steps: Int, schedule: Schedule, clippingNorm: Double? = 1, stepsPerCheck: Int = 100, patience: Int? = nil,
    checkpoint: Checkpoint? = nil
  ) {
    precondition(stepsPerCheck > 0, "expected 1 step or more between checks, got \(stepsPerCheck)")
    self.steps = steps
    self.schedule = schedule
    self.clippingNorm = clippingNorm
    self.stepsPerCheck = stepsPerCheck
    self.patience = patience
    self.checkpoint = checkpoint
  }

  /// Continues training from `state`, and leaves the latest state there. The parameters to use are
  /// its ``TrainingState/bestParameters``.
  ///
  /// - Parameters:
  ///   - loss: builds the loss `[1, 1]` of step `step`, from 0, on a tape of the parameters. All
  ///     its random numbers must come from `random`.
  ///   - score: scores parameters on held-out data, the higher the better. Also called before the
  ///     first step, so that a start that is never improved on is kept.
  ///   - progress: called after each step.
  ///   - cancellation: looked at before each step.
  /// - Throws: ``GradientsError/diverged(step:what:)`` at a loss, gradient or score that is not
  ///   finite: `state` is then the one before that step. ``GradientsError`` if a checkpoint cannot
  ///   be written. `CancellationError`: `state` is then that of the last step made, and saved.
  package func run<Scalar: RealScalar>(
    _ state: inout TrainingState<Scalar>,
    loss: (_ step: Int, _ tape: Tape<Scalar>, _ random: inout SeededGenerator) -> Variable<Scalar>,
    score: ((Parameters<Scalar>) -> Double)? = nil,
    progress: (Progress) -> Void = { _ in },
    cancellation: Cancellation? = nil
  ) throws -> End {
    do {
      let end = try makeSteps(&state, loss, score, progress, cancellation)
      try save(state)
      return end
    } catch {
      switch error {
      case GradientsError.diverged, is CancellationError: try save(state)
      default: break
      }
      throw error
    }
  }

  private func makeSteps<Scalar: RealScalar>(
    _ state: inout TrainingState<Scalar>, _ loss: (Int, Tape<Scalar>, inout SeededGenerator) -> Variable<Scalar>,
    _ score: ((Parameters<Scalar>) -> Double)?, _ progress: (Progress) -> Void, _ cancellation: Cancellation?
  ) throws -> End {
    let clock = ContinuousClock()
    let (start, firstStep) = (clock.now, state.step)
    if let score, state.best == nil { try check(&state, score) }
    while state.step < steps {
      if let patience, state.checksWithoutImprovement >= patience { return .stoppedEarly }
      try cancellation?.check()
      let isChecked = score != nil && ((state.step + 1).isMultiple(of: stepsPerCheck) || state.step + 1 == steps)
      let before = isChecked ? state : nil  // costs a copy of the weights
      let (loss, norm) = try makeStep(&state, loss)
      var heldOut: Double?
      if let before, let score {
        do throws(GradientsError) { heldOut = try check(&state, score) } catch {
          state = before
          throw error
        }
      }
      let each = (clock.now - start) / (state.step - firstStep)
      progress(
        Progress(
          step: state.step, of: steps, loss: Double(loss), gradientNorm: norm, heldOut: heldOut,
          eta: each * (steps - state.step)))
      if let checkpoint, state.step.isMultiple(of: checkpoint.stepsPerSave) { try save(state) }
    }
    return .completed
  }

  /// Changes `state` only if loss and gradients are finite.
  private func makeStep<Scalar: RealScalar>(
    _ state: inout TrainingState<Scalar>, _ loss: (Int, Tape<Scalar>, inout SeededGenerator) -> Variable<Scalar>
  ) throws(GradientsError) -> (loss: Scalar, norm: Double) {
    var random = state.random
    var (loss, gradients) = differentiate(state, &random, loss)
    guard loss.isFinite else { throw .diverged(step: state.step, what: "the loss") }
    let norm = clippingNorm.map { gradients.clip(toNorm: $0) } ?? gradients.globalNorm
    guard norm.isFinite else {
      let name = gradients.names.first { !gradients[$0].values.allSatisfy(\.isFinite) } ?? "all parameters"
      throw .diverged(step: state.step, what: "the gradient of \(name)")
    }
    state.optimizer.update(&state.parameters, by: gradients, rate: schedule.rate(at: state.step))
    state.random = random
    state.step += 1
    return (loss, norm)
  }

  /// A function of its own, so that the tape releases the parameters before they are updated.
  /// Otherwise the update would copy them.
  private func differentiate<Scalar: RealScalar>(
    _ state: TrainingState<Scalar>, _ random: inout SeededGenerator,
    _ loss: (Int, Tape<Scalar>, inout SeededGenerator) -> Variable<Scalar>
  ) -> (loss: Scalar, gradients: Parameters<Scalar>) {
    let tape = Tape(state.parameters)
    let result = loss(state.step, tape, &random)
    return (result.scalar, tape.backward(from: result))
  }

  @discardableResult
  private func check<Scalar: RealScalar>(
    _ state: inout TrainingState<Scalar>, _ score: (Parameters<Scalar>) -> Double
  ) throws(GradientsError) -> Double {
    let score = score(state.parameters)
    guard score.isFinite else { throw .diverged(step: max(state.step - 1, 0), what: "the held-out score") }
    if let best = state.best, score <= best.score {
      state.checksWithoutImprovement += 1
    } else {
      state.best = .init(parameters: state.parameters, score: score, step: state.step)
      state.checksWithoutImprovement = 0
    }
    return score
  }

  private func save<Scalar: RealScalar>(_ state: TrainingState<Scalar>) throws(GradientsError) {
    if let checkpoint { try state.saveCheckpoint(to: checkpoint.path, settings: checkpoint.settings) }
  }
}
