public import KeepframeSystem
public import SystemPackage

/// Why an array could not be read from a file or written to one.
public enum TensorError: Hashable {
  /// What the operating system was asked for, in words that follow "cannot".
  public enum Operation: String, Hashable, Sendable {
    /// As they are called: "cannot open".
    case open, read, write
    /// A file is made beside its place, and moved there when it is complete.
    case rename = "rename a draft to it"
  }

  /// The operating system refused.
  case system(operation: Operation, path: FilePath, Errno)
  /// The file is not what its name promises, or asks for something that Keepframe does not do.
  case refused(path: FilePath, Refusal)
  /// An archive would need more than the format can count.
  case tooLarge(what: String, expected: String, got: String)
  /// The system's words for why OpenBLAS does not load.
  case noLibrary(String)
  /// Memory was refused; says for what it was wanted.
  case outOfMemory(purpose: String)

  /// What is wrong inside a file.
  public struct Refusal: Hashable, Sendable {
    /// Which part of the file, such as `NPY header`.
    public let what: String
    /// What would have been read, in words.
    public let expected: String
    /// What was there, in words.
    public let got: String
    /// How to get a file that can be read.
    public let advice: String
  }
}

extension TensorError: KeepframeFailure {
  /// Such as `arrays.refused`; docs/errors.md lists every code.
  public var code: String {
    switch self {
    case .system: "arrays.system"
    case .refused(_, let refusal): refusal.code
    case .tooLarge: "arrays.too-large"
    case .noLibrary: "arrays.no-openblas"
    case .outOfMemory: "arrays.out-of-memory"
    }
  }

  /// The file's path, or what was to be written; nil where OpenBLAS or memory is what is lacking.
  public var subject: String? {
    switch self {
    case .system(_, let path, _), .refused(let path, _): printable(path.string)
    case .tooLarge(let what, _, _): what
    case .noLibrary, .outOfMemory: nil
    }
  }

  /// What failed, with the system's words or with what was expected and what was there.
  public var failure: String {
    switch self {
    case .system(let operation, _, let errno): "cannot \(operation.rawValue): \(errno)"
    case .refused(_, let refusal): refusal.sentence(advising: nil)
    case .tooLarge(_, let expected, let got): "expected \(expected), got \(got)"
    case .noLibrary(let problem): "OpenBLAS does not load (\(printable(problem)))"
    case .outOfMemory(let purpose): "out of memory for \(purpose)"
    }
  }

  /// What helps whichever program asks; never nil.
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
  /// Which part of the file, as ``what`` says; the error around it names the file.
  public var subject: String? { what }
  /// What was expected, and what was there.
  public var failure: String { "expected \(expected), got \(got)" }
  /// The same as ``advice``; never nil.
  public var remedy: String? { advice }
}
