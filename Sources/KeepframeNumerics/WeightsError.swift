public import KeepframeSystem

/// Why learned weights cannot be used.
public struct WeightsError: Hashable, Sendable {
  /// The kind of model that the weights are for, named by the word that `keepframe train` takes.
  public enum Kind: String, Sendable {
    /// `boundaries` is the learned detector.
    case gate, encoder, boundaries, projection
  }

  /// What is wrong with the weights. Tensors and metadata are named as in the file.
  public enum Problem: Hashable, Sendable {
    /// The file cannot be read or written, or is no safetensors file.
    case file(TensorError)
    /// The metadata names another format, another version of this one, or none.
    case wrongFormat(expected: String, got: String?)
    /// Other metadata is missing or wrong. `got` is nil if it is missing. `expected` says in words
    /// what it should be.
    case wrongMetadata(key: String, expected: String, got: String?)
    /// A tensor is missing or has another shape. `got` is nil if it is missing. A nil in `expected`
    /// stands for any size above 0.
    case wrongShape(tensor: String, expected: [Int?], got: [Int]?)
    /// A tensor holds whole numbers, of the type `got`.
    case wrongType(tensor: String, got: String)
    /// The file holds a tensor that this version does not know.
    case unknownTensor(String)
    /// A weight is NaN or infinite.
    case notFinite(tensor: String)
    /// The weights were trained on embeddings of another backbone or length. Each text holds the
    /// length and, if it is known, the backbone's name.
    case wrongBackbone(expected: String, got: String)
  }

  /// The kind of model that the weights are for.
  public let kind: Kind
  /// The file's path; for weights that come from no file, another name.
  public let name: String
  /// What is wrong with them.
  public let problem: Problem

  /// - Parameter name: The file's path; for weights that come from no file, another name.
  public init(_ kind: Kind, _ name: String, _ problem: Problem) {
    self.kind = kind
    self.name = name
    self.problem = problem
  }
}

extension WeightsError: KeepframeFailure {
  /// An identifier such as `weights.wrong-shape`, or the code of the file's error; docs/errors.md
  /// lists all codes.
  public var code: String {
    switch problem {
    case .file(let error): error.code
    case .wrongFormat: "weights.wrong-format"
    case .wrongMetadata: "weights.wrong-metadata"
    case .wrongShape: "weights.wrong-shape"
    case .wrongType: "weights.wrong-type"
    case .unknownTensor: "weights.unknown-tensor"
    case .notFinite: "weights.not-finite"
    case .wrongBackbone: "weights.wrong-backbone"
    }
  }

  /// The file's path; for weights that come from no file, their name.
  public var subject: String? { if case .file(let error) = problem { error.subject } else { printable(name) } }

  /// What was expected, and what was found.
  public var failure: String {
    func quoted(_ value: String?) -> String { value.map { "`\(printable($0))`" } ?? "no such metadata" }
    return switch problem {
    case .file(let error): error.failure
    case .wrongFormat(let expected, let got): "expected metadata `format` = `\(expected)`, got \(quoted(got))"
    case .wrongMetadata(let key, let expected, let got): "expected metadata `\(key)` = \(expected), got \(quoted(got))"
    case .wrongShape(let tensor, let expected, let got):
      "expected \(tensor) [\(expected.map { $0.map { "\($0)" } ?? "any" }.joined(separator: ", "))], "
        + "got \(got.map { "\($0)" } ?? "no such tensor")"
    case .wrongType(let tensor, let got): "expected \(tensor) in F32, got \(got)"
    case .unknownTensor(let tensor): "expected the tensors of \(noun) alone, got `\(printable(tensor))` too"
    case .notFinite(let tensor): "expected finite weights, got NaN or infinity in \(tensor)"
    case .wrongBackbone(let expected, let got):
      "expected weights for \(printable(expected)), got weights for \(printable(got))"
    }
  }

  /// Advice that holds in any program: use other weights, or train again; never nil.
  public var remedy: String? {
    switch problem {
    case .file(let error): error.remedy
    case .wrongBackbone: "use the backbone they are for, or train for this one"
    case .wrongFormat, .wrongMetadata: "pass weights made by this version"
    case .wrongShape, .wrongType, .unknownTensor, .notFinite: "train again"
    }
  }

  private var noun: String {
    switch kind {
    case .gate: "a gate"
    case .encoder: "an encoder"
    case .boundaries: "a boundary detector"
    case .projection: "a projection"
    }
  }
}
