import Keepframe
import KeepframeLibrary
import KeepframeSystem
import SystemPackage

extension LibraryError: Advised {
  var exitStatus: ExitStatus {
    switch problem {
    case .cannotCreate, .exists, .occupied: .cannotCreate
    case .cannotRead(.noSuchFileOrDirectory): .noInput
    case .cannotRead, .notALibrary, .newerSchema, .olderSchema, .damaged, .otherSpace, .unknownEncoder: .badMedia
    case .cannotWrite: .cannotWrite
    case .busy: .busy
    case .otherDimension, .otherBackbone, .empty, .noSuchPart, .blankQuery: .usage
    case .bundle(let error): error.exitStatus
    case .arrays(let error): error.exitStatus
    }
  }

  var advice: String? {
    switch problem {
    case .notALibrary: "check the path; keepframe index --library makes a library"
    case .damaged: "keepframe library repair rebuilds it from what is sound"
    case .empty: "keepframe index --library adds videos"
    case .bundle(let error): error.advice
    case .arrays(let error): error.advice
    default: remedy
    }
  }
}
