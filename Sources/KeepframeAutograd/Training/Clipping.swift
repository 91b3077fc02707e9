extension Parameters {
  /// The length of all matrices taken as one vector, summed in Double.
  package var globalNorm: Double { names.reduce(0) { $0 + sumOfSquares(self[$1].values, count: self[$1].count) }.squareRoot() }

  /// Scales all matrices by one factor so that ``globalNorm`` is at most `limit`. See Pascanu et
  /// al. 2013; arXiv:1211.5063.
  ///
  /// - Returns: the norm before clipping. If it is NaN or infinite, nothing was changed.
  @discardableResult
  package mutating func clip(toNorm limit: Double) -> Double {
    let norm = globalNorm
    guard norm.isFinite, norm > limit else { return norm }
    let factor = Scalar(limit / norm)
    for name in names { scaleInPlace(&self[name].values, by: factor, count: self[name].count) }
    return norm
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func sumOfSquares<Scalar: RealScalar>(_ x: UnsafePointer<Scalar>, count: Int) -> Double {
  reduce(count) { Double(x[$0]) * Double(x[$0]) }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func scaleInPlace<Scalar: RealScalar>(_ x: UnsafeMutablePointer<Scalar>, by factor: Scalar, count: Int) {
  for index in 0..<count { x[index] *= factor }
}
