public import SystemPackage
public import Tensors

/// Why a file of encoder weights cannot be used.
public enum ContextError: Error, Hashable {
  /// It cannot be read or written, or is no safetensors file.
  case file(TensorError)
  /// Its metadata names another format, a later version of this one, or none.
  case wrongFormat(path: FilePath, expected: String, got: String?)
  /// It was trained for vectors of another length.
  case wrongDimension(path: FilePath, expected: Int, got: Int)
  /// A tensor has another shape than the others ask for; `got` is nil if it is missing.
  case wrongShape(path: FilePath, tensor: String, expected: [Int], got: [Int]?)
  /// It holds a tensor that this version does not know.
  case unknownTensor(path: FilePath, tensor: String)
  /// A weight is NaN or infinite.
  case notFinite(path: FilePath, tensor: String)
}

extension ContextError: CustomStringConvertible {
  public var description: String {
    func name(_ path: FilePath) -> String { printable(path.string) }
    switch self {
    case .file(let error):
      return "\(error)"
    case .wrongFormat(let path, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "no such metadata"
      return "\(name(path)): expected metadata `format` = `\(expected)`, got \(found); "
        + "pass weights made by `keepframe train encoder`"
    case .wrongDimension(let path, let expected, let got):
      return "\(name(path)): expected weights for [\(expected)] vectors, got [\(got)]; "
        + "they were trained for another backbone: use that one, or train for this one"
    case .wrongShape(let path, let tensor, let expected, let got?):
      return "\(name(path)): expected \(tensor) \(expected), got \(got); train the encoder again"
    case .wrongShape(let path, let tensor, let expected, nil):
      return "\(name(path)): expected \(tensor) \(expected), got no such tensor; train the encoder again"
    case .unknownTensor(let path, let tensor):
      return "\(name(path)): expected the tensors of one encoder, got `\(printable(tensor))` too; train the encoder again"
    case .notFinite(let path, let tensor):
      return "\(name(path)): expected finite weights, got NaN or infinity in \(tensor); train again, with a lower rate"
    }
  }
}
