/// Makes one vector from a network's output.
struct Pooling: Hashable {
  /// The number of tokens or positions, and of floats in each.
  let rows: Int
  let dimension: Int
  /// Whether the floats of one position are adjacent (`[1, T, D]`, NHWC). If not, the positions of
  /// one channel are (NCHW).
  let rowsAreContiguous: Bool
  let kind: Sidecar.Pooling

  /// - Returns: nil if an output of `shape` cannot be pooled that way. ``advice(for:)`` says what
  ///   to change.
  init?(_ kind: Sidecar.Pooling, shape: [Int64]?, layout: Sidecar.Layout) {
    guard let shape, shape.first == 1, shape.allSatisfy({ $0 > 0 && $0 <= 1 << 20 }) else { return nil }
    let extents = shape.dropFirst().map { Int($0) }
    switch (kind, extents.count) {
    case (.none, _) where extents.count(where: { $0 > 1 }) <= 1:
      (rows, dimension, rowsAreContiguous) = (1, extents.reduce(1, *), true)
    case (.mean, 2), (.cls, 2):
      (rows, dimension, rowsAreContiguous) = (extents[0], extents[1], true)
    case (.mean, 3) where layout == .nhwc:
      (rows, dimension, rowsAreContiguous) = (extents[0] * extents[1], extents[2], true)
    case (.mean, 3):
      (rows, dimension, rowsAreContiguous) = (extents[1] * extents[2], extents[0], false)
    default:
      return nil
    }
    self.kind = kind
  }

  static func advice(for shape: [Int64]?) -> String {
    switch shape?.count {
    case 3: "set pooling to mean or cls"
    case 4: "set pooling to mean"
    default: "name an output of [1,D], [1,T,D] or [1,C,H,W]"
    }
  }

  var count: Int { rows * dimension }

  /// - Parameter used: how many rows count, of those from the first on; nil for all.
  func callAsFunction(_ output: UnsafeBufferPointer<Float>, rows used: Int? = nil) -> [Float] {
    precondition(output.count == count, "expected \(count) floats from the network, got \(output.count)")
    guard kind == .mean, rows > 1 else { return Array(output.prefix(dimension)) }
    let used = used ?? rows
    let (rowStep, step) = rowsAreContiguous ? (dimension, 1) : (1, rows)
    return (0..<dimension).map { d in
      var sum: Float = 0
      for row in 0..<used { sum += output[row * rowStep + d * step] }
      return sum / Float(used)
    }
  }
}
