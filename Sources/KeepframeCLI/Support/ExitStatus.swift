import ArgumentParser
import Keepframe
import KeepframeAutograd
import KeepframeFootage
import KeepframeNumerics
import KeepframeSceneFiles
import KeepframeTraining
import SystemPackage

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
      case let error as DecodingError: error.exitStatus
      case let error as FeatureError: error.exitStatus
      case let error as ArchiveError: error.exitStatus
      case let error as TensorError: error.exitStatus
      case is UsageError, is FootageError, is NameClash, is ImpossibleTimecode: .usage
      case let error as WeightsError: error.exitStatus
      case TrainingError.noFFmpeg: .missingComponent
      case is TrainingError, is GradientsError: .usage
      case is CancellationError: .busy  // never seen: an interrupted run exits by its signal
      case let error as SplitError: error.exitStatus
      default: .bug
      }
  }

  /// Whether the next input of a batch would fail in the same way.
  static func endsBatch(_ error: any Error) -> Bool {
    if error is DecodingError || error is ImpossibleTimecode { return false }
    switch (error as? ArchiveError)?.problem {
    case .exists, .occupied, .isInput, .insideInput, .holdsInput: return false
    default: break
    }
    return ![.badMedia, .noInput, .busy].contains(ExitStatus(of: error))
  }
}

/// A call that cannot be carried out as it stands.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension DecodingError {
  fileprivate var exitStatus: ExitStatus {
    switch kind {
    case .noSuchFile: .noInput
    case .outOfMemory: .operatingSystem
    default: .badMedia
    }
  }
}

extension WeightsError {
  fileprivate var exitStatus: ExitStatus {
    switch problem {
    case .file(let error): error.exitStatus
    case .wrongBackbone: .usage
    case .wrongFormat, .wrongMetadata, .wrongShape, .wrongType, .unknownTensor, .notFinite: .badMedia
    }
  }
}

extension FeatureError {
  fileprivate var exitStatus: ExitStatus {
    if isOutOfMemory { return .operatingSystem }
    return isMissingComponent ? .missingComponent : .usage
  }
}

extension ArchiveError {
  fileprivate var exitStatus: ExitStatus {
    switch problem {
    case .isInput, .insideInput, .holdsInput: .usage
    case .cannotCreate, .exists, .occupied: .cannotCreate
    case .cannotWrite: .cannotWrite
    case .cannotRead(let errno): errno == .noSuchFileOrDirectory ? .noInput : .badMedia
    case .busy: .busy
    case .invalid: .badMedia
    }
  }
}

extension SplitError {
  /// The video has been decoded by then: what fails is writing.
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .noFFmpeg, .lacks: .missingComponent
    case .tooManyParts: .usage
    case .failed, .wrongCount, .noContainer, .cannotWrite: .cannotWrite
    case .changed: .badMedia
    }
  }
}

extension TensorError {
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .noLibrary: .missingComponent
    case .outOfMemory: .operatingSystem
    case .system("open", _, .noSuchFileOrDirectory): .noInput
    case .system("write", _, _), .system("rename a draft to it", _, _): .cannotWrite
    case .system, .refused: .badMedia
    case .tooLarge: .cannotWrite
    }
  }
}

/// Runs a verb's body and turns what it throws into one line and an exit status.
func reporting(_ body: () throws -> ExitStatus) throws {
  let status: ExitStatus
  do { status = try body() } catch {
    if let interrupted = Interruption.exitStatus { throw ExitCode(interrupted) }
    Talk.error("\(error)")
    throw ExitCode(ExitStatus(of: error).rawValue)
  }
  if let interrupted = Interruption.exitStatus { throw ExitCode(interrupted) }
  if status != .ok { throw ExitCode(status.rawValue) }
}
