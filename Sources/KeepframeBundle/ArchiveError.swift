public import KeepframeNumerics
public import KeepframeSystem
public import SystemPackage

/// What went wrong with a file that Keepframe writes or reads back.
public struct ArchiveError: Hashable, Sendable {
  /// What went wrong, with what is known of it.
  public enum Problem: Hashable, Sendable {
    /// The place to write to cannot be made: a missing folder, no permission, a read-only disk.
    case cannotCreate(Errno)
    /// Writing began and failed: a full disk, a file-size limit, an I/O error.
    case cannotWrite(Errno)
    /// The file cannot be read.
    case cannotRead(Errno)
    /// Another process writes the same output now.
    case busy
    /// A result is there already, and replacing it was not asked for.
    case exists(what: String)
    /// Something is there that is never replaced.
    case occupied(by: String)
    /// The place is an input of the run, by this or by another name.
    case isInput(FilePath)
    /// The place is inside a bundle that is an input of the run.
    case insideInput(FilePath)
    /// The place is a folder to be replaced, and an input of the run lies in it.
    case holdsInput(FilePath)
    /// A value that JSON cannot hold, such as NaN or infinity; with the encoder's words.
    case noJSONForm(String)
    /// Not a bundle that can be used.
    case invalid(Damage)
  }

  /// What is wrong with a bundle. Files are named by their path inside it.
  public enum Damage: Hashable, Sendable {
    /// It is a file, not a folder.
    case notABundle
    /// It has no manifest, which is written last.
    case unfinished
    /// It has a schema that this version does not read.
    case otherVersion(expected: String, got: String)
    /// The file cannot be parsed.
    case damaged(file: String)
    /// The manifest does not list the file.
    case unlisted(file: String)
    /// The manifest lists the file, and it would lie outside the bundle.
    case outside(file: String)
    /// The manifest lists the file, and it is not there.
    case missing(file: String)
    /// The file's size or digest is not the manifest's.
    case altered(file: String)
    /// An array in the bundle cannot be read; the error names the file.
    case unreadableArray(TensorError)
    /// The array's `[rows, columns]` are not those of the manifest.
    case wrongShape(file: String, expected: [Int], got: [Int])
    /// A file contradicts itself; says how.
    case contradictsItself(file: String, how: String)
    /// A file contradicts itself or the manifest.
    case contradictsManifest(file: String)
  }

  /// The file or folder that was to be read or written; for an invalid bundle, its folder.
  public let path: FilePath
  /// What went wrong.
  public let problem: Problem

  /// - Parameter path: the file or folder that was to be read or written.
  public init(_ problem: Problem, at path: FilePath) {
    self.path = path
    self.problem = problem
  }
}

extension ArchiveError: KeepframeFailure {
  /// Such as `bundle.altered`; docs/errors.md lists every code.
  public var code: String {
    switch problem {
    case .cannotCreate: "file.cannot-create"
    case .cannotWrite: "file.cannot-write"
    case .cannotRead: "file.cannot-read"
    case .busy: "file.busy"
    case .exists: "file.exists"
    case .occupied: "file.occupied"
    case .isInput: "file.is-input"
    case .insideInput: "file.inside-input"
    case .holdsInput: "file.holds-input"
    case .noJSONForm: "file.no-json-form"
    case .invalid(let damage): damage.code
    }
  }

  /// ``path``, as it was given; never nil.
  public var subject: String? { path.string }

  /// What failed, with the system's words or the names of the bundle's files.
  public var failure: String {
    switch problem {
    case .cannotCreate(let errno): "cannot create (\(errno))"
    case .cannotWrite(let errno): "cannot write (\(errno)); nothing was left behind"
    case .cannotRead(let errno): "cannot read (\(errno))"
    case .busy: "another process is writing it"
    case .exists(let what): what
    case .occupied(let what): "\(what) is there, and is never replaced"
    case .isInput(let input):
      (input == path ? "an input of this run" : "leads to \(input.string), an input of this run")
        + ", and no input is ever written to"
    case .insideInput(let bundle): "inside \(bundle.string), which this run reads"
    case .holdsInput(let input): "would be emptied, and \(input.string) lies in it"
    case .noJSONForm(let problem): "a value has no JSON form: \(problem)"
    case .invalid(let damage): damage.failure
    }
  }

  /// What helps, whichever program asks; nil if no remedy is known.
  public var remedy: String? {
    switch problem {
    case .cannotCreate: "choose another place, or make it writable"
    case .cannotWrite(.noSpace), .cannotWrite(.fileTooLarge): "free some space and run again"
    case .cannotWrite: "check the disk and run again"
    case .cannotRead: "check the path and its permissions"
    case .busy: "wait until it has ended and run again"
    case .exists: "have it replaced, or choose another place"
    case .occupied: "choose another place"
    case .isInput, .holdsInput: "choose another place for the output"
    case .insideInput: "choose a place outside it"
    case .noJSONForm: nil
    case .invalid(let damage): damage.remedy
    }
  }
}

extension ArchiveError.Damage {
  fileprivate var code: String {
    switch self {
    case .notABundle: "bundle.not-a-bundle"
    case .unfinished: "bundle.unfinished"
    case .otherVersion: "bundle.other-version"
    case .damaged: "bundle.damaged"
    case .unlisted: "bundle.unlisted"
    case .outside: "bundle.outside"
    case .missing: "bundle.missing"
    case .altered: "bundle.altered"
    case .unreadableArray: "bundle.unreadable-array"
    case .wrongShape: "bundle.wrong-shape"
    case .contradictsItself, .contradictsManifest: "bundle.contradictory"
    }
  }

  fileprivate var failure: String {
    switch self {
    case .notABundle: "not a bundle"
    case .unfinished: "not a finished bundle (no manifest.json)"
    case .otherVersion(let expected, let got): "expected \(expected), got \(got)"
    case .damaged(let file): "\(file) is damaged"
    case .unlisted(let file): "the manifest lists no \(file)"
    case .outside(let file): "the manifest names a file outside, \(file)"
    case .missing(let file): "\(file) is missing"
    case .altered(let file): "\(file) differs from the manifest"
    case .unreadableArray(let error): error.sentence(advising: nil)
    case .wrongShape(let file, let expected, let got): "\(file): expected float32 \(expected), got \(got)"
    case .contradictsItself(let file, let how): "\(file) contradicts itself (\(how))"
    case .contradictsManifest(let file): "\(file) contradicts itself or the manifest"
    }
  }

  fileprivate var remedy: String? {
    switch self {
    case .notABundle: "make a bundle of the video first"
    case .otherVersion: "make it again with this version"
    case .outside: "do not trust this bundle"
    case .unreadableArray(let error): error.remedy
    case .unfinished, .damaged, .unlisted, .missing, .altered, .wrongShape, .contradictsItself, .contradictsManifest:
      "make it again from the video"
    }
  }
}
