internal import KeepframeRetention

/// How far a taught gate leans towards what is wanted.
package struct Lean: Hashable, Sendable {
  /// How sharply importance rises: factor of the log odds, whose standard deviation is 1 over the
  /// samples that were learned from.
  package let slope: Float
  /// Subtracted from the log odds. With a larger offset, importance is in proportion to the odds
  /// instead of levelling out at the top.
  package let offset: Float
  /// ``Worth/floor``
  package let floor: Float
  /// ``Worth/preference``
  package let preference: Float

  package init(slope: Float, offset: Float, floor: Float, preference: Float) {
    self.slope = slope
    self.offset = offset
    self.floor = floor
    self.preference = preference
  }

  /// Used if too little is labelled to measure on.
  package static let usual = Lean(slope: 2, offset: 0, floor: 0.05, preference: 1)

  /// The leans that are tried, the mildest first.
  package static let candidates: [Lean] =
    [Lean(slope: 1, offset: 0, floor: 0.3, preference: 0)]
    + [0, 1, 2].flatMap { preference in
      [0, 3].flatMap { offset in
        [1, 2, 4].map { slope in Lean(slope: slope, offset: offset, floor: 0.02, preference: preference) }
      }
    }
}

extension Worth {
  /// - Parameter probe: scaled so that its log odds have standard deviation 1 over what it learned
  ///   from.
  init(_ probe: LogisticProbe, _ lean: Lean) {
    self.init(
      weight: probe.weight.map { lean.slope * $0 }, bias: lean.slope * probe.bias - lean.offset, floor: lean.floor,
      preference: lean.preference)
  }
}

extension LogisticProbe {
  /// The same probe, scaled so that its log odds have standard deviation 1 over some examples.
  func scaled(over examples: Examples) -> LogisticProbe {
    let odds = odds(examples.rows).map(Double.init)
    let mean = odds.reduce(0, +) / Double(max(1, odds.count))
    let variance = odds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, odds.count))
    guard variance > 0 else { return self }
    let scale = Float(1 / variance.squareRoot())
    var scaled = self
    scaled.weight = weight.map { scale * $0 }
    scaled.bias *= scale
    return scaled
  }
}
