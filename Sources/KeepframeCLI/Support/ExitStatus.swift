import ArgumentParser
import Keepframe
import KeepframeLibrary
import KeepframeSystem

/// The exit statuses of the command line, after sysexits.h.
enum ExitStatus: Int32 {
  case ok = 0
  case partial = 3
  case usage = 64
  case badMedia = 65
  case noInput = 66
  case missingComponent = 69
  case bug = 70
  case operatingSystem = 71
  case cannotCreate = 73
  case cannotWrite = 74
  case busy = 75

  init(of error: any Error) {
    self =
      switch error {
      case let error as any Reported: error.exitStatus
      case is CancellationError: .busy  // never used: an interrupted run exits with its signal's status
      default: .bug
      }
  }

  /// Whether the next input of a batch would fail in the same way.
  static func endsBatch(_ error: any Error) -> Bool {
    if error is DecodingError || error is ImpossibleTimecode { return false }
    switch (error as? LibraryError)?.problem {
    case .otherSpace, .otherBackbone, .unknownEncoder, .damaged, .newerSchema, .olderSchema: return true
    default: break
    }
    switch (error as? ArchiveError)?.problem {
    case .exists, .occupied, .isInput, .insideInput, .holdsInput: return false
    default: break
    }
    return ![.badMedia, .noInput, .busy].contains(ExitStatus(of: error))
  }
}

/// Runs a verb's body and turns what it throws into one line and an exit status.
func reporting(_ body: () throws -> ExitStatus) throws {
  let status: ExitStatus
  do { status = try body() } catch {
    if let interrupted = Interruption.exitStatus { throw ExitCode(interrupted) }
    Messages.error(line(of: error))
    throw ExitCode(ExitStatus(of: error).rawValue)
  }
  if let interrupted = Interruption.exitStatus { throw ExitCode(interrupted) }
  if status != .ok { throw ExitCode(status.rawValue) }
}
