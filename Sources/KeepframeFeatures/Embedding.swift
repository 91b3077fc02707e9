internal import KeepframeNumerics
public import KeepframeSystem

/// One frame's feature vector, scaled to unit length.
///
/// - Shape: `[dimension]`, Float32. Dot products of embeddings are cosine similarities, -1...1.
public struct Embedding: Hashable, Sendable {
  /// `[dimension]`, of length 1.
  public let values: [Float]

  /// - Throws: ``EmbeddingError`` if `raw` has no direction: all zeros, NaN or infinity.
  /// - Complexity: O(`raw.count`)
  public init(normalizing raw: [Float]) throws(EmbeddingError) {
    let norm = dot(raw, raw).squareRoot()
    guard norm.isFinite, norm > 0 else { throw EmbeddingError(dimension: raw.count, norm: norm) }
    values = raw.map { $0 / norm }
  }

  /// Makes an embedding of values that have unit length already, such as values read from a store.
  ///
  /// - Precondition: `unit` has unit length to float tolerance.
  public init(unit: [Float]) {
    assert(abs(dot(unit, unit) - 1) < 1e-3, "expected a unit vector, got length^2 \(dot(unit, unit))")
    values = unit
  }

  /// D, the number of values.
  public var dimension: Int { values.count }

  /// Cosine similarity, -1...1.
  public func similarity(to other: Embedding) -> Float { dot(values, other.values) }
}

/// The error for a vector that has no direction, and so cannot be an embedding.
public struct EmbeddingError: Hashable, Sendable {
  /// The number of values of the vector.
  public let dimension: Int
  /// Its length, the root of the sum of squares: 0, infinite or NaN.
  public let norm: Float
}

extension EmbeddingError: KeepframeFailure {
  /// Always `embedding.no-direction`.
  public var code: String { "embedding.no-direction" }
  /// The vector by its shape, as in `embedding [1280]`; never nil.
  public var subject: String? { "embedding [\(dimension)]" }
  /// The length that was expected, and the one that was found.
  public var failure: String { "expected a finite, non-zero length, got \(norm)" }
  /// Always to check the backbone's output and precision.
  public var remedy: String? { "check the backbone's output and precision" }
}
