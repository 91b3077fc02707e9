// Prints the times of a training step and an LSTM step, `NAME MILLISECONDS` a line, for
// Benchmarks/gradients.
import KeepframeAutograd
import KeepframeNumerics

/// A training step of a network 256-512-512-256, batch 64.
func timeTrainingStep(silu: Bool) {
  let sizes = [256, 512, 512, 256]
  var random = SeededGenerator(seed: 1)
  var parameters = Parameters<Float>()
  for layer in 0..<3 {
    parameters["w\(layer)"] = .glorot(sizes[layer], sizes[layer + 1], using: &random)
    parameters["b\(layer)"] = .zeros(1, sizes[layer + 1])
  }
  let x = Values<Float>.gaussian(64, 256, using: &random)
  let y = Values<Float>.gaussian(64, 256, using: &random)
  func gradients() -> Parameters<Float> {
    let tape = Tape(parameters)
    var h = tape.constant(x)
    for layer in 0..<3 {
      h = h.matmul(tape.parameter("w\(layer)")).addRow(tape.parameter("b\(layer)"))
      if layer < 2 { h = silu ? h.silu() : h.relu() }
    }
    return tape.backward(from: h.meanSquaredError(y))
  }
  var optimizer = AdamW<Float>()
  report("step_\(silu ? "silu" : "relu")", repetitions: 300) {
    var gradients = gradients()
    gradients.clip(toNorm: 1)
    optimizer.update(&parameters, by: gradients, rate: 1e-3)
  }
}

/// An LSTM step without recording, batch 1, 256 in, 160 hidden.
func timeLSTMStep() {
  var random = SeededGenerator(seed: 2)
  var parameters = Parameters<Float>()
  parameters.addRecurrentWeights("lstm", gateCount: 4, inputWidth: 256, hiddenWidth: 160, using: &random)
  let tape = Tape(parameters, isRecording: false)
  let (x, weights) = (tape.constant(.gaussian(1, 256, using: &random)), tape.recurrentWeights("lstm"))
  var state = (hidden: tape.constant(.zeros(1, 160)), cell: tape.constant(.zeros(1, 160)))
  report("lstm", repetitions: 3_000) { state = x.lstmCell(hidden: state.hidden, cell: state.cell, weights) }
  // The two products in it.
  report("lstm_products", repetitions: 3_000) {
    _ = x.matmul(weights.input, transposeB: true)
    _ = state.hidden.matmul(weights.hidden, transposeB: true)
  }
}

/// The fastest tenth's slowest, in milliseconds: what the machine can do while others use it too.
func report(_ name: String, repetitions: Int, _ body: () -> Void) {
  let clock = ContinuousClock()
  let times = (0..<repetitions).map { _ in clock.measure(body) }.sorted()
  print(name, times[repetitions / 10] / .milliseconds(1))
}

try prepareMatmul()
timeTrainingStep(silu: false)
timeTrainingStep(silu: true)
timeLSTMStep()
