extension Variable {
  /// One step of an Elman network: `tanh(Wx x + bx + Wh h + bh)`, for a batch.
  ///
  /// - Parameters:
  ///   - hidden: `[B, H]`, where this is `[B, D]`.
  ///   - weights: of one gate.
  /// - Returns: the next hidden state, `[B, H]`.
  package func rnnCell(hidden: Variable, _ weights: RecurrentWeights<Scalar>) -> Variable {
    let (input, recurrent, isRecorded) = weights.affine(self, hidden, gateCount: 1)
    var sum = Values<Scalar>(rows: rows, columns: hidden.columns)
    input.add(to: &sum.values)
    recurrent.add(to: &sum.values)
    let next = Values(rows: sum.rows, columns: sum.columns) { rnnForward(sum.values, into: $0, count: sum.count) }
    return tape.record(next, if: isRecorded) { gradient, adjoints in
      let d = Values(rows: next.rows, columns: next.columns) {
        rnnBackward(next.values, dh: gradient.values, into: $0, count: next.count)
      }
      input.pullBack(d, &adjoints)
      recurrent.pullBack(d, &adjoints)
    }
  }

  /// One step of a gated recurrent unit, for a batch. See Cho et al. 2014, arXiv:1406.1078, in
  /// PyTorch's form:
  ///
  ///     r = sigmoid(Wr x + b + Ur h + c)            z = sigmoid(Wz x + b + Uz h + c)
  ///     n = tanh(Wn x + b + r (Un h + c))           next = (1 - z) n + z h
  ///
  /// - Parameters:
  ///   - hidden: `[B, H]`, where this is `[B, D]`.
  ///   - weights: of three gates.
  /// - Returns: the next hidden state, `[B, H]`.
  package func gruCell(hidden: Variable, _ weights: RecurrentWeights<Scalar>) -> Variable {
    let (input, recurrent, isRecorded) = weights.affine(self, hidden, gateCount: 3)
    let (rows, width) = (rows, hidden.columns)
    // `gates` becomes r, z and n. `memory` is U h + c; the backward pass needs the candidate's
    // part.
    var gates = Values<Scalar>(rows: rows, columns: 3 * width)
    var memory = Values<Scalar>(rows: rows, columns: 3 * width)
    input.add(to: &gates.values)
    recurrent.add(to: &memory.values)
    let h = hidden.value
    let next = Values(rows: rows, columns: width) {
      gruForward(gates: &gates.values, memory: memory.values, h: h.values, next: $0, rows: rows, width: width)
    }
    let place = hidden.place
    return tape.record(next, if: isRecorded) { [gates, memory] gradient, adjoints in
      var (dGates, dMemory) = (Values<Scalar>(rows: rows, columns: 3 * width), Values<Scalar>(rows: rows, columns: 3 * width))
      let dh = Values(rows: rows, columns: width) {
        gruBackward(
          gates: gates.values, memory: memory.values, h: h.values, dNext: gradient.values, dGates: &dGates.values,
          dMemory: &dMemory.values, dh: $0, rows: rows, width: width)
      }
      adjoints.add(dh, to: place)
      input.pullBack(dGates, &adjoints)
      recurrent.pullBack(dMemory, &adjoints)
    }
  }

  /// One step of a long short-term memory, for a batch. See Gers et al. 2000, without peepholes, in
  /// PyTorch's form:
  ///
  ///     i, f, o = sigmoid(W x + b + U h + c)        g = tanh(Wg x + b + Ug h + c)
  ///     next cell = f cell + i g                    next hidden = o tanh(next cell)
  ///
  /// - Parameters:
  ///   - hidden: `[B, H]`, where this is `[B, D]`.
  ///   - cell: `[B, H]`
  ///   - weights: of four gates.
  /// - Returns: both next states, `[B, H]`.
  package func lstmCell(
    hidden: Variable, cell: Variable, _ weights: RecurrentWeights<Scalar>
  ) -> (hidden: Variable, cell: Variable) {
    let (input, recurrent, isRecordedWithoutCell) = weights.affine(self, hidden, gateCount: 4)
    let isRecorded = isRecorded(with: cell) || isRecordedWithoutCell
    let (rows, width) = (rows, hidden.columns)
    cell.expectShape(rows, width, "a cell state like the hidden one")
    var gates = Values<Scalar>(rows: rows, columns: 4 * width)
    input.add(to: &gates.values)
    recurrent.add(to: &gates.values)
    let c = cell.value
    var squashed = Values<Scalar>(rows: rows, columns: width)
    var nextHidden = Values<Scalar>(rows: rows, columns: width)
    let nextCell = Values(rows: rows, columns: width) {
      lstmForward(
        gates: &gates.values, cell: c.values, nextCell: $0, squashed: &squashed.values, nextHidden: &nextHidden.values,
        rows: rows, width: width)
    }
    guard isRecorded else { return (tape.constant(nextHidden), tape.constant(nextCell)) }

    // The hidden state's node comes later on the tape, so the backward pass runs it first. It
    // leaves the output gate's gradient to the cell's node, which handles all four gates in one
    // product.
    let outputGate = OutputGateGradient<Scalar>()
    let place = cell.place
    let cellVariable = tape.record(nextCell, if: true) { [gates] gradient, adjoints in
      var dGates = Values<Scalar>(rows: rows, columns: 4 * width)
      let dc = Values(rows: rows, columns: width) {
        lstmBackward(
          gates: gates.values, cell: c.values, dNext: gradient.values, dOutput: outputGate.take(rows, width).values,
          dGates: &dGates.values, dCell: $0, rows: rows, width: width)
      }
      adjoints.add(dc, to: place)
      input.pullBack(dGates, &adjoints)
      recurrent.pullBack(dGates, &adjoints)
    }
    let cellPlace = cellVariable.place
    let hiddenVariable = tape.record(nextHidden, if: true) { [gates, squashed] gradient, adjoints in
      var dOutput = Values<Scalar>(rows: rows, columns: width)
      let dc = Values(rows: rows, columns: width) {
        lstmHiddenBackward(
          gates: gates.values, squashed: squashed.values, dHidden: gradient.values, dOutput: &dOutput.values, dCell: $0,
          rows: rows, width: width)
      }
      outputGate.value = dOutput
      adjoints.add(dc, to: cellPlace)
    }
    return (hiddenVariable, cellVariable)
  }
}

/// Carries the gradient with respect to the output gate, before its sigmoid, from the hidden
/// state's node to the cell's.
private final class OutputGateGradient<Scalar: RealScalar> {
  var value: Values<Scalar>?

  /// Zeros if nothing depended on the hidden state.
  func take(_ rows: Int, _ columns: Int) -> Values<Scalar> { value ?? Values(rows: rows, columns: columns) }
}
