package import KeepframeContext
package import KeepframeNumerics

extension EncoderModel {
  /// An encoder of projected vectors, still empty.
  func makeEncoder(windowSize: Int) -> any SequenceEncoder {
    HierarchicalEncoder(weights: .identity(dimension: dimension), windowSize: windowSize, slots: slots)
  }
}

extension HierarchicalEncoder: SequenceEncoder {
  /// The slots of all windows; without slots, the means of the windows.
  package func contextVectors() -> Matrix {
    let slots = slotContexts().map(\.values)
    if !slots.isEmpty { return Matrix(stacking: slots) }
    return Matrix(stacking: contexts().filter { $0.kind == .window && $0.level == 1 }.map(\.values))
  }
}
