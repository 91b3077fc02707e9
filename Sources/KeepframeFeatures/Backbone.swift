public import KeepframeDecoding

/// Makes an embedding of a picture.
public protocol Backbone: Sendable {
  /// What made the embeddings, recorded with every index.
  var description: BackboneDescription { get }

  /// What it was asked for as: the settings of an index that it makes.
  var choice: BackboneChoice { get }

  /// - Parameter picture: RGB, exactly ``BackboneDescription/inputWidth`` x
  ///   ``BackboneDescription/inputHeight``.
  /// - Throws: ``FeatureError`` if the runtime fails or the output has no direction.
  func embed(_ picture: Picture) throws(FeatureError) -> Embedding
}

extension Backbone {
  /// A backbone of another package is asked for by its own name, in the arithmetic that it has.
  public var choice: BackboneChoice {
    BackboneChoice(description.name, precision: Precision(rawValue: description.precision) ?? .auto)
  }
}

/// Which backbone is asked for, in the words of settings and command lines; ``makeBackbone(_:)``
/// makes it.
public struct BackboneChoice: Hashable, Sendable {
  /// `efficientnet-lite0`, `thumbnail`, or the path of an .xml or .onnx model.
  public var name: String
  /// What the arithmetic shall be done in; on `auto` the processor decides.
  public var precision: Precision

  /// Nothing is loaded or looked for.
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
  /// `f32`, `bf16` ...: what the arithmetic was done in.
  public let precision: String
  /// D, the length of each embedding.
  public let dimension: Int
  /// Width of the pictures that it takes, in pixels.
  public let inputWidth: Int
  /// Height of the pictures that it takes, in pixels.
  public let inputHeight: Int

  /// For a backbone of your own.
  ///
  /// - Parameters:
  ///   - modelDigest: changes with whatever changes the embeddings; nil if nothing can.
  ///   - precision: `f32` or `bf16`, where it is one of these.
  public init(name: String, modelDigest: String?, precision: String, dimension: Int, inputWidth: Int, inputHeight: Int) {
    self.name = name
    self.modelDigest = modelDigest
    self.precision = precision
    self.dimension = dimension
    self.inputWidth = inputWidth
    self.inputHeight = inputHeight
  }
}
