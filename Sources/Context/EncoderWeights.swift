public import Tensors

/// The trained part of a ``HierarchicalEncoder``: one attention for windows of retained frames, one for all windows above.
public struct EncoderWeights: Hashable, Sendable {
  /// Length of the vectors it encodes.
  public let dimension: Int
  /// The window size it was trained for; for identity weights, any will do.
  public let windowSize: Int
  /// For windows of retained frames.
  public let leaf: AttentionWeights
  /// For windows of windows, at every level.
  public let upper: AttentionWeights

  public init(windowSize: Int = 100, leaf: AttentionWeights, upper: AttentionWeights) {
    precondition(
      leaf.dimension == upper.dimension, "expected layers of one dimension, got \(leaf.dimension) and \(upper.dimension)")
    dimension = leaf.dimension
    self.windowSize = windowSize
    self.leaf = leaf
    self.upper = upper
  }

  /// Weights with which every context is the mean of its vectors, weighted by mass: the baseline that training starts from.
  ///
  /// Only what gates an effect is zero (queries, `valueUp`, `output`); the rest is drawn from a fixed seed, so that gradients
  /// are not stuck at zero.
  public static func identity(dimension: Int) -> EncoderWeights {
    var random = SeededGenerator(seed: 0x6b65_6570_6672_616d)
    let leaf = AttentionWeights.identity(dimension: dimension, using: &random)
    return EncoderWeights(leaf: leaf, upper: .identity(dimension: dimension, using: &random))
  }

  /// Tells weights apart: format, and a 64-bit digest of all values. Equal weights, equal contexts, on one machine.
  ///
  /// - Complexity: O(number of weights); keep it rather than ask twice.
  public var version: String {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
    for byte in encode() { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let hexadecimal = String(digest, radix: 16)
    return "\(EncoderWeights.format)-" + String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
  }
}

/// The weights of one layer: attention pooling with a learned query a head, then a residual network.
///
/// D dimension, T ``TimeFeatures/count``, H heads, K key width, R rank, M hidden width. `H` divides `D`; `R` and `M` may be 0.
public struct AttentionWeights: Hashable, Sendable {
  /// `[H, K]`: what each head looks for. Zero: it looks at all alike.
  public var query: Matrix
  /// `[D + T, H * K]`: from a vector and its time features to its keys, head after head.
  public var key: Matrix
  /// `[D, R]`
  public var valueDown: Matrix
  /// `[R, D]`: a vector *x* is pooled as `x + x valueDown valueUp`.
  public var valueUp: Matrix
  /// `[D, M]`
  public var hidden: Matrix
  /// `[1, M]`
  public var hiddenBias: Matrix
  /// `[M, D]`: a pooled vector *s* becomes `s + SiLU(s hidden + hiddenBias) output + outputBias`.
  public var output: Matrix
  /// `[1, D]`
  public var outputBias: Matrix

  public var dimension: Int { valueDown.rows }
  public var headCount: Int { query.rows }

  /// The mean: see ``EncoderWeights/identity(dimension:)``. About 330,000 weights for 1,280 dimensions.
  ///
  /// - Parameters:
  ///   - headCount: must divide `dimension`; by default 4, or fewer where 4 does not.
  ///   - generator: for what is not zero, drawn evenly from ±sqrt(3 / inputs), so that outputs keep the variance of inputs.
  public static func identity(
    dimension: Int, headCount: Int? = nil, keyWidth: Int = 16, rank: Int = 32, hiddenWidth: Int = 64,
    using generator: inout some RandomNumberGenerator
  ) -> AttentionWeights {
    precondition(dimension > 0, "expected a dimension of 1 or more, got \(dimension)")
    let headCount = headCount ?? [4, 2, 1].first { dimension.isMultiple(of: $0) }!
    precondition(headCount > 0 && dimension.isMultiple(of: headCount), "\(headCount) heads do not divide dimension \(dimension)")
    func random(_ rows: Int, _ columns: Int) -> Matrix {
      let bound = (3 / Float(rows)).squareRoot()
      // Not Float.random, which a later Swift may draw otherwise.
      let values = (0..<rows * columns).map { _ in bound * (Float(generator.next() >> 40) * 0x1p-23 - 1) }
      return Matrix(rows: rows, columns: columns, values: values)
    }
    return AttentionWeights(
      query: Matrix(rows: headCount, columns: keyWidth),
      key: random(dimension + TimeFeatures.count, headCount * keyWidth),
      valueDown: random(dimension, rank),
      valueUp: Matrix(rows: rank, columns: dimension),
      hidden: random(dimension, hiddenWidth),
      hiddenBias: Matrix(rows: 1, columns: hiddenWidth),
      output: Matrix(rows: hiddenWidth, columns: dimension),
      outputBias: Matrix(rows: 1, columns: dimension))
  }
}
