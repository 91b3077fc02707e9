public import KeepframeFeatures
package import KeepframeNumerics

/// The trained hierarchy: the projection of embeddings, and the weights that sum up windows of
/// projected vectors.
public struct EncoderModel: Hashable, Sendable {
  /// The projection of embeddings, `[D]`, to the vectors that the hierarchy sums up, `[d]`.
  public let projection: Projection
  package let weights: EncoderWeights
  /// Where it comes from: command, data, seed and so on. Written to the file's metadata.
  public var provenance: [String: String] = [:]

  package init(projection: Projection, weights: EncoderWeights) {
    precondition(
      projection.outputDimension == weights.dimension,
      "expected weights for [\(projection.outputDimension)], got [\(weights.dimension)]")
    self.projection = projection
    self.weights = weights
  }

  /// The number of parameters besides those of the projection.
  package var bodyParameterCount: Int { weights.parameterCount }

  /// The vectors by which a clip is compared.
  ///
  /// - Parameters:
  ///   - vectors: `[N, d]`, projected, in time order, at least one.
  ///   - parts: K, the number of parts.
  /// - Returns: `[K or fewer, D]`, of unit length: the parts of the clip, or the whole clip in one
  ///   vector if there is only one part.
  package func contextVectors(of vectors: Matrix, contexts parts: Int) -> Matrix {
    var encoder = HierarchicalEncoder(weights: weights, parts: parts)
    for row in 0..<vectors.rows {
      encoder.append(MemoryVector(values: vectors[row: row], seconds: Double(row), coversSeconds: 1))
    }
    let own = encoder.parts()
    return Matrix(stacking: own.isEmpty ? encoder.whole().map { [$0.values] } ?? [] : own.map(\.values))
  }
}

extension EncoderModel: MemoryEncoder {
  /// The backbone whose embeddings it was trained on; nil where the file does not say.
  public var backbone: String? { provenance["backbone"] }
  /// Length of a context vector: 256 for the hierarchy that ships.
  public var dimension: Int { weights.contextDimension }

  /// Sums up a memory, window by window.
  ///
  /// - Parameters:
  ///   - vectors: the whole memory in time order, `[d]` each, projected by ``projection``.
  ///   - windowSize: memory vectors under one leaf, 2 or more.
  ///   - parts: how many parts to make of the video and of each window, besides the one vector; 1
  ///     makes none.
  public func summary(of vectors: [MemoryVector], windowSize: Int, parts: Int) -> any MemorySummary {
    HierarchySummary(of: vectors, weights, windowSize: windowSize, parts: parts)
  }
}
