internal import KeepframeBundle
internal import KeepframeContext
package import KeepframeFeatures
internal import KeepframeSystem
internal import SystemPackage

/// What the vectors of a library were made by. Vectors of one space can be compared, those of two
/// cannot; the first video decides a library's.
public struct VectorSpace: Codable, Hashable, Sendable {
  /// What embedded the frames: `efficientnet-lite0`, `thumbnail`, or the name of the model's file.
  public let backbone: String
  /// SHA-256 of the model's files, in hexadecimal; nil for a built-in one without a model.
  public let modelDigest: String?
  /// D, the length of an embedding before it is projected.
  public let embeddingDimension: Int
  /// SHA-256 of the encoder's weights, in hexadecimal; `untrained` for one without any.
  public let encoder: String
  /// d, the length of a moment's vector: an embedding as the encoder projects it.
  public let momentDimension: Int
  /// Length of a context vector.
  public let contextDimension: Int

  package static let untrained = "untrained"

  package init(
    backbone: String, modelDigest: String?, embeddingDimension: Int, encoder: String, momentDimension: Int,
    contextDimension: Int
  ) {
    self.backbone = backbone
    self.modelDigest = modelDigest
    self.embeddingDimension = embeddingDimension
    self.encoder = encoder
    self.momentDimension = momentDimension
    self.contextDimension = contextDimension
  }

  /// The space of a bundle's vectors.
  ///
  /// - Throws: `unknownEncoder` if its encoder is neither the one that ships nor untrained;
  ///   `bundle` if its dimensions contradict each other.
  init(of bundle: Bundle, for library: FilePath) throws(LibraryError) {
    let (made, encoder) = (bundle.manifest.backbone, bundle.manifest.encoder)
    guard encoder.weights == Self.untrained || encoder.weights == EncoderModel.shippedDigest else {
      throw LibraryError(.unknownEncoder(bundle: bundle.path, digest: encoder.weights), at: library)
    }
    self.init(
      backbone: made.name, modelDigest: made.modelDigest, embeddingDimension: made.dimension, encoder: encoder.weights,
      momentDimension: encoder.weights == Self.untrained ? made.dimension : EncoderModel.shipped.projection.outputDimension,
      contextDimension: encoder.dimension)
    let isConsistent =
      projection.map { $0.inputDimension == made.dimension && EncoderModel.shipped.dimension == encoder.dimension }
      ?? (made.dimension == encoder.dimension)
    guard isConsistent, VectorsLayout.dimensions ~= made.dimension, VectorsLayout.dimensions ~= encoder.dimension else {
      throw LibraryError(
        .bundle(ArchiveError(.invalid(.contradictsManifest(file: "manifest.json")), at: bundle.path)), at: library)
    }
  }

  /// Whether ``projection`` makes its vectors.
  var isOfThisVersion: Bool {
    guard let projection else { return momentDimension == embeddingDimension }
    return encoder == EncoderModel.shippedDigest && projection.inputDimension == embeddingDimension
      && projection.outputDimension == momentDimension
  }

  /// From embeddings, `[D]`, to the vectors of moments, `[d]`; nil where they are the same.
  package var projection: Projection? { encoder == Self.untrained ? nil : EncoderModel.shipped.projection }
}

extension VectorSpace: CustomStringConvertible {
  /// `efficientnet-lite0 [1280], encoder 0a1b2c3d4e5f [128], [256]`
  public var description: String {
    let model = modelDigest.map { " (\($0.prefix(12)))" } ?? ""
    return "\(oneLine(backbone))\(model) [\(embeddingDimension)], encoder \(oneLine(String(encoder.prefix(12)))) "
      + "[\(momentDimension)], [\(contextDimension)]"
  }
}
