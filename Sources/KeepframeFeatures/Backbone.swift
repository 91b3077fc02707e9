public import KeepframeDecoding

/// Makes an embedding of a picture.
public protocol Backbone: Sendable {
  /// What made the embeddings, recorded with every index.
  var description: BackboneDescription { get }

  /// - Parameter picture: RGB, exactly ``BackboneDescription/inputWidth`` x ``BackboneDescription/inputHeight``.
  /// - Throws: ``FeatureError`` if the runtime fails or the output has no direction.
  func embed(_ picture: Picture) throws(FeatureError) -> Embedding
}

/// Identity of a backbone: two indexes with equal descriptions have comparable embeddings.
public struct BackboneDescription: Hashable, Sendable {
  /// `efficientnet-lite0`, `thumbnail`, or the model file's name.
  public let name: String
  /// SHA-256 of the model's files, in hexadecimal; nil for a built-in descriptor.
  public let modelDigest: String?
  /// `f32`, `bf16` ...: what the arithmetic was done in.
  public let precision: String
  public let dimension: Int
  public let inputWidth: Int
  public let inputHeight: Int

  public init(name: String, modelDigest: String?, precision: String, dimension: Int, inputWidth: Int, inputHeight: Int) {
    self.name = name
    self.modelDigest = modelDigest
    self.precision = precision
    self.dimension = dimension
    self.inputWidth = inputWidth
    self.inputHeight = inputHeight
  }
}
