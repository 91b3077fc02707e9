public import KeepframeSystem
public import SystemPackage

/// Why a backbone could not be made, or could not make an embedding.
public enum FeatureError: Hashable, Sendable {
  /// What the runtime was asked to do. Precisions are `f32` or `bf16`.
  public enum Operation: Hashable, Sendable {
    /// To read the model's files.
    case readModel
    /// To compile the model for the processor.
    case compile(precision: String)
    /// To give its input buffer.
    case takeInput
    /// To make an embedding.
    case run
  }

  /// The runtime or the default model was not found, or does not load: `problem` says which.
  case notInstalled(Installation.Missing, problem: String)
  /// `model` or one of the files beside it is missing. `remedy` says what to put there, where that
  /// helps.
  case modelMissing(model: FilePath, problem: String, remedy: String?)
  /// The name is neither a built-in backbone nor a model file.
  case unknownBackbone(name: String)
  /// The model's files state something that the pipeline cannot serve. `remedy` says what to
  /// change, where that is known.
  case modelMismatch(model: FilePath, problem: String, remedy: String?)
  /// The processor computes in another precision than was asked for.
  case precisionUnavailable(model: FilePath, wanted: String, got: String)
  /// The runtime refused a call; `message` is its own.
  case runtimeFailed(Operation, model: FilePath, message: String)
  /// The runtime would not fit into memory. It is not tried, because some runtimes crash instead of
  /// failing.
  case outOfMemory(neededBytes: Int)
  /// The network's output cannot be scaled to unit length.
  case noDirection(backbone: String, precision: String, EmbeddingError)

  /// Whether something has to be installed first, and the input is not to blame.
  public var isMissingComponent: Bool {
    switch self {
    case .notInstalled, .modelMissing: true
    case .unknownBackbone, .modelMismatch, .precisionUnavailable, .runtimeFailed, .outOfMemory, .noDirection: false
    }
  }

  /// Whether memory or a thread was refused. The runtime has no status for that, so its message is
  /// searched for these words.
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
  /// Such as `features.no-runtime`; docs/errors.md lists every code.
  public var code: String {
    switch self {
    case .notInstalled(let missing, _): missing.part == .runtime ? "features.no-runtime" : "features.model-not-installed"
    case .modelMissing: "features.no-model"
    case .unknownBackbone: "features.unknown-backbone"
    case .modelMismatch: "features.model-mismatch"
    case .precisionUnavailable: "features.precision-unavailable"
    case .runtimeFailed: isOutOfMemory ? "features.out-of-memory" : "features.runtime-failed"
    case .outOfMemory: "features.out-of-memory"
    case .noDirection: "features.no-direction"
    }
  }

  /// The model's file or the backbone's name; nil if the runtime or memory is lacking.
  public var subject: String? {
    switch self {
    case .outOfMemory: nil
    case .notInstalled(let missing, _):
      missing.part == .runtime
        ? nil : oneLine((missing.named?.appending(missing.part.file) ?? FilePath(missing.part.file)).string)
    case .unknownBackbone(let name): "backbone `\(oneLine(name))`"
    case .modelMissing(let model, _, _), .modelMismatch(let model, _, _), .precisionUnavailable(let model, _, _),
      .runtimeFailed(_, let model, _):
      oneLine(model.string)
    case .noDirection(let backbone, let precision, _): "\(oneLine(backbone)) in \(precision)"
    }
  }

  /// What failed. If the runtime refused a call, its own words follow.
  public var failure: String {
    switch self {
    case .notInstalled(let missing, let problem): missing.part == .runtime ? "no inference runtime: \(problem)" : problem
    case .modelMissing(_, let problem, _), .modelMismatch(_, let problem, _): problem
    case .unknownBackbone: "not a built-in one"
    case .precisionUnavailable(_, let wanted, let got): "expected arithmetic in \(wanted), this CPU gives \(got)"
    case .runtimeFailed(let operation, _, let message): "cannot \(operation.words): \(oneLine(withoutSourceLines(message)))"
    case .outOfMemory(let bytes): "out of memory for the inference runtime, which needs \(bytes / 1_000_000) MB"
    case .noDirection(_, _, let error): error.sentence(advising: nil)
    }
  }

  /// What helps, whichever program asks; nil if no remedy is known.
  public var remedy: String? {
    switch self {
    case .notInstalled(let missing, _): missing.remedy { _ in nil }
    case .modelMissing(_, _, let remedy), .modelMismatch(_, _, let remedy): remedy
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

extension FeatureError {
  init(_ missing: Installation.Missing) { self = .notInstalled(missing, problem: missing.problem) }
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

/// `message` without "Exception from src/inference/src/cpp/core.cpp:117:" and the like, of which
/// OpenVINO stacks several.
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
