package import KeepframeFeatures
internal import KeepframeNumerics

extension Worth {
  /// The difference of the log odds between the mean example and the background.
  private static let gap: Float = 4

  /// Makes a linear probe from examples of what is wanted, without training. It points from the
  /// background's mean to the mean of the examples.
  ///
  /// That is Fisher's discriminant if all directions vary alike. Weighting directions by how much
  /// the footage varies along them did worse on sources held out: a few examples say little about
  /// that.
  ///
  /// - Parameters:
  ///   - examples: one or more, of unit length.
  ///   - background: `[D]`, the mean embedding of all kinds of footage.
  /// - Returns: nil if the examples are no different from the background.
  package init?(like examples: [Embedding], background: [Float]) {
    precondition(!examples.isEmpty, "expected an example")
    var mean = [Float](repeating: 0, count: background.count)
    for example in examples {
      for (column, value) in example.values.enumerated() { mean[column] += value / Float(examples.count) }
    }
    let difference = zip(mean, background).map { $0 - $1 }
    let length = dot(difference, difference)
    guard length > 1e-6 else { return nil }
    let scale = Self.gap / length
    let middle = zip(mean, background).map { ($0 + $1) / 2 }
    // Halfway, importance is about a half. The scale of 2 makes up for it, so that a price means
    // there what it means to a gate that was not taught.
    self.init(
      weight: difference.map { scale * $0 }, bias: -scale * dot(difference, middle), floor: 0.05, preference: 1, scale: 2)
  }
}
