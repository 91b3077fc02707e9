import Keepframe
import KeepframeSceneFiles
import KeepframeSystem
import SystemPackage

// What each error of the pipeline means for a run: its exit status, and what to do about it.

extension DecodingError: Advised {
  var exitStatus: ExitStatus {
    switch kind {
    case .noSuchFile: .noInput
    case .outOfMemory: .operatingSystem
    case .notRegularFile, .unreadable, .notMedia, .truncatedHeader, .noVideoStream, .noSuchVideoStream, .unsupportedCodec,
      .encrypted, .tooLarge, .noFrames, .changed, .stalled, .decode, .convert, .encode:
      .badMedia
    }
  }
}

extension SceneJSONError: Advised {
  var exitStatus: ExitStatus { .badMedia }
}

extension ImpossibleTimecode: Advised {
  var exitStatus: ExitStatus { .usage }
  var line: String { "the start timecode \(timecode) is \(failure)" + (remedy.map { "; \($0)" } ?? "") }
}

extension FeatureError: Advised {
  var exitStatus: ExitStatus {
    if isOutOfMemory { return .operatingSystem }
    return isMissingComponent ? .missingComponent : .usage
  }

  var advice: String? {
    switch self {
    case .notInstalled(let missing, _):
      missing.remedy(setUpBy: SetUpWords.advice)
        + (missing.part != .runtime && missing.named != nil ? "" : ", or use --backbone thumbnail")
    case .precisionUnavailable(_, _, let got): "use --precision \(got)"
    case .runtimeFailed where isOutOfMemory: remedy
    case .runtimeFailed(.compile(precision: "f32"), _, _): remedy
    case .runtimeFailed(.compile, _, _): "try --precision f32"
    case .runtimeFailed(.run, _, _): "try --precision f32, or export it again"
    case .outOfMemory: "raise the memory limit, or use --backbone thumbnail"
    case .noDirection(_, precision: "f32", _): remedy
    case .noDirection: "try --precision f32"
    case .modelMissing, .unknownBackbone, .modelMismatch, .runtimeFailed: remedy
    }
  }
}

extension TextError: Advised {
  var exitStatus: ExitStatus {
    switch self {
    case .noRecognition, .noLanguage, .badClassifier: .missingComponent
    case .badLanguages: .usage
    case .recognitionFailed: .badMedia
    }
  }

  var advice: String? {
    switch self {
    case .noRecognition: "apt-get install libtesseract5 tesseract-ocr-eng, or leave out --ocr"
    case .noLanguage: "apt-get install tesseract-ocr-LANG, or set TESSDATA_PREFIX to the folder of its data"
    case .badLanguages: "name languages as Tesseract does, joined by +: --ocr eng+deu"
    case .recognitionFailed: "leave out --ocr"
    case .badClassifier: remedy
    }
  }
}

extension EmbeddingError: Advised {
  var exitStatus: ExitStatus { .bug }  // never reported: a backbone's bad vector is a FeatureError
}

extension ArchiveError: Advised {
  var exitStatus: ExitStatus {
    switch problem {
    case .isInput, .insideInput, .holdsInput: .usage
    case .cannotCreate, .exists, .occupied: .cannotCreate
    case .cannotWrite: .cannotWrite
    case .cannotRead(let errno): errno == .noSuchFileOrDirectory ? .noInput : .badMedia
    case .busy: .busy
    case .noJSONForm, .invalid: .badMedia
    }
  }

  var advice: String? {
    switch problem {
    case .cannotCreate: "choose another place with -o, or make it writable"
    case .exists: "use --force to replace it, or -o for another place"
    case .occupied: "use -o for another place"
    case .busy: "wait for that one and run again"
    case .invalid(let damage): damage.advice ?? remedy
    case .cannotWrite, .cannotRead, .isInput, .insideInput, .holdsInput, .noJSONForm: remedy
    }
  }

  var line: String {
    guard problem == .busy, let advice else { return sentence(advising: advice) }
    return "\(path.string): another keepframe is writing it; \(advice)"
  }
}

extension ArchiveError.Damage {
  fileprivate var advice: String? {
    switch self {
    case .notABundle: "make one with keepframe index"
    case .unfinished: "index the video again"
    case .otherVersion: "index the video again with this version"
    case .damaged, .unlisted, .missing, .altered, .wrongShape, .contradictsItself, .contradictsManifest:
      "index the video again with --force"
    case .unreadableArray(let error): error.advice
    case .outside: nil
    }
  }
}

extension CopyError: Advised {
  var exitStatus: ExitStatus {
    switch self {
    case .reading(let error): error.exitStatus
    case .unsuited, .cannotWrite: .cannotWrite
    case .changed: .badMedia
    }
  }
}

extension SplitError: Advised {
  /// The video has been decoded before it is split, so a failure is one of writing.
  var exitStatus: ExitStatus {
    switch self {
    case .noFFmpeg, .lacks: .missingComponent
    case .tooManyParts: .usage
    case .failed, .wrongCount, .noContainer, .cannotWrite: .cannotWrite
    case .changed: .badMedia
    }
  }

  var advice: String? {
    switch self {
    case .noFFmpeg: "install it, on Debian with apt-get install ffmpeg, or leave out --split-mode exact and --clean"
    case .lacks: "install a build that has it, or leave out --split-mode exact and --clean"
    case .tooManyParts: "raise --min-scene-len, or --min-len of clean clips"
    case .failed, .wrongCount: "try --split-mode copy"
    case .noContainer: "use --split-mode exact, which encodes them again"
    case .cannotWrite, .changed: remedy
    }
  }

  var line: String {
    switch self {
    case .noFFmpeg, .lacks: "ffmpeg: \(failure), and --split-mode exact needs it; \(advice ?? "")"
    case .tooManyParts, .failed, .wrongCount, .noContainer, .cannotWrite, .changed: sentence(advising: advice)
    }
  }
}

extension NameTemplate.Problem: Advised {
  var exitStatus: ExitStatus { .usage }
  var advice: String? { self == .slash ? "it names files only; -o and --split name folders" : remedy }
}

extension SetUpError: Advised {
  var exitStatus: ExitStatus {
    switch self {
    case .altered: .badMedia
    case .cannotCreate, .noDataFolder, .openToOthers: .cannotCreate
    case .cannotWrite: .cannotWrite
    case .busy: .busy
    case .unsupportedMachine, .notInstalled, .misled, .noPython, .noPip, .noNetwork, .fetchFailed, .buildFailed: .missingComponent
    }
  }

  var advice: String? {
    switch self {
    case .unsupportedMachine: "set KEEPFRAME_OPENVINO and KEEPFRAME_MODELS to your own, or use --backbone thumbnail"
    case .notInstalled: "install Keepframe with make install or its .deb"
    case .misled, .noDataFolder, .openToOthers, .cannotCreate, .cannotWrite, .busy, .noPython, .noPip, .noNetwork, .altered,
      .fetchFailed, .buildFailed:
      remedy
    }
  }
}

/// How a person runs a set-up.
enum SetUpWords {
  static func advice(_ setUp: Installation.SetUp) -> String {
    switch setUp {
    case .clone: "run `make setup`"
    case .program: "run `keepframe setup`"
    }
  }
}
