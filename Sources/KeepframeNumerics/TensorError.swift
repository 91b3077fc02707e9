internal import KeepframeSystem
public import SystemPackage

/// Why an array could not be read from a file or written to one.
public enum TensorError: Error, Hashable {
  /// The operating system refused: `operation` is a verb, as in "cannot open".
  case system(operation: String, path: FilePath, Errno)
  /// The file is not what its name promises, or asks for something that Keepframe does not do.
  case refused(path: FilePath, Refusal)
  /// An archive would need more than the format can count.
  case tooLarge(what: String, expected: String, got: String)
  /// The system's words for why OpenBLAS does not load.
  case noLibrary(String)
  case outOfMemory(purpose: String)

  /// What is wrong inside a file: "`what`: expected `expected`, got `got`; `advice`".
  public struct Refusal: Error, Hashable, Sendable {
    public let what: String
    public let expected: String
    public let got: String
    public let advice: String
  }
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let operation, let path, let errno):
      return "\(printable(path.string)): cannot \(operation): \(errno); \(advice(errno))"
    case .refused(let path, let refusal):
      return "\(printable(path.string)): \(refusal)"
    case .tooLarge(let what, let expected, let got):
      return "\(what): expected \(expected), got \(got); write several smaller files"
    case .noLibrary(let problem):
      return "OpenBLAS does not load (\(printable(problem))); install libopenblas0, or run `make setup`"
    case .outOfMemory(let purpose):
      return "out of memory for \(purpose); close other programs or raise the memory limit"
    }
  }
}

private func advice(_ errno: Errno) -> String {
  switch errno {
  case .noSuchFileOrDirectory: "check the path"
  case .permissionDenied, .notPermitted, .readOnlyFileSystem: "check the permissions, or choose another place"
  case .noSpace, .diskQuotaExceeded: "free some space, or choose another place"
  default: "check the path and its disk"
  }
}

extension TensorError.Refusal: CustomStringConvertible {
  public var description: String { "\(what): expected \(expected), got \(got); \(advice)" }
}
