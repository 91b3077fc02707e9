import KeepframeAutograd
import KeepframeNumerics
import KeepframeTestSupport
import SystemPackage
import Testing

@Suite struct `A checkpoint` {
  let loop = TrainingLoop(steps: 20, schedule: Schedule(peak: 0.01, totalSteps: 40), stepsPerCheck: 5)

  private func trained<Scalar: RealScalar>(_ toy: Toy<Scalar>) throws -> TrainingState<Scalar> {
    var state = toy.state
    _ = try loop.run(&state, loss: Toy.loss, score: toy.score)
    return state
  }

  private func comesBack<Scalar: RealScalar>(_ toy: Toy<Scalar>, _ name: String) throws {
    let state = try trained(toy)
    let path = try scratchFolder("checkpoint").appending(name)
    try state.saveCheckpoint(to: path, settings: ["width": "8"])
    var restored = toy.state
    try restored.restoreCheckpoint(from: path, settings: ["width": "8"])
    #expect(restored.parameters == state.parameters && restored.best == state.best && restored.best != nil)
    #expect(restored.optimizer.moments.first == state.optimizer.moments.first)
    #expect(restored.optimizer.moments.second == state.optimizer.moments.second)
    #expect(restored.optimizer.updateCount == 20 && restored.step == 20 && restored.random == state.random)
    #expect(restored.checksWithoutImprovement == state.checksWithoutImprovement)
    let again = path.removingLastComponent().appending("again")
    try restored.saveCheckpoint(to: again, settings: ["width": "8"])
    #expect(try bytes(of: path) == bytes(of: again))
  }

  @Test func `comes back bit for bit, in Float and in Double`() throws {
    try comesBack(Toy<Float>(), "float")
    try comesBack(Toy<Double>(), "double")
  }

  @Test func `of a state before its first step comes back`() throws {
    let path = try scratchFolder("checkpoint").appending("fresh")
    var state = Toy<Float>().state
    try state.saveCheckpoint(to: path)
    try state.restoreCheckpoint(from: path)
    #expect(state.step == 0 && state.best == nil && state.optimizer.moments.first.isEmpty)
  }

  @Test func `of another model, precision or settings is refused, and changes nothing`() throws {
    let folder = try scratchFolder("checkpoint")
    let path = folder.appending("c")
    try trained(Toy<Float>()).saveCheckpoint(to: path, settings: ["seed": "1"])
    func refusal(_ settings: [String: String] = ["seed": "1"], _ change: (inout Parameters<Float>) -> Void = { _ in }) -> String {
      var parameters = Toy<Float>().start
      change(&parameters)
      var state = TrainingState(parameters, random: SeededGenerator(seed: 1))
      do throws(GradientsError) {
        try state.restoreCheckpoint(from: path, settings: settings)
        return "accepted"
      } catch {
        #expect(state.parameters == parameters && state.step == 0)
        return "\(error)"
      }
    }
    #expect(refusal() == "accepted")
    #expect(
      refusal { $0["w1"] = .zeros(6, 9) }
        == "\(path): expected parameters/w1 [6, 9], got [6, 8]; resume with the model it was made with, or start afresh")
    #expect(
      refusal { $0["w3"] = .zeros(1, 1) }
        == "\(path): expected parameters/w3 [1, 1], got no such tensor; resume with the model it was made with, or start afresh"
    )
    #expect(
      refusal(["seed": "2"])
        == "\(path): expected seed `2`, got `1`; resume with the settings it was made with, or start afresh")
    #expect(
      refusal([:])
        == "\(path): expected seed `none`, got `1`; resume with the settings it was made with, or start afresh")
    #expect(
      refusal(["seed": "1", "width": "8"])
        == "\(path): expected width `8`, got none; resume with the settings it was made with, or start afresh")
    var fewer = Parameters<Float>()
    for name in ["w1", "b1", "w2"] { fewer[name] = Toy<Float>().start[name] }
    #expect(
      refusal { $0 = fewer }
        == "\(path): expected the tensors of one model, got `parameters/b2` too; "
        + "resume with the model it was made with, or start afresh")
    var double = Toy<Double>().state
    #expect(throws: GradientsError.wrongPrecision(path: path, tensor: "parameters/w1", expected: "Double")) {
      try double.restoreCheckpoint(from: path, settings: ["seed": "1"])
    }
  }

  @Test func `that is none is refused`() throws {
    let folder = try scratchFolder("checkpoint")
    let path = folder.appending("c")
    var state = Toy<Float>().state
    #expect(throws: GradientsError.file(.system(operation: .open, path: path, .noSuchFileOrDirectory))) {
      try state.restoreCheckpoint(from: path)
    }
    try SafetensorsFile(tensors: [], metadata: ["format": "keepframe-checkpoint-2"]).write(to: path)
    let error = #expect(throws: GradientsError.self) { try state.restoreCheckpoint(from: path) }
    #expect(
      error.map { "\($0)" } == "\(path): expected metadata `format` = `keepframe-checkpoint-1`, got `keepframe-checkpoint-2`; "
        + "pass a checkpoint of this version, or start afresh")
    try SafetensorsFile(tensors: [], metadata: ["format": "keepframe-checkpoint-1", "step": "x"]).write(to: path)
    #expect(throws: GradientsError.wrongFormat(path: path, expected: "a number as metadata `step`", got: "x")) {
      try state.restoreCheckpoint(from: path)
    }
  }
}
