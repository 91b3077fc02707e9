import Keepframe
import KeepframeLibrary
import KeepframeSystem
import SystemPackage

extension LibraryError: Advised {
  var exitStatus: ExitStatus {
    switch problem {
    case .cannotCreate, .exists, .occupied: .cannotCreate
    case .cannotRead(.noSuchFileOrDirectory), .notRebuilt: .noInput
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
    case .otherSpace:
      "index the video as those in the library were, or use another library; keepframe library rebuild makes this one anew"
    case .unknownEncoder: "index the video with the encoder of this version; keepframe library rebuild makes a library anew"
    case .otherBackbone: "use the library's backbone; keepframe library rebuild makes it anew by another"
    case .notRebuilt: "put them back where they were, or give --drop-missing; if they were added just now, run again"
    case .bundle(let error): error.advice
    case .arrays(let error): error.advice
    default: remedy
    }
  }
}
