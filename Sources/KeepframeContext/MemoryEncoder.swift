public import KeepframeFeatures
public import KeepframeNumerics

/// What sums up the memory of an index.
///
/// ``EncoderModel`` is the one that comes with the package. A program may bring another: it says
/// what embeddings are projected to, and what is made of a memory of projected vectors.
public protocol MemoryEncoder: Sendable {
  /// From embeddings to the vectors that it sums up.
  var front: Projection { get }
  /// Length of its contexts.
  var dimension: Int { get }
  /// The backbone whose embeddings it was trained on, if it says.
  var backbone: String? { get }
  /// SHA-256 of the weights, in hexadecimal, wherever they come from. Two encoders with one digest
  /// make the same contexts.
  var digest: String { get }

  /// Sums up a memory.
  ///
  /// - Parameters:
  ///   - vectors: of the whole memory in time order, `[D]` each, as ``front`` made them.
  ///   - windowSize: memory vectors under one leaf, 2 or more; for encoders that have windows.
  ///   - parts: how many vectors shall sum up the video, and each window, besides the one; 1 for
  ///     no more than that.
  func summary(of vectors: [MemoryVector], windowSize: Int, parts: Int) -> any MemorySummary
}

/// The context vectors of one memory.
public protocol MemorySummary: Sendable {
  /// Of the video first, then of what the encoder divides it into; none of an empty memory.
  func contexts() -> [ContextVector]

  /// Of a shot.
  ///
  /// - Parameters:
  ///   - seconds: the shot's span.
  ///   - stands: the rows of the memory that stand for samples of the shot, ascending, and for how
  ///     many each, whichever shot they were kept in.
  /// - Returns: nil if the shot has no sample.
  func context(ofShot seconds: Range<Double>, stands: [(row: Int, samples: Int)]) -> ContextVector?
}

extension MemoryEncoder {
  /// As long as the vectors that it sums up.
  public var dimension: Int { front.outputDimension }
  /// Length of the embeddings that it takes.
  public var inputDimension: Int { front.inputDimension }
  /// Whether it was trained for embeddings like these.
  ///
  /// - Throws: ``WeightsError`` if they are of another length.
  public func check(backbone: String, dimension: Int) throws(WeightsError) {
    guard dimension == inputDimension else {
      throw WeightsError(
        .encoder, "encoder",
        .wrongBackbone(
          expected: embeddingsName(backbone, dimension), got: embeddingsName(self.backbone, inputDimension)))
    }
  }
}

/// `efficientnet-lite0 [1280]`; the length alone where the backbone is not known.
func embeddingsName(_ backbone: String?, _ dimension: Int) -> String { (backbone.map { "\($0) " } ?? "") + "[\(dimension)]" }
