import KeepframeAutograd
import KeepframeNumerics
import Testing

@Suite struct `A tape` {
  @Test func `gives the gradient of a product by both factors`() {
    var parameters = Parameters<Double>()
    parameters["a"] = Values(rows: 1, columns: 2, values: [2, 3])
    parameters["b"] = Values(rows: 2, columns: 1, values: [5, 7])
    let tape = Tape(parameters)
    let product = tape.parameter("a").matmul(tape.parameter("b"))
    #expect(product.scalar == 31)
    let gradients = tape.backward(from: product)
    #expect(gradients["a"].values == [5, 7])
    #expect(gradients["b"].values == [2, 3])
  }

  @Test func `counts every use of a parameter`() {
    var parameters = Parameters<Double>()
    parameters["a"] = Values(3)
    let tape = Tape(parameters)
    let (a, again) = (tape.parameter("a"), tape.parameter("a"))
    let gradients = tape.backward(from: a * again + a.scale(by: 4) - again)
    #expect(gradients["a"].values == [2 * 3 + 4 - 1])
  }

  @Test func `gives no gradient of what had no part, in the order of the parameters`() {
    var parameters = Parameters<Double>()
    for name in ["z", "unused", "a"] { parameters[name] = Values(1) }
    let tape = Tape(parameters)
    _ = tape.parameter("unused").exp()
    let loss = tape.parameter("a") + tape.parameter("z") * tape.constant(Values(2))
    #expect(tape.backward(from: loss).names == ["z", "a"])
  }

  @Test func `stops gradients where a variable was detached`() {
    var parameters = Parameters<Double>()
    parameters["a"] = Values(3)
    let tape = Tape(parameters)
    let a = tape.parameter("a")
    #expect(tape.backward(from: a.detached() * a)["a"].values == [3])
    #expect(Tape(parameters).parameter("a").detached().hasGradient == false)
  }

  @Test func `that does not record gives the same values`() {
    var parameters = Parameters<Float>()
    var random = SeededGenerator(seed: 1)
    parameters["w"] = .glorot(4, 3, using: &random)
    let x = Values<Float>.gaussian(2, 4, using: &random)
    func result(isRecording: Bool) -> Variable<Float> {
      let tape = Tape(parameters, isRecording: isRecording)
      return tape.constant(x).matmul(tape.parameter("w")).tanh()
    }
    #expect(result(isRecording: true).value == result(isRecording: false).value)
    #expect(result(isRecording: true).hasGradient && !result(isRecording: false).hasGradient)
  }

  @Test func `that was walked back is used up`() async {
    await #expect(processExitsWith: .failure) {
      var parameters = Parameters<Float>()
      parameters["a"] = Values(3)
      let tape = Tape(parameters)
      let loss = tape.parameter("a").exp()
      _ = tape.backward(from: loss)
      _ = tape.parameter("a").exp()
    }
  }

  @Test func `takes no variables of another tape, and no wrong shapes`() async {
    await #expect(processExitsWith: .failure) {
      _ = Tape<Float>().constant(.zeros(2, 3)) + Tape<Float>().constant(.zeros(2, 3))
    }
    await #expect(processExitsWith: .failure) {
      let tape = Tape<Float>()
      _ = tape.constant(.zeros(2, 3)).matmul(tape.constant(.zeros(2, 3)))
    }
  }

  @Test func `is freed even if it was never walked back`() {
    weak var tape: Tape<Float>?
    do {
      var parameters = Parameters<Float>()
      parameters["a"] = Values(3)
      let recorded = Tape(parameters)
      tape = recorded
      _ = (recorded.parameter("a") * recorded.parameter("a")).exp()
    }
    #expect(tape == nil)
  }
}
