package import KeepframeNumerics

/// The weights of a recurrent cell on a tape, as PyTorch's `LSTMCell`, `GRUCell` and `RNNCell` hold
/// them: G gates one below the other, D inputs, H hidden.
///
/// Order of gates: LSTM input, forget, candidate, output; GRU reset, update, candidate; RNN has
/// one.
package struct RecurrentWeights<Scalar: RealScalar> {
  /// `[G · H, D]`
  package var input: Variable<Scalar>
  /// `[G · H, H]`
  package var hidden: Variable<Scalar>
  /// `[1, G · H]`
  package var inputBias: Variable<Scalar>
  /// `[1, G · H]`. It differs from ``inputBias`` only in the GRU's candidate. Elsewhere one of the
  /// two would do; both are kept so that weights can be exchanged with PyTorch.
  package var hiddenBias: Variable<Scalar>

  package init(
    input: Variable<Scalar>, hidden: Variable<Scalar>, inputBias: Variable<Scalar>, hiddenBias: Variable<Scalar>
  ) {
    self.input = input
    self.hidden = hidden
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }

  /// `input xᵀ + inputBias` and `hidden hᵀ + hiddenBias`, checked against the shapes of `x` and
  /// `h`.
  func affine(
    _ x: Variable<Scalar>, _ h: Variable<Scalar>, gateCount: Int
  ) -> (input: Affine<Scalar>, hidden: Affine<Scalar>, isRecorded: Bool) {
    h.expectShape(x.rows, nil, "a hidden state for each row")
    let width = gateCount * h.columns
    input.expectShape(width, x.columns, "\(gateCount) gates' weights of the input")
    hidden.expectShape(width, h.columns, "\(gateCount) gates' weights of the hidden state")
    inputBias.expectShape(1, width, "\(gateCount) gates' biases")
    hiddenBias.expectShape(1, width, "\(gateCount) gates' biases")
    return (
      Affine(x, input, inputBias), Affine(h, hidden, hiddenBias),
      x.isRecorded(with: h, input, hidden, inputBias, hiddenBias)
    )
  }
}

/// `x weightsᵀ + bias`, and its backward pass.
struct Affine<Scalar: RealScalar> {
  let x: Values<Scalar>
  let weights: Values<Scalar>
  let bias: Values<Scalar>
  private let places: (x: Variable<Scalar>.Place, weights: Variable<Scalar>.Place, bias: Variable<Scalar>.Place)

  init(_ x: Variable<Scalar>, _ weights: Variable<Scalar>, _ bias: Variable<Scalar>) {
    (self.x, self.weights, self.bias) = (x.value, weights.value, bias.value)
    places = (x.place, weights.place, bias.place)
  }

  func add(to result: UnsafeMutablePointer<Scalar>) {
    accumulate(row: bias.values, intoRowsOf: result, rows: x.rows, columns: weights.rows)
    product(x, weights, transposeB: true, beta: 1, into: result)
  }

  func pullBack(_ gradient: Values<Scalar>, _ adjoints: inout Adjoints<Scalar>) {
    adjoints.update(places.x) { product(gradient, weights, beta: $1, into: $0) }
    adjoints.update(places.weights) { product(gradient, transposeA: true, x, beta: $1, into: $0) }
    adjoints.update(places.bias) {
      accumulate(columnSumsOf: gradient.values, into: $0, rows: gradient.rows, columns: gradient.columns)
    }
  }
}

extension Tape {
  /// The parameters `NAME.weight_ih`, `.weight_hh`, `.bias_ih` and `.bias_hh`: PyTorch's own names.
  package func recurrentWeights(_ name: String) -> RecurrentWeights<Scalar> {
    RecurrentWeights(
      input: parameter("\(name).weight_ih"), hidden: parameter("\(name).weight_hh"), inputBias: parameter("\(name).bias_ih"),
      hiddenBias: parameter("\(name).bias_hh"))
  }
}

extension Parameters {
  /// Adds weights that ``Tape/recurrentWeights(_:)`` will find.
  ///
  /// Weights of the input are Glorot's, those of the hidden state orthogonal for each gate, biases
  /// zero.
  ///
  /// - Parameters:
  ///   - gateCount: 4 LSTM, 3 GRU, 1 RNN.
  ///   - forgetBias: of an LSTM's forget gate; at 1 the cell remembers from the start of training.
  ///     See Jozefowicz et al. 2015.
  package mutating func addRecurrentWeights(
    _ name: String, gateCount: Int, inputWidth: Int, hiddenWidth: Int, forgetBias: Scalar = 1, using random: inout SeededGenerator
  ) {
    let gates = 0..<gateCount
    func stack(_ make: () -> Values<Scalar>, width: Int) -> Values<Scalar> {
      Values(rows: gateCount * hiddenWidth, columns: width, values: gates.flatMap { _ in make().values })
    }
    self["\(name).weight_ih"] = stack({ .glorot(hiddenWidth, inputWidth, using: &random) }, width: inputWidth)
    self["\(name).weight_hh"] = stack({ .orthogonal(hiddenWidth, hiddenWidth, using: &random) }, width: hiddenWidth)
    self["\(name).bias_ih"] = .zeros(1, gateCount * hiddenWidth)
    self["\(name).bias_hh"] = .zeros(1, gateCount * hiddenWidth)
    guard gateCount == 4 else { return }
    for unit in hiddenWidth..<2 * hiddenWidth { self["\(name).bias_ih"].values[unit] = forgetBias }
  }
}
