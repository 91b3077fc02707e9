import KeepframeAutograd
import KeepframeNumerics
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A training` {
  let toy = Toy<Float>()
  let loop = TrainingLoop(steps: 60, schedule: Schedule(peak: 0.02, warmUpSteps: 5, totalSteps: 60), stepsPerCheck: 10)

  @Test func `learns`() throws {
    var state = toy.state
    var progress: [TrainingLoop.Progress] = []
    let end = try loop.run(&state, loss: Toy.loss, score: toy.score, progress: { progress.append($0) })
    #expect(end == .completed && state.step == 60)
    #expect(toy.score(state.bestParameters) > toy.score(toy.start) / 2, "the loss halves")
    #expect(progress.map(\.step) == Array(1...60) && progress.allSatisfy { $0.of == 60 && $0.loss > 0 && $0.gradientNorm > 0 })
    #expect(progress.filter { $0.heldOut != nil }.map(\.step) == [10, 20, 30, 40, 50, 60])
    #expect(progress.last?.eta == .zero && progress[0].eta > .zero)
    #expect(state.best?.score == progress.compactMap(\.heldOut).max())
  }

  @Test func `draws anew in each step`() throws {
    var state = toy.state
    var draws: [Double] = []
    _ = try loop.run(
      &state,
      loss: { step, tape, random in
        draws.append(random.uniform(in: 0.0...1.0))
        return Toy.loss(step, tape, &random)
      })
    #expect(Set(draws).count == 60)
  }

  @Test func `gives the same bytes twice`() throws {
    func run() throws -> TrainingState<Float> {
      var state = toy.state
      _ = try loop.run(&state, loss: Toy.loss, score: toy.score)
      return state
    }
    let (a, b) = (try run(), try run())
    #expect(a.parameters == b.parameters && a.best == b.best && a.random == b.random)
  }

  @Test func `interrupted anywhere and resumed gives the same bytes`() throws {
    let folder = try scratchFolder("resume")
    var undisturbed = toy.state
    _ = try loop.run(&undisturbed, loss: Toy.loss, score: toy.score)
    for interruption in [1, 7, 10, 33] {
      var loop = loop
      loop.checkpoint = .init(path: folder.appending("\(interruption)"), stepsPerSave: 4)
      var first = toy.state
      let cancellation = Cancellation()
      #expect(throws: CancellationError.self) {
        try loop.run(
          &first, loss: Toy.loss, score: toy.score, progress: { if $0.step == interruption { cancellation.cancel() } },
          cancellation: cancellation)
      }
      #expect(first.step == interruption)
      var second = toy.state
      try second.restoreCheckpoint(from: folder.appending("\(interruption)"))
      #expect(second.step == interruption)
      #expect(try loop.run(&second, loss: Toy.loss, score: toy.score) == .completed)
      #expect(second.parameters == undisturbed.parameters && second.best == undisturbed.best, "after \(interruption)")
    }
  }

  @Test func `saves every so many steps, so that a kill costs no more`() throws {
    let path = try scratchFolder("kill").appending("c")
    var loop = loop
    loop.checkpoint = .init(path: path, stepsPerSave: 8)
    var seen: [Int] = []
    var state = toy.state
    _ = try loop.run(
      &state, loss: Toy.loss,
      progress: { progress in
        guard progress.step == 30 else { return }
        var saved = toy.state
        try? saved.restoreCheckpoint(from: path)
        seen.append(saved.step)
      })
    #expect(seen == [24])
  }

  @Test func `keeps the best and stops when it gets no better`() throws {
    // A score that rises for three checks and then falls, whatever is learned.
    var loop = loop
    loop.patience = 2
    let scores = [0.1, 0.2, 0.4, 0.3, 0.35, 0.9]
    var checks = 0
    var seen: [Parameters<Float>] = []
    var state = toy.state
    let end = try loop.run(
      &state, loss: Toy.loss,
      score: {
        seen.append($0)
        checks += 1
        return scores[checks - 1]
      })
    #expect(end == .stoppedEarly && checks == 5 && state.step == 40)
    #expect(state.best?.score == 0.4 && state.best?.step == 20)
    #expect(state.bestParameters == seen[2] && state.parameters != seen[2])
  }

  @Test func `keeps its start if that is never bettered`() throws {
    var state = toy.state
    _ = try loop.run(&state, loss: Toy.loss, score: { $0 == toy.start ? 1 : 0 })
    #expect(state.bestParameters == toy.start && state.best?.step == 0)
  }

  @Test func `stops at a loss that is not finite, with the state before it`() throws {
    let path = try scratchFolder("diverged").appending("c")
    var loop = loop
    loop.checkpoint = .init(path: path)
    var good: TrainingState<Float> = toy.state
    var short = loop
    short.steps = 20
    short.checkpoint = nil
    _ = try short.run(&good, loss: Toy.loss, score: toy.score)
    var state = toy.state
    let error = #expect(throws: GradientsError.diverged(step: 20, what: "the loss")) {
      try loop.run(
        &state,
        loss: { step, tape, random in
          let loss = Toy.loss(step, tape, &random)
          return step == 20 ? loss.scale(by: .infinity) : loss
        }, score: toy.score)
    }
    #expect(
      error.map { "\($0)" } == "training, step 20: expected finite numbers, got NaN or infinity in the loss; "
        + "lower the learning rate or clip gradients; the state before this step was kept")
    #expect(state.parameters == good.parameters && state.random == good.random && state.step == 20)
    var saved = toy.state
    try saved.restoreCheckpoint(from: path)
    #expect(saved.parameters == good.parameters && saved.best == good.best && saved.best != nil)
  }

  @Test(arguments: [nil, 1.0]) func `stops at a gradient that is not finite, and names it`(clippingNorm: Double?) throws {
    var loop = loop
    loop.clippingNorm = clippingNorm
    var state = toy.state
    #expect(throws: GradientsError.diverged(step: 3, what: "the gradient of w2")) {
      try loop.run(
        &state,
        loss: { step, tape, random in
          let loss = Toy.loss(step, tape, &random)
          // The slope of the logarithm is infinite at 0, its product with 0 is NaN; the loss itself
          // is finite.
          guard step == 3 else { return loss }
          let zero = tape.parameter("w2").sum().scale(by: 0)
          return loss + zero.offset(by: .leastNonzeroMagnitude).log()
        })
    }
    #expect(state.step == 3 && state.parameters["w2"].values.allSatisfy(\.isFinite))
  }

  @Test func `stops at a held-out score that is not finite, with the state before it`() throws {
    var state = toy.state
    #expect(throws: GradientsError.diverged(step: 9, what: "the held-out score")) {
      try loop.run(&state, loss: Toy.loss, score: { $0 == toy.start ? 0 : .nan })
    }
    #expect(state.step == 9)
    var nine = toy.state
    var short = loop
    short.steps = 9
    _ = try short.run(&nine, loss: Toy.loss)
    #expect(state.parameters == nine.parameters)
  }

  @Test func `reports that a checkpoint cannot be written`() throws {
    var loop = loop
    let path = FilePath("/nowhere/at/all/c")
    loop.checkpoint = .init(path: path, stepsPerSave: 2)
    var state = toy.state
    #expect(throws: GradientsError.file(.system(operation: .write, path: path, .noSuchFileOrDirectory))) {
      try loop.run(&state, loss: Toy.loss)
    }
  }
}
