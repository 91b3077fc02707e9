package import KeepframeContext
package import KeepframeNumerics

/// Sums up a memory as it grows.
package protocol SequenceEncoder: Sendable {
  /// Vectors appended so far.
  var count: Int { get }
  /// Adds the next vector in time order.
  mutating func append(_ vector: MemoryVector)
  /// The vectors by which the memory is compared: one for models with one state, several for the
  /// hierarchy. `[C, D]`, of unit length.
  func contextVectors() -> Matrix
}
