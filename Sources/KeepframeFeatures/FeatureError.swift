public import KeepframeSystem
public import SystemPackage

/// Why a backbone could not be had, or could not make an embedding.
public enum FeatureError: Hashable, Sendable {
  /// What the runtime was asked to do. Precisions are `f32` or `bf16`.
  public enum Operation: Hashable, Sendable {
    case readModel
    case compile(precision: String)
    /// To give its input buffer.
    case takeInput
    case run
  }

  /// No inference runtime was found, or the one found does not load.
  case runtimeMissing(problem: String)
  /// `model` or one of the files beside it is not there; what to put there, where that helps.
  case modelMissing(model: FilePath, problem: String, remedy: String?)
  /// The default model is in none of the places where set-up puts it; `problem` says which.
  case modelNotInstalled(model: FilePath, problem: String)
  /// An environment variable names the models' folder, and `model` is not in it.
  case modelNotWhereNamed(model: FilePath, variable: String)
  /// The name is neither a built-in backbone nor a model file.
  case unknownBackbone(name: String)
  /// The model's files say something that the pipeline cannot serve; what to change, where that is known.
  case modelMismatch(model: FilePath, problem: String, remedy: String?)
  /// The processor does arithmetic in another precision than was asked for.
  case precisionUnavailable(model: FilePath, wanted: String, got: String)
  /// The runtime refused a call; `message` is its own.
  case runtimeFailed(Operation, model: FilePath, message: String)
  /// The runtime would not fit into memory, and some of them crash where they should say so.
  case outOfMemory(neededBytes: Int)
  /// The network's output cannot be scaled to unit length.
  case noDirection(backbone: String, precision: String, EmbeddingError)

  /// Whether something has to be installed first, and the input is not to blame.
  public var isMissingComponent: Bool {
    switch self {
    case .runtimeMissing, .modelMissing, .modelNotInstalled, .modelNotWhereNamed: true
    case .unknownBackbone, .modelMismatch, .precisionUnavailable, .runtimeFailed, .outOfMemory, .noDirection: false
    }
  }

  /// Whether memory or a thread was refused. The runtime has no status of its own for that, only these words.
  public var isOutOfMemory: Bool {
    switch self {
    case .outOfMemory: true
    case .runtimeFailed(_, _, let message):
      ["bad_alloc", "can't alloc", "annot allocate memory", "failed to map segment", "Resource temporarily unavailable"]
        .contains { message.contains($0) }
    default: false
    }
  }
}

extension FeatureError: KeepframeFailure {
  public var code: String {
    switch self {
    case .runtimeMissing: "features.no-runtime"
    case .modelMissing: "features.no-model"
    case .modelNotInstalled: "features.model-not-installed"
    case .modelNotWhereNamed: "features.model-not-where-named"
    case .unknownBackbone: "features.unknown-backbone"
    case .modelMismatch: "features.model-mismatch"
    case .precisionUnavailable: "features.precision-unavailable"
    case .runtimeFailed: isOutOfMemory ? "features.out-of-memory" : "features.runtime-failed"
    case .outOfMemory: "features.out-of-memory"
    case .noDirection: "features.no-direction"
    }
  }

  public var subject: String? {
    switch self {
    case .runtimeMissing, .outOfMemory: nil
    case .unknownBackbone(let name): "backbone `\(oneLine(name))`"
    case .modelMissing(let model, _, _), .modelNotInstalled(let model, _), .modelNotWhereNamed(let model, _),
      .modelMismatch(let model, _, _), .precisionUnavailable(let model, _, _), .runtimeFailed(_, let model, _):
      oneLine(model.string)
    case .noDirection(let backbone, let precision, _): "\(oneLine(backbone)) in \(precision)"
    }
  }

  public var failure: String {
    switch self {
    case .runtimeMissing(let problem): "no inference runtime: \(problem)"
    case .modelMissing(_, let problem, _), .modelNotInstalled(_, let problem), .modelMismatch(_, let problem, _): problem
    case .modelNotWhereNamed: "no such file"
    case .unknownBackbone: "not a built-in one"
    case .precisionUnavailable(_, let wanted, let got): "expected arithmetic in \(wanted), this CPU gives \(got)"
    case .runtimeFailed(let operation, _, let message): "cannot \(operation.words): \(oneLine(withoutSourceLines(message)))"
    case .outOfMemory(let bytes): "out of memory for the inference runtime, which needs \(bytes / 1_000_000) MB"
    case .noDirection(_, _, let error): error.sentence(advising: nil)
    }
  }

  public var remedy: String? {
    switch self {
    case .runtimeMissing: "install OpenVINO, or set KEEPFRAME_OPENVINO to the folder of its libraries"
    case .modelMissing(_, _, let remedy), .modelMismatch(_, _, let remedy): remedy
    case .modelNotInstalled: "set KEEPFRAME_MODELS to the folder that has it"
    case .modelNotWhereNamed(_, let variable): "correct \(variable), or unset it"
    case .unknownBackbone: "pass efficientnet-lite0, thumbnail, or the path of an .xml or .onnx model"
    case .precisionUnavailable(_, _, let got): "ask for \(got)"
    case .runtimeFailed where isOutOfMemory: "out of memory: close other programs or raise the memory limit"
    case .runtimeFailed(.readModel, _, _): "copy or export it again"
    case .runtimeFailed(.compile(precision: "f32"), _, _), .runtimeFailed(.takeInput, _, _): "export it again"
    case .runtimeFailed(.compile, _, _): "ask for f32"
    case .runtimeFailed(.run, _, _): "ask for f32, or export it again"
    case .outOfMemory: "raise the memory limit"
    case .noDirection(_, "f32", _): "the model or its sidecar's mean and std are at fault"
    case .noDirection: "ask for f32"
    }
  }
}

extension FeatureError.Operation {
  /// As in "cannot compile the model in bf16".
  fileprivate var words: String {
    switch self {
    case .readModel: "read the model"
    case .compile(let precision): "compile the model in \(precision)"
    case .takeInput, .run: "run the model"
    }
  }
}

/// `message` less its "Exception from src/inference/src/cpp/core.cpp:117:", of which OpenVINO stacks several.
private func withoutSourceLines(_ message: String) -> String {
  var kept: [Substring] = []
  var words = message.split(whereSeparator: \.isWhitespace)[...]
  while let word = words.popFirst() {
    if word == "Exception", words.first == "from" {
      words = words.dropFirst(2)
    } else {
      kept.append(word)
    }
  }
  return kept.joined(separator: " ")
}

/// A foreign text, fit for one line of a terminal: the runtime's messages run over many lines, and file names may hold escapes.
func oneLine(_ text: String, limit: Int = 400) -> String {
  let safe = text.unicodeScalars.map { scalar -> Character in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: " "
    default: Character(scalar)
    }
  }
  let words = String(safe).split(separator: " ").joined(separator: " ")
  return words.count > limit ? words.prefix(limit) + "..." : words
}
