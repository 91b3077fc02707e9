package import KeepframeFeatures
internal import KeepframeNumerics

extension Worth {
  /// The difference of the log odds between the mean example and the background.
  private static let gap: Float = 4

  /// A probe from examples of what is wanted, without training: along the difference of their mean
  /// and the background's.
  ///
  /// That is Fisher's discriminant where all directions vary alike. To weigh directions by how much
  /// footage varies along them was worse on sources not seen: a few examples say little of it.
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
    // Halfway, where importance is a half, a price means what it means to a gate that nobody
    // taught.
    self.init(
      weight: difference.map { scale * $0 }, bias: -scale * dot(difference, middle), floor: 0.05, preference: 1, scale: 2)
  }
}
