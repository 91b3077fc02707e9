package import KeepframeContext
package import KeepframeNumerics

extension EncoderModel {
  /// An encoder of projected vectors, still empty.
  func makeEncoder(windowSize: Int) -> any SequenceEncoder {
    HierarchicalEncoder(weights: weights, windowSize: windowSize)
  }
}

extension HierarchicalEncoder: SequenceEncoder {
  /// The memory in one vector.
  package func contextVectors() -> Matrix { Matrix(stacking: whole().map { [$0.values] } ?? []) }
}
