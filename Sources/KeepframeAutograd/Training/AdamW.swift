/// Adam with decoupled weight decay. See Loshchilov & Hutter 2019, algorithm 2; arXiv:1711.05101.
///
/// Computes what `torch.optim.AdamW` does, in the same order of operations.
package struct AdamW<Scalar: RealScalar>: Sendable {
  /// Settings for some of the parameters.
  package struct Group: Sendable {
    package var contains: @Sendable (_ name: String) -> Bool
    /// Factor of the step's learning rate; 0 leaves the parameters as they are.
    package var rateFactor: Double
    package var weightDecay: Double

    package init(weightDecay: Double, rateFactor: Double = 1, _ contains: @escaping @Sendable (_ name: String) -> Bool) {
      self.contains = contains
      self.rateFactor = rateFactor
      self.weightDecay = weightDecay
    }
  }

  /// The first group that contains a parameter applies to it.
  package var groups: [Group]
  /// How much of the running mean of gradients, and of their squares, a step keeps: 0..<1.
  package var betas: (first: Double, second: Double)
  package var epsilon: Double
  /// Running means of gradients and of their squares, for the parameters that had a gradient so
  /// far.
  package internal(set) var moments: (first: Parameters<Scalar>, second: Parameters<Scalar>)
  /// Number of updates made.
  package internal(set) var updateCount: Int

  /// - Parameters:
  ///   - weightDecay: of parameters that are in no group.
  ///   - groups: by default one without decay for biases and gains: ``isBiasOrGain(_:)``.
  package init(
    weightDecay: Double = 0.01, groups: [Group] = [Group(weightDecay: 0, AdamW.isBiasOrGain)],
    betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8
  ) {
    self.groups = groups + [Group(weightDecay: weightDecay) { _ in true }]
    self.betas = betas
    self.epsilon = epsilon
    moments = (Parameters(), Parameters())
    updateCount = 0
  }

  /// Whether the last part of a name, after the last dot, means a bias or a gain:
  /// `leaf.hidden_bias`, `lstm.bias_ih`, `b1`.
  @Sendable package static func isBiasOrGain(_ name: String) -> Bool {
    let last = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if last.contains("bias") || last.contains("gain") { return true }
    return last.first == "b" && last.dropFirst().allSatisfy(\.isNumber)
  }

  /// Moves the parameters against their gradients; those without one stay as they are.
  package mutating func update(_ parameters: inout Parameters<Scalar>, by gradients: Parameters<Scalar>, rate: Double) {
    updateCount += 1
    let corrections = (1 - power(betas.first, updateCount), (1 - power(betas.second, updateCount)).squareRoot())
    for name in gradients.names {
      let gradient = gradients[name]
      if !moments.first.contains(name) {
        moments.first[name] = Values(rows: gradient.rows, columns: gradient.columns)
        moments.second[name] = Values(rows: gradient.rows, columns: gradient.columns)
      }
      let group = groups.first { $0.contains(name) }!
      let rate = rate * group.rateFactor
      step(
        &parameters[name].values, first: &moments.first[name].values, second: &moments.second[name].values,
        gradient: gradient.values, count: gradient.count, keep: Scalar(1 - rate * group.weightDecay),
        betas: (Scalar(betas.first), Scalar(betas.second)), stepSize: Scalar(rate / corrections.0),
        rootCorrection: Scalar(corrections.1), epsilon: Scalar(epsilon))
    }
  }
}

@_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
private func step<Scalar: RealScalar>(
  _ parameters: UnsafeMutablePointer<Scalar>, first: UnsafeMutablePointer<Scalar>, second: UnsafeMutablePointer<Scalar>,
  gradient: UnsafePointer<Scalar>, count: Int, keep: Scalar, betas: (Scalar, Scalar), stepSize: Scalar, rootCorrection: Scalar,
  epsilon: Scalar
) {
  let (beta1, beta2) = betas
  for index in 0..<count {
    let g = gradient[index]
    let m = first[index] + (1 - beta1) * (g - first[index])
    let v = beta2 * second[index] + (1 - beta2) * g * g
    first[index] = m
    second[index] = v
    parameters[index] = keep * parameters[index] - stepSize * m / (Scalar.sqrt(v) / rootCorrection + epsilon)
  }
}

/// By repeated squaring, so that the result is the same on every machine.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
