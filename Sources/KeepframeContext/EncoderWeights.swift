package import KeepframeNumerics

/// What a ``HierarchicalEncoder`` pools with: one attention for windows of retained frames, one for all windows above.
package struct EncoderWeights: Hashable, Sendable {
  /// Length of the vectors it encodes.
  package let dimension: Int
  /// For windows of retained frames.
  package let leaf: AttentionWeights
  /// For windows of windows, at every level.
  package let upper: AttentionWeights

  package init(leaf: AttentionWeights, upper: AttentionWeights) {
    precondition(
      leaf.dimension == upper.dimension, "expected layers of one dimension, got \(leaf.dimension) and \(upper.dimension)")
    dimension = leaf.dimension
    self.leaf = leaf
    self.upper = upper
  }

  /// Weights with which every context is the mean of its vectors, weighted by mass.
  package static func identity(dimension: Int) -> EncoderWeights {
    let layer = AttentionWeights.identity(dimension: dimension)
    return EncoderWeights(leaf: layer, upper: layer)
  }
}

/// The weights of one layer: attention pooling with a learned query a head, then a residual network.
///
/// D dimension, T ``TimeFeatures/count``, H heads, K key width, R rank, M hidden width. `H` divides `D`; `R` and `M` may be 0.
package struct AttentionWeights: Hashable, Sendable {
  /// `[H, K]`: what each head looks for. Zero: it looks at all alike.
  package var query: Matrix
  /// `[D + T, H * K]`: from a vector and its time features to its keys, head after head.
  package var key: Matrix
  /// `[D, R]`
  package var valueDown: Matrix
  /// `[R, D]`: a vector *x* is pooled as `x + x valueDown valueUp`.
  package var valueUp: Matrix
  /// `[D, M]`
  package var hidden: Matrix
  /// `[1, M]`
  package var hiddenBias: Matrix
  /// `[M, D]`: a pooled vector *s* becomes `s + SiLU(s hidden + hiddenBias) output + outputBias`.
  package var output: Matrix
  /// `[1, D]`
  package var outputBias: Matrix

  package var dimension: Int { valueDown.rows }
  package var headCount: Int { query.rows }

  /// The mean, see ``EncoderWeights/identity(dimension:)``: all is zero.
  ///
  /// - Parameter headCount: must divide `dimension`; by default 4, or fewer where 4 does not.
  package static func identity(
    dimension: Int, headCount: Int? = nil, keyWidth: Int = 1, rank: Int = 0, hiddenWidth: Int = 0
  ) -> AttentionWeights {
    precondition(dimension > 0, "expected a dimension of 1 or more, got \(dimension)")
    let headCount = headCount ?? [4, 2, 1].first { dimension.isMultiple(of: $0) }!
    precondition(headCount > 0 && dimension.isMultiple(of: headCount), "\(headCount) heads do not divide dimension \(dimension)")
    return AttentionWeights(
      query: Matrix(rows: headCount, columns: keyWidth),
      key: Matrix(rows: dimension + TimeFeatures.count, columns: headCount * keyWidth),
      valueDown: Matrix(rows: dimension, columns: rank),
      valueUp: Matrix(rows: rank, columns: dimension),
      hidden: Matrix(rows: dimension, columns: hiddenWidth),
      hiddenBias: Matrix(rows: 1, columns: hiddenWidth),
      output: Matrix(rows: hiddenWidth, columns: dimension),
      outputBias: Matrix(rows: 1, columns: dimension))
  }
}
