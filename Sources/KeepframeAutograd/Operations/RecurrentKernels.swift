// The elementwise parts of recurrent cells. Gates lie side by side in a row, `width` numbers each.
// A gate's gradient is with respect to its value before the sigmoid or tanh.

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func rnnForward<Scalar: RealScalar>(_ sum: UnsafePointer<Scalar>, into h: UnsafeMutablePointer<Scalar>, count: Int) {
  for index in 0..<count { h[index] = Scalar.tanh(sum[index]) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func rnnBackward<Scalar: RealScalar>(
  _ h: UnsafePointer<Scalar>, dh: UnsafePointer<Scalar>, into d: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { d[index] = dh[index] * (1 - h[index] * h[index]) }
}

/// Turns `gates` from `W x + b` into r, z and n.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func gruForward<Scalar: RealScalar>(
  gates: UnsafeMutablePointer<Scalar>, memory: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>,
  next: UnsafeMutablePointer<Scalar>, rows: Int, width: Int
) {
  for row in 0..<rows {
    let (gates, memory) = (gates + row * 3 * width, memory + row * 3 * width)
    let (h, next) = (h + row * width, next + row * width)
    for index in 0..<2 * width { gates[index] = sigmoid(gates[index] + memory[index]) }
    for index in 0..<width {
      let candidate = index + 2 * width
      gates[candidate] = Scalar.tanh(gates[candidate] + gates[index] * memory[candidate])
      next[index] = gates[candidate] + gates[index + width] * (h[index] - gates[candidate])
    }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func gruBackward<Scalar: RealScalar>(
  gates: UnsafePointer<Scalar>, memory: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>, dNext: UnsafePointer<Scalar>,
  dGates: UnsafeMutablePointer<Scalar>, dMemory: UnsafeMutablePointer<Scalar>, dh: UnsafeMutablePointer<Scalar>, rows: Int,
  width: Int
) {
  for row in 0..<rows {
    let (gates, memory) = (gates + row * 3 * width, memory + row * 3 * width)
    let (dGates, dMemory) = (dGates + row * 3 * width, dMemory + row * 3 * width)
    let (h, dNext, dh) = (h + row * width, dNext + row * width, dh + row * width)
    for index in 0..<width {
      let (update, candidate) = (index + width, index + 2 * width)
      let (r, z, n) = (gates[index], gates[update], gates[candidate])
      let dn = dNext[index] * (1 - z) * (1 - n * n)
      let dr = dn * memory[candidate] * r * (1 - r)
      let dz = dNext[index] * (h[index] - n) * z * (1 - z)
      (dGates[index], dGates[update], dGates[candidate]) = (dr, dz, dn)
      (dMemory[index], dMemory[update], dMemory[candidate]) = (dr, dz, dn * r)
      dh[index] = dNext[index] * z
    }
  }
}

/// Turns `gates` from `W x + b + U h + c` into i, f, g and o; `squashed` is `tanh(nextCell)`.
@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func lstmForward<Scalar: RealScalar>(
  gates: UnsafeMutablePointer<Scalar>, cell: UnsafePointer<Scalar>, nextCell: UnsafeMutablePointer<Scalar>,
  squashed: UnsafeMutablePointer<Scalar>, nextHidden: UnsafeMutablePointer<Scalar>, rows: Int, width: Int
) {
  for row in 0..<rows {
    let gates = gates + row * 4 * width
    for index in 0..<2 * width { gates[index] = sigmoid(gates[index]) }
    for index in 2 * width..<3 * width { gates[index] = Scalar.tanh(gates[index]) }
    for index in 3 * width..<4 * width { gates[index] = sigmoid(gates[index]) }
    let (cell, nextCell) = (cell + row * width, nextCell + row * width)
    let (squashed, nextHidden) = (squashed + row * width, nextHidden + row * width)
    for index in 0..<width {
      nextCell[index] = gates[index + width] * cell[index] + gates[index] * gates[index + 2 * width]
      squashed[index] = Scalar.tanh(nextCell[index])
      nextHidden[index] = gates[index + 3 * width] * squashed[index]
    }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func lstmHiddenBackward<Scalar: RealScalar>(
  gates: UnsafePointer<Scalar>, squashed: UnsafePointer<Scalar>, dHidden: UnsafePointer<Scalar>,
  dOutput: UnsafeMutablePointer<Scalar>, dCell: UnsafeMutablePointer<Scalar>, rows: Int, width: Int
) {
  for row in 0..<rows {
    let o = gates + (row * 4 + 3) * width
    let (squashed, dHidden) = (squashed + row * width, dHidden + row * width)
    let (dOutput, dCell) = (dOutput + row * width, dCell + row * width)
    for index in 0..<width {
      dOutput[index] = dHidden[index] * squashed[index] * o[index] * (1 - o[index])
      dCell[index] = dHidden[index] * o[index] * (1 - squashed[index] * squashed[index])
    }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
func lstmBackward<Scalar: RealScalar>(
  gates: UnsafePointer<Scalar>, cell: UnsafePointer<Scalar>, dNext: UnsafePointer<Scalar>, dOutput: UnsafePointer<Scalar>,
  dGates: UnsafeMutablePointer<Scalar>, dCell: UnsafeMutablePointer<Scalar>, rows: Int, width: Int
) {
  for row in 0..<rows {
    let (gates, dGates) = (gates + row * 4 * width, dGates + row * 4 * width)
    let (cell, dNext) = (cell + row * width, dNext + row * width)
    let (dOutput, dCell) = (dOutput + row * width, dCell + row * width)
    for index in 0..<width {
      let (i, f, g) = (gates[index], gates[index + width], gates[index + 2 * width])
      dGates[index] = dNext[index] * g * i * (1 - i)
      dGates[index + width] = dNext[index] * cell[index] * f * (1 - f)
      dGates[index + 2 * width] = dNext[index] * i * (1 - g * g)
      dGates[index + 3 * width] = dOutput[index]
      dCell[index] = dNext[index] * f
    }
  }
}
