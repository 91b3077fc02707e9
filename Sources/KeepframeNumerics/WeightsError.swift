internal import KeepframeSystem

/// Why learned weights cannot be used.
public struct WeightsError: Error, Hashable {
  /// What the weights are of, by the word that `keepframe train` takes.
  public enum Kind: String, Sendable {
    case gate, encoder, boundaries
  }

  public enum Problem: Hashable, Sendable {
    /// The file cannot be read or written, or is no safetensors file.
    case file(TensorError)
    /// The metadata names another format, another version of this one, or none.
    case wrongFormat(expected: String, got: String?)
    /// Something else of the metadata is not there, then `got` is nil, or not what `expected` says in words.
    case wrongMetadata(key: String, expected: String, got: String?)
    /// A tensor is not there, then `got` is nil, or has another shape; nil in `expected` is any size above 0.
    case wrongShape(tensor: String, expected: [Int?], got: [Int]?)
    /// A tensor has whole numbers, of the type `got`.
    case wrongType(tensor: String, got: String)
    /// A tensor is there that this version does not know.
    case unknownTensor(String)
    /// A weight is NaN or infinite.
    case notFinite(tensor: String)
    /// They were trained on embeddings of another backbone or length: each says a name, where it is known, and the length.
    case wrongBackbone(expected: String, got: String)
  }

  public let kind: Kind
  /// The file's path; what else to call weights that come from no file.
  public let name: String
  public let problem: Problem

  public init(_ kind: Kind, _ name: String, _ problem: Problem) {
    self.kind = kind
    self.name = name
    self.problem = problem
  }
}

extension WeightsError: CustomStringConvertible {
  public var description: String {
    if case .file(let error) = problem { return "\(error)" }
    return "\(printable(name)): expected \(complaint); \(advice)"
  }

  /// What was expected, and what was there.
  private var complaint: String {
    func quoted(_ value: String?) -> String { value.map { "`\(printable($0))`" } ?? "no such metadata" }
    return switch problem {
    case .file(let error): "\(error)"
    case .wrongFormat(let expected, let got): "metadata `format` = `\(expected)`, got \(quoted(got))"
    case .wrongMetadata(let key, let expected, let got): "metadata `\(key)` = \(expected), got \(quoted(got))"
    case .wrongShape(let tensor, let expected, let got):
      "\(tensor) [\(expected.map { $0.map { "\($0)" } ?? "any" }.joined(separator: ", "))], "
        + "got \(got.map { "\($0)" } ?? "no such tensor")"
    case .wrongType(let tensor, let got): "\(tensor) in F32, got \(got)"
    case .unknownTensor(let tensor): "the tensors of \(noun) alone, got `\(printable(tensor))` too"
    case .notFinite(let tensor): "finite weights, got NaN or infinity in \(tensor)"
    case .wrongBackbone(let expected, let got): "weights for \(printable(expected)), got weights for \(printable(got))"
    }
  }

  private var advice: String {
    let verb = "`keepframe train \(kind.rawValue)`"
    return switch problem {
    case .wrongBackbone where kind == .gate:
      "take --gate coverage, use the backbone they are for, or train --gate-weights for this one with \(verb)"
    case .wrongBackbone: "use the backbone they are for, or train for this one with \(verb)"
    case .wrongFormat, .wrongMetadata: "pass weights made by this version's \(verb)"
    default: "train again with \(verb)"
    }
  }

  private var noun: String {
    switch kind {
    case .gate: "a gate"
    case .encoder: "an encoder"
    case .boundaries: "a boundary detector"
    }
  }
}
