internal import KeepframeSystem
public import SystemPackage

/// Why a backbone could not be had, or could not make an embedding.
public enum FeatureError: Error, Hashable {
  /// No inference runtime was found, or the one found does not load. `problem` ends with what to do.
  case runtimeMissing(problem: String)
  /// `model` or one of the files beside it is not there.
  case modelMissing(model: FilePath, problem: String)
  /// The name is neither a built-in backbone nor a model file.
  case unknownBackbone(name: String)
  /// The model's files say something that the pipeline cannot serve. `problem` ends with what to change.
  case modelMismatch(model: FilePath, problem: String)
  /// The runtime refused a call; `message` is its own.
  case runtimeFailed(operation: String, model: FilePath, message: String, advice: String)
  /// The runtime would not fit into memory, and some of them crash where they should say so.
  case outOfMemory(neededBytes: Int)
  /// The network's output cannot be scaled to unit length.
  case noDirection(backbone: String, precision: String, EmbeddingError)

  private static let choices = "pass efficientnet-lite0, thumbnail, or the path of an .xml or .onnx model"

  /// Whether something has to be installed first: the command line exits with 69, not with a complaint about the input.
  public var isMissingComponent: Bool {
    switch self {
    case .runtimeMissing, .modelMissing: true
    case .unknownBackbone, .modelMismatch, .runtimeFailed, .outOfMemory, .noDirection: false
    }
  }

  /// Whether memory or a thread was refused. The runtime has no status of its own for that, only these words.
  public var isOutOfMemory: Bool {
    switch self {
    case .outOfMemory: true
    case .runtimeFailed(_, _, let message, _):
      ["bad_alloc", "can't alloc", "annot allocate memory", "failed to map segment", "Resource temporarily unavailable"]
        .contains { message.contains($0) }
    default: false
    }
  }
}

extension FeatureError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .runtimeMissing(let problem):
      return "no inference runtime: \(problem), or use --backbone thumbnail"
    case .modelMissing(let model, let problem):
      return "\(oneLine(model.string)): \(problem)"
    case .unknownBackbone(let name):
      return "backbone `\(oneLine(name))`: not a built-in one; \(FeatureError.choices)"
    case .modelMismatch(let model, let problem):
      return "\(oneLine(model.string)): \(problem)"
    case .runtimeFailed(let operation, let model, let message, let ownAdvice):
      let advice = isOutOfMemory ? "out of memory: close other programs or raise the memory limit" : ownAdvice
      return "\(oneLine(model.string)): cannot \(operation): \(oneLine(withoutSourceLines(message))); \(advice)"
    case .outOfMemory(let bytes):
      return "out of memory for the inference runtime, which needs \(bytes / 1_000_000) MB; "
        + "raise the memory limit, or use --backbone thumbnail"
    case .noDirection(let backbone, let precision, let error):
      let advice = precision == "f32" ? "the model or its sidecar's mean and std are at fault" : "try --precision f32"
      return "\(oneLine(backbone)) in \(precision): \(error.reason); \(advice)"
    }
  }
}

extension FeatureError {
  /// What is said of a part of the installation that is not there.
  init(_ missing: Installation.Missing) {
    switch missing.part {
    case .runtime: self = .runtimeMissing(problem: "\(missing.problem); \(missing.remedy)")
    case .model:
      let file = FilePath(missing.part.file)
      let way = missing.named == nil ? ", or use --backbone thumbnail" : ""
      self = .modelMissing(
        model: missing.named?.pushing(file) ?? file, problem: "\(missing.problem); \(missing.remedy)\(way)")
    }
  }
}

extension EmbeddingError {
  /// The first two of a message's three parts; the third depends on who asks.
  var reason: String { "embedding [\(dimension)]: expected a finite, non-zero length, got \(norm)" }
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
