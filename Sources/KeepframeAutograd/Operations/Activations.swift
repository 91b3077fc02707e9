extension Variable {
  /// `max(x, 0)`; the gradient at 0 is 0.
  package func relu() -> Variable { apply(.relu) }

  /// `x sigmoid(x)`. See Elfwing et al. 2017; arXiv:1702.03118.
  package func silu() -> Variable { apply(.silu) }

  /// `1 / (1 + exp(-x))`
  package func sigmoid() -> Variable { apply(.sigmoid) }

  package func tanh() -> Variable { apply(.tanh) }

  /// `log(1 + exp(x))`, without overflow.
  package func softplus() -> Variable { apply(.softplus) }

  package func exp() -> Variable { apply(.exp) }

  /// The natural logarithm; all numbers must be above 0.
  package func log() -> Variable { apply(.log) }

  private func apply(_ function: Function) -> Variable {
    let (x, place) = (value, place)
    let y = Values(rows: rows, columns: columns) { forward(function, x.values, into: $0, count: x.count) }
    return tape.record(y, if: hasGradient) { gradient, adjoints in
      adjoints.add(
        Values(rows: x.rows, columns: x.columns) {
          backward(function, x: x.values, y: y.values, dy: gradient.values, dx: $0, count: x.count)
        }, to: place)
    }
  }
}

private enum Function {
  case relu, silu, sigmoid, tanh, softplus, exp, log
}

@inline(__always)
func sigmoid<Scalar: RealScalar>(_ x: Scalar) -> Scalar { 1 / (1 + Scalar.exp(-x)) }

@inline(__always)
func softplus<Scalar: RealScalar>(_ x: Scalar) -> Scalar { max(x, 0) + Scalar.log1p(Scalar.exp(-abs(x))) }

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func forward<Scalar: RealScalar>(
  _ function: Function, _ x: UnsafePointer<Scalar>, into y: UnsafeMutablePointer<Scalar>, count: Int
) {
  switch function {
  case .relu: for index in 0..<count { y[index] = x[index] > 0 ? x[index] : 0 }
  case .silu: for index in 0..<count { y[index] = x[index] * sigmoid(x[index]) }
  case .sigmoid: for index in 0..<count { y[index] = sigmoid(x[index]) }
  case .tanh: for index in 0..<count { y[index] = Scalar.tanh(x[index]) }
  case .softplus: for index in 0..<count { y[index] = softplus(x[index]) }
  case .exp: for index in 0..<count { y[index] = Scalar.exp(x[index]) }
  case .log: for index in 0..<count { y[index] = Scalar.log(x[index]) }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func backward<Scalar: RealScalar>(
  _ function: Function, x: UnsafePointer<Scalar>, y: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>,
  dx: UnsafeMutablePointer<Scalar>, count: Int
) {
  switch function {
  case .relu:
    for index in 0..<count {
      let slope = dy[index]  // always read, so that this compiles to a select, not a branch
      dx[index] = x[index] > 0 ? slope : 0
    }
  case .silu:
    for index in 0..<count {
      let s = sigmoid(x[index])
      dx[index] = dy[index] * (s + y[index] * (1 - s))
    }
  case .sigmoid: for index in 0..<count { dx[index] = dy[index] * y[index] * (1 - y[index]) }
  case .tanh: for index in 0..<count { dx[index] = dy[index] * (1 - y[index] * y[index]) }
  case .softplus: for index in 0..<count { dx[index] = dy[index] * sigmoid(x[index]) }
  case .exp: for index in 0..<count { dx[index] = dy[index] * y[index] }
  case .log: for index in 0..<count { dx[index] = dy[index] / x[index] }
  }
}
