public import KeepframeNumerics

/// A learned linear map of embeddings to fewer dimensions.
///
/// In the result, degradation of a picture counts less than what the picture shows.
///
///     projected = (x weight + bias) / |x weight + bias|
///
/// Gates and encoders that were trained on projected vectors carry the projection in their weights.
public struct Projection: Hashable, Sendable {
  /// `[D, d]`
  public let weight: Matrix
  /// `[d]`
  public let bias: [Float]

  /// - Precondition: `bias` is `[d]` where `weight` is `[D, d]`.
  public init(weight: Matrix, bias: [Float]) {
    precondition(bias.count == weight.columns, "expected a bias of [\(weight.columns)], got [\(bias.count)]")
    self.weight = weight
    self.bias = bias
  }

  /// D, the dimension of the embeddings that it takes.
  public var inputDimension: Int { weight.rows }
  /// d, the dimension of the vectors that it makes.
  public var outputDimension: Int { weight.columns }

  /// - Parameter embeddings: `[N, D]`.
  /// - Returns: `[N, d]`, rows of unit length; a row without a direction stays zero.
  /// - Complexity: O(N·D·d), as one matrix product. Many rows at once cost much less per row than
  ///   one.
  public func apply(to embeddings: Matrix) -> Matrix {
    precondition(embeddings.columns == inputDimension, "expected [N, \(inputDimension)], got \(embeddings)")
    var result = matmul(embeddings, weight)
    let width = outputDimension
    for row in 0..<result.rows {
      for column in 0..<width { result.values[row * width + column] += bias[column] }
    }
    result.normalizeRows()
    return result
  }

  /// Projects one embedding, `[D]`.
  public func apply(to embedding: [Float]) -> [Float] {
    apply(to: Matrix(rows: 1, columns: embedding.count, values: embedding)).values
  }
}
