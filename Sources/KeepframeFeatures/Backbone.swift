public import KeepframeDecoding

/// Makes an embedding of a picture.
public protocol Backbone: Sendable {
  /// What made the embeddings, recorded with every index.
  var description: BackboneDescription { get }

  /// The choice that it was made from, which the settings of an index record.
  var choice: BackboneChoice { get }

  /// - Parameter picture: RGB, exactly ``BackboneDescription/inputWidth`` x
  ///   ``BackboneDescription/inputHeight``.
  /// - Throws: ``FeatureError`` if the runtime fails or the output has no direction.
  func embed(_ picture: Picture) throws(FeatureError) -> Embedding
}

extension Backbone {
  /// The default for backbones of other packages: their own name, and their precision if
  /// ``Precision`` has it.
  public var choice: BackboneChoice {
    BackboneChoice(description.name, precision: Precision(rawValue: description.precision) ?? .auto)
  }
}

/// Names a backbone, in the words of settings and command lines. ``makeBackbone(_:)`` makes it.
public struct BackboneChoice: Hashable, Sendable {
  /// `efficientnet-lite0`, `thumbnail`, or the path of an .xml or .onnx model.
  public var name: String
  /// The precision of the arithmetic. With `auto` the processor decides.
  public var precision: Precision

  /// Makes a choice. Nothing is loaded or searched for.
  ///
  /// - Parameter name: `efficientnet-lite0`, `thumbnail`, or the path of an .xml or .onnx model.
  public init(_ name: String = RuntimeBackbone.defaultName, precision: Precision = .auto) {
    self.name = name
    self.precision = precision
  }
}

/// Identity of a backbone: two indexes with equal descriptions have comparable embeddings.
public struct BackboneDescription: Hashable, Sendable {
  /// `efficientnet-lite0`, `thumbnail`, or the model file's name.
  public let name: String
  /// SHA-256 of the model's files, in hexadecimal; nil for a built-in descriptor.
  public let modelDigest: String?
  /// The precision that the arithmetic was done in, such as `f32` or `bf16`.
  public let precision: String
  /// D, the length of each embedding.
  public let dimension: Int
  /// Width of the pictures that the backbone takes, in pixels.
  public let inputWidth: Int
  /// Height of the pictures that the backbone takes, in pixels.
  public let inputHeight: Int

  /// Describes a backbone of your own.
  ///
  /// - Parameters:
  ///   - modelDigest: must change whenever the embeddings change; nil if they never do.
  ///   - precision: `f32` or `bf16`, if it is one of these.
  public init(name: String, modelDigest: String?, precision: String, dimension: Int, inputWidth: Int, inputHeight: Int) {
    self.name = name
    self.modelDigest = modelDigest
    self.precision = precision
    self.dimension = dimension
    self.inputWidth = inputWidth
    self.inputHeight = inputHeight
  }
}
