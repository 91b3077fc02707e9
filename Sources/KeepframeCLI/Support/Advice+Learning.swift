import Keepframe
import KeepframeAutograd
import KeepframeEvaluation
import KeepframeFootage
import KeepframeNumerics
import KeepframeSystem
import KeepframeTraining
import SystemPackage

// Exit status and advice for errors of arrays, of learned weights, and of the verbs that learn and
// measure.

extension TensorError: Advised {
  var exitStatus: ExitStatus {
    switch self {
    case .noLibrary: .missingComponent
    case .outOfMemory: .operatingSystem
    case .system(.open, _, .noSuchFileOrDirectory): .noInput
    case .system(.write, _, _), .system(.rename, _, _): .cannotWrite
    case .system, .refused: .badMedia
    case .tooLarge: .cannotWrite
    }
  }

  var advice: String? {
    if case .noLibrary = self { "install libopenblas0, or run `make setup`" } else { remedy }
  }
}

extension TensorError.Refusal: Advised {
  var exitStatus: ExitStatus { .badMedia }
}

extension WeightsError: Advised {
  var exitStatus: ExitStatus {
    switch problem {
    case .file(let error): error.exitStatus
    case .wrongBackbone: .usage
    case .wrongFormat, .wrongMetadata, .wrongShape, .wrongType, .unknownTensor, .notFinite: .badMedia
    }
  }

  var advice: String? {
    let verb = "`keepframe train \(kind.rawValue)`"
    return switch problem {
    case .file(let error): error.advice
    case .wrongBackbone where kind == .gate:
      "take --gate coverage, use the backbone they are for, or train --gate-weights for this one with \(verb)"
    case .wrongBackbone: "use the backbone they are for, or train for this one with \(verb)"
    case .wrongFormat, .wrongMetadata: "pass weights made by this version's \(verb)"
    case .wrongShape, .wrongType, .unknownTensor, .notFinite: "train again with \(verb)"
    }
  }
}

extension GradientsError: Advised {
  var exitStatus: ExitStatus { .usage }
  var advice: String? { if case .file(let error) = self { error.advice } else { remedy } }
}

extension TrainingError: Advised {
  var exitStatus: ExitStatus {
    switch self {
    case .noFFmpeg: .missingComponent
    case .badTruth: .badMedia
    case .gradients, .tooLittleFootage, .ffmpeg, .badLabels: .usage
    }
  }

  var advice: String? { if case .gradients(let error) = self { error.advice } else { remedy } }
}

extension FootageError: Advised {
  var exitStatus: ExitStatus { .usage }
}

extension LabelError: Advised {
  var exitStatus: ExitStatus {
    switch self {
    case .badLine, .unusable, .noVideo: .badMedia
    case .nothingWanted, .notNamed, .unknownName, .tooFewVideos, .oneSided: .usage
    }
  }

  var advice: String? {
    switch self {
    case .noVideo: "name videos by their path below --footage, or by their file name"
    case .nothingWanted: "say which of them are wanted with --want"
    case .notNamed: "leave out --want"
    case .unknownName: "give one of these to --want"
    case .badLine, .unusable, .tooFewVideos, .oneSided: remedy
    }
  }
}

extension BoundaryFileError: Advised {
  var exitStatus: ExitStatus { .badMedia }
  var advice: String? { problem == .unknownFormat ? "say which with --format" : remedy }
}
