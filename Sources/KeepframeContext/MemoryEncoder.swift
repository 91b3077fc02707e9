public import KeepframeFeatures
public import KeepframeNumerics

/// Sums up the memory of an index.
///
/// ``EncoderModel`` is the one that comes with the package. A program may bring another: it says
/// how embeddings are projected, and makes contexts from a memory of projected vectors.
public protocol MemoryEncoder: Sendable {
  /// The projection of embeddings to the vectors that it sums up.
  var projection: Projection { get }
  /// Length of its context vectors.
  var dimension: Int { get }
  /// The backbone whose embeddings it was trained on, if it says.
  var backbone: String? { get }
  /// SHA-256 of the weights, in hexadecimal, wherever they come from. Two encoders with the same
  /// digest make the same contexts.
  var digest: String { get }

  /// Sums up a memory.
  ///
  /// - Parameters:
  ///   - vectors: the whole memory in time order, `[D]` each, projected by ``projection``.
  ///   - windowSize: memory vectors under one leaf, 2 or more; for encoders that have windows.
  ///   - parts: how many parts to make of the video and of each window, besides the one vector; 1
  ///     makes none.
  func summary(of vectors: [MemoryVector], windowSize: Int, parts: Int) -> any MemorySummary
}

/// The context vectors of one memory.
public protocol MemorySummary: Sendable {
  /// The context of the video, then those of what the encoder divides it into. Empty for an empty
  /// memory.
  func contexts() -> [ContextVector]

  /// The context of a shot.
  ///
  /// - Parameters:
  ///   - seconds: the shot's span.
  ///   - stands: the rows of the memory that stand for samples of the shot, ascending, each with
  ///     the number of those samples. A row may have been kept in another shot.
  /// - Returns: nil if the shot has no sample.
  func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector?
}

extension MemoryEncoder {
  /// By default, the length of the vectors that it sums up.
  public var dimension: Int { projection.outputDimension }
  /// Length of the embeddings that it takes.
  public var inputDimension: Int { projection.inputDimension }
  /// Checks that the encoder takes embeddings of this length.
  ///
  /// - Throws: ``WeightsError`` if it does not.
  public func check(backbone: String, dimension: Int) throws(WeightsError) {
    guard dimension == inputDimension else {
      throw WeightsError(
        .encoder, "encoder",
        .wrongBackbone(
          expected: embeddingsName(backbone, dimension), got: embeddingsName(self.backbone, inputDimension)))
    }
  }
}

/// `efficientnet-lite0 [1280]`; the length alone if the backbone is not known.
func embeddingsName(_ backbone: String?, _ dimension: Int) -> String { (backbone.map { "\($0) " } ?? "") + "[\(dimension)]" }
