public import SystemPackage

/// What went wrong with a file that Keepframe writes or reads back.
public struct ArchiveError: Error, Hashable, Sendable {
  public enum Problem: Hashable, Sendable {
    /// The place to write to cannot be made: a missing folder, no permission, a read-only disk.
    case cannotCreate(Errno)
    /// Writing began and failed: a full disk, a file-size limit, an I/O error.
    case cannotWrite(Errno)
    case cannotRead(Errno)
    /// Another process writes the same output now.
    case busy
    /// A result is there already, and nobody said to replace it.
    case exists(what: String)
    /// Something is there that is never replaced.
    case occupied(by: String)
    /// The place is an input of the run, by this or by another name.
    case isInput(FilePath)
    /// The place is inside a bundle that is an input of the run.
    case insideInput(FilePath)
    /// The place is a folder to be replaced, and an input of the run lies in it.
    case holdsInput(FilePath)
    /// Not a bundle, unfinished, damaged, or of a version that this one does not read.
    case invalid(why: String)
  }

  public let path: FilePath
  public let problem: Problem

  public init(_ problem: Problem, at path: FilePath) {
    self.path = path
    self.problem = problem
  }
}

extension ArchiveError: CustomStringConvertible {
  public var description: String {
    let name = path.string
    return switch problem {
    case .cannotCreate(let errno): "\(name): cannot create (\(errno)); choose another place with -o, or make it writable"
    case .cannotWrite(let errno):
      [.noSpace, .fileTooLarge].contains(errno)
        ? "\(name): cannot write (\(errno)); nothing was left behind; free some space and run again"
        : "\(name): cannot write (\(errno)); nothing was left behind; check the disk and run again"
    case .cannotRead(let errno): "\(name): cannot read (\(errno)); check the path and its permissions"
    case .busy: "\(name): another keepframe is writing it; wait for that one and run again"
    case .occupied(let what): "\(name): \(what) is there, which is never replaced; use -o for another place"
    case .exists(let what): "\(name): \(what); use --force to replace it, or -o for another place"
    case .isInput(let input):
      (input == path ? "\(name): an input of this run" : "\(name): leads to \(input.string), an input of this run")
        + ", and no input is ever written to; choose another place for the output"
    case .insideInput(let bundle): "\(name): inside \(bundle.string), which this run reads; choose a place outside it"
    case .holdsInput(let input): "\(name): would be emptied, and \(input.string) lies in it; choose another place for the output"
    case .invalid(let why): "\(name): \(why)"
    }
  }
}
