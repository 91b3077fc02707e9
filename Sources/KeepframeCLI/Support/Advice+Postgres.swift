import Keepframe
import KeepframeLibrary
import KeepframePostgres
import KeepframeSystem

extension PostgresError: Advised {
  var exitStatus: ExitStatus {
    switch problem {
    case .noClient, .cannotConnect, .refused: .missingComponent
    case .badAddress: .usage
    case .lostConnection, .timedOut: .busy
    case .notALibrary, .newerSchema, .damaged, .tooLong: .badMedia
    case .library(let error): error.exitStatus
    case .file(let error): error.exitStatus
    }
  }

  var advice: String? {
    switch problem {
    case .notALibrary: "keepframe library export writes one, and psql loads it"
    case .damaged: "load an export of keepframe library export again"
    case .library(let error): error.advice
    case .file(let error): error.advice
    default: remedy
    }
  }
}
