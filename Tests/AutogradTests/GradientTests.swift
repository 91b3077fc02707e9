import KeepframeAutograd
import KeepframeNumerics
import Testing

@Suite struct `The gradients` {
  static let names = operations(Double.self).map(\.name)
  static let sizes = [(1, 1), (1, 5), (5, 1), (3, 4), (7, 9)]

  @Test(arguments: names)
  func `agree with finite differences`(name: String) throws {
    let operation = try #require(operations(Double.self).first { $0.name == name })
    for (rows, columns) in Self.sizes {
      let trial = Trial(operation, rows: rows, columns: columns)
      let (_, gradients) = trial.differentiate(operation)
      for input in trial.inputs.names {
        let scale = max(1, gradients[input].values.map(abs).max() ?? 0)
        for index in gradients[input].values.indices {
          let slope = trial.slope(operation, input, index)
          // Central differences of step 1e-5 err by about 1e-10 of the third derivative, and
          // rounding adds 1e-11.
          #expect(
            abs(gradients[input].values[index] - slope) < 1e-6 * scale,
            "[\(rows), \(columns)], \(input)[\(index)]: \(gradients[input].values[index]), difference \(slope)")
        }
      }
    }
  }

  @Test(arguments: names)
  func `of Float agree with those of Double`(name: String) throws {
    let double = try #require(operations(Double.self).first { $0.name == name })
    let float = try #require(operations(Float.self).first { $0.name == name })
    for (rows, columns) in Self.sizes {
      let trial = Trial(float, rows: rows, columns: columns)
      let (value, gradients) = trial.differentiate(float)
      let (exactValue, exactGradients) = Trial<Double>(trial).differentiate(double)
      // Float rounds by 6e-8; sums of up to a hundred terms and divisions by small numbers lose a
      // factor of a hundred.
      #expect(distance(value, exactValue) < 1e-5, "[\(rows), \(columns)]")
      #expect(gradients.names == exactGradients.names)
      for name in gradients.names {
        #expect(distance(gradients[name], exactGradients[name]) < 2e-5, "[\(rows), \(columns)], \(name)")
      }
    }
  }

  @Test func `reach every input of every operation`() {
    for operation in operations(Double.self) {
      let trial = Trial(operation, rows: 3, columns: 4)
      let gradients = trial.differentiate(operation).gradients
      for input in trial.inputs.names where !(operation.name.hasPrefix("rnn") || operation.name.hasPrefix("gru")) || input != "2"
      {
        #expect(gradients.contains(input), "\(operation.name), input \(input)")
      }
    }
  }
}

/// Inputs of an operation and weights of its result, which make a loss of it.
private struct Trial<Scalar: RealScalar> {
  var inputs = Parameters<Scalar>()
  let weights: Values<Scalar>

  init(_ operation: Operation<Scalar>, rows: Int, columns: Int) {
    var random = SeededGenerator(seed: UInt64(rows * 100 + columns))
    for (index, shape) in operation.shapes.enumerated() {
      var values = Values<Scalar>.gaussian(
        shape.rows.count(n: rows, d: columns), shape.columns.count(n: rows, d: columns), using: &random)
      if operation.isPositive { for index in values.values.indices { values.values[index] = abs(values.values[index]) + 0.5 } }
      inputs["\(index)"] = values
    }
    let tape = Tape(inputs, isRecording: false)
    let result = operation.apply(inputs.names.map { tape.parameter($0) })
    weights = .gaussian(result.rows, result.columns, using: &random)
  }

  init<Other: RealScalar>(_ other: Trial<Other>) {
    inputs = Parameters(rounding: other.inputs)
    weights = Values(rounding: other.weights)
  }

  func differentiate(_ operation: Operation<Scalar>) -> (value: Values<Scalar>, gradients: Parameters<Scalar>) {
    let tape = Tape(inputs)
    let result = operation.apply(inputs.names.map { tape.parameter($0) })
    return (result.value, tape.backward(from: (result * tape.constant(weights)).sum()))
  }

  func slope(_ operation: Operation<Scalar>, _ input: String, _ index: Int) -> Scalar {
    let step: Scalar = 1e-5
    func loss(_ offset: Scalar) -> Scalar {
      var moved = inputs
      moved[input].values[index] += offset
      let tape = Tape(moved, isRecording: false)
      let result = operation.apply(moved.names.map { tape.parameter($0) })
      return zip(result.value.values, weights.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return (loss(step) - loss(-step)) / (2 * step)
  }
}
