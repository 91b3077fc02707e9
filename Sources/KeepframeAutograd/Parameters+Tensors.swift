package import KeepframeNumerics

extension Parameters where Scalar == Float {
  /// For a safetensors file, which PyTorch reads too: F32, in this order.
  package var tensors: [SafetensorsFile.Tensor] { names.map { .init(name: $0, Matrix(self[$0])) } }

  /// - Parameter tensors: with distinct names.
  /// - Returns: `nil` unless each is `[rows, columns]` of Float32.
  package init?(_ tensors: [SafetensorsFile.Tensor]) {
    self.init()
    for tensor in tensors {
      guard let matrix = Matrix(tensor) else { return nil }
      self[tensor.name] = Values(matrix)
    }
  }
}
