package import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// Why training stopped, or a checkpoint cannot be used.
package enum GradientsError: Hashable {
  /// A number is NaN or infinite; `what` says which, as in "the loss". The state is the one before
  /// `step`.
  case diverged(step: Int, what: String)
  /// The checkpoint cannot be read or written, or is no safetensors file.
  case file(TensorError)
  /// Its metadata names another format, a later version of this one, or lacks a number.
  case wrongFormat(path: FilePath, expected: String, got: String?)
  /// It was made by a training of other settings; `got` is nil if it does not say.
  case wrongSetting(path: FilePath, name: String, expected: String, got: String?)
  /// A tensor does not fit the model; `got` is nil if it is missing.
  case wrongShape(path: FilePath, tensor: String, expected: [Int], got: [Int]?)
  /// A tensor holds numbers of another precision than the model's.
  case wrongPrecision(path: FilePath, tensor: String, expected: String)
  /// It holds a tensor that the model does not have.
  case unknownTensor(path: FilePath, tensor: String)
}

extension GradientsError: KeepframeFailure {
  package var code: String {
    switch self {
    case .diverged: "training.diverged"
    case .file(let error): error.code
    case .wrongFormat: "checkpoint.wrong-format"
    case .wrongSetting: "checkpoint.wrong-setting"
    case .wrongShape: "checkpoint.wrong-shape"
    case .wrongPrecision: "checkpoint.wrong-precision"
    case .unknownTensor: "checkpoint.unknown-tensor"
    }
  }

  package var subject: String? {
    switch self {
    case .diverged(let step, _): "training, step \(step)"
    case .file(let error): error.subject
    case .wrongFormat(let path, _, _), .wrongSetting(let path, _, _, _), .wrongShape(let path, _, _, _),
      .wrongPrecision(let path, _, _), .unknownTensor(let path, _):
      printable(path.string)
    }
  }

  package var failure: String {
    switch self {
    case .diverged(_, let what):
      return "expected finite numbers, got NaN or infinity in \(what)"
    case .file(let error):
      return error.failure
    case .wrongFormat(_, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "no such metadata"
      return "expected \(expected), got \(found)"
    case .wrongSetting(_, let setting, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "none"
      return "expected \(printable(setting)) `\(printable(expected))`, got \(found)"
    case .wrongShape(_, let tensor, let expected, let got):
      let found = got.map { "\($0)" } ?? "no such tensor"
      return "expected \(printable(tensor)) \(expected), got \(found)"
    case .wrongPrecision(_, let tensor, let expected):
      return "expected \(printable(tensor)) in \(expected), got another type"
    case .unknownTensor(_, let tensor):
      return "expected the tensors of one model, got `\(printable(tensor))` too"
    }
  }

  package var remedy: String? {
    switch self {
    case .diverged: "lower the learning rate or clip gradients; the state before this step was kept"
    case .file(let error): error.remedy
    case .wrongFormat: "pass a checkpoint of this version, or start afresh"
    case .wrongSetting: "resume with the settings it was made with, or start afresh"
    case .wrongShape, .unknownTensor: "resume with the model it was made with, or start afresh"
    case .wrongPrecision: "pass a checkpoint of that precision"
    }
  }
}
