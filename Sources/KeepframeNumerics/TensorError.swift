public import KeepframeSystem
public import SystemPackage

/// Why an array could not be read from a file or written to one.
public enum TensorError: Hashable {
  /// The operation that the operating system refused, in words that follow "cannot".
  public enum Operation: String, Hashable, Sendable {
    /// Named as in the message: "cannot open".
    case open, read, write
    /// A file is written under another name first, and renamed when it is complete.
    case rename = "rename a draft to it"
  }

  /// The operating system refused.
  case system(operation: Operation, path: FilePath, Errno)
  /// The file is not what its name promises, or it uses something that Keepframe does not support.
  case refused(path: FilePath, Refusal)
  /// An archive would exceed the limits of its format.
  case tooLarge(what: String, expected: String, got: String)
  /// OpenBLAS does not load, for a reason in the system's words.
  case noLibrary(String)
  /// Memory for this purpose could not be allocated.
  case outOfMemory(purpose: String)

  /// What is wrong inside a file.
  public struct Refusal: Hashable, Sendable {
    /// Which part of the file, such as `NPY header`.
    public let what: String
    /// What was expected, in words.
    public let expected: String
    /// What was found, in words.
    public let got: String
    /// How to get a readable file.
    public let advice: String
  }
}

extension TensorError: KeepframeFailure {
  /// An identifier such as `arrays.refused`; docs/errors.md lists all codes.
  public var code: String {
    switch self {
    case .system: "arrays.system"
    case .refused(_, let refusal): refusal.code
    case .tooLarge: "arrays.too-large"
    case .noLibrary: "arrays.no-openblas"
    case .outOfMemory: "arrays.out-of-memory"
    }
  }

  /// The file's path, or what was to be written; nil if OpenBLAS or memory is missing.
  public var subject: String? {
    switch self {
    case .system(_, let path, _), .refused(let path, _): printable(path.string)
    case .tooLarge(let what, _, _): what
    case .noLibrary, .outOfMemory: nil
    }
  }

  /// What failed, in the system's words or as what was expected and what was found.
  public var failure: String {
    switch self {
    case .system(let operation, _, let errno): "cannot \(operation.rawValue): \(errno)"
    case .refused(_, let refusal): refusal.sentence(advising: nil)
    case .tooLarge(_, let expected, let got): "expected \(expected), got \(got)"
    case .noLibrary(let problem): "OpenBLAS does not load (\(printable(problem)))"
    case .outOfMemory(let purpose): "out of memory for \(purpose)"
    }
  }

  /// Advice that holds in any program; never nil.
  public var remedy: String? {
    switch self {
    case .system(_, _, .noSuchFileOrDirectory): "check the path"
    case .system(_, _, .permissionDenied), .system(_, _, .notPermitted), .system(_, _, .readOnlyFileSystem):
      "check the permissions, or choose another place"
    case .system(_, _, .noSpace), .system(_, _, .diskQuotaExceeded): "free some space, or choose another place"
    case .system: "check the path and its disk"
    case .refused(_, let refusal): refusal.remedy
    case .tooLarge: "write several smaller files"
    case .noLibrary: "install libopenblas0"
    case .outOfMemory: "close other programs or raise the memory limit"
    }
  }
}

extension TensorError.Refusal: KeepframeFailure {
  /// Always `arrays.refused`.
  public var code: String { "arrays.refused" }
  /// The part of the file, as in ``what``. The error around it names the file.
  public var subject: String? { what }
  /// What was expected, and what was found.
  public var failure: String { "expected \(expected), got \(got)" }
  /// The same as ``advice``; never nil.
  public var remedy: String? { advice }
}
