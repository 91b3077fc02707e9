public import KeepframeNumerics
internal import KeepframeSystem
public import SystemPackage

/// Why training stopped, or a checkpoint cannot be used.
public enum GradientsError: Error, Hashable {
  /// A number is NaN or infinite; `what` says which, as in "the loss". The state is the one before `step`.
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

extension GradientsError: CustomStringConvertible {
  public var description: String {
    func name(_ path: FilePath) -> String { printable(path.string) }
    switch self {
    case .diverged(let step, let what):
      return "training, step \(step): expected finite numbers, got NaN or infinity in \(what); "
        + "lower the learning rate or clip gradients; the state before this step was kept"
    case .file(let error):
      return "\(error)"
    case .wrongFormat(let path, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "no such metadata"
      return "\(name(path)): expected \(expected), got \(found); pass a checkpoint of this version, or start afresh"
    case .wrongSetting(let path, let setting, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "none"
      return "\(name(path)): expected \(printable(setting)) `\(printable(expected))`, got \(found); "
        + "resume with the settings it was made with, or start afresh"
    case .wrongShape(let path, let tensor, let expected, let got):
      let found = got.map { "\($0)" } ?? "no such tensor"
      return "\(name(path)): expected \(printable(tensor)) \(expected), got \(found); "
        + "it is of another model: resume with that, or start afresh"
    case .wrongPrecision(let path, let tensor, let expected):
      return "\(name(path)): expected \(printable(tensor)) in \(expected), got another type; pass a checkpoint of that precision"
    case .unknownTensor(let path, let tensor):
      return "\(name(path)): expected the tensors of one model, got `\(printable(tensor))` too; "
        + "it is of another model: resume with that, or start afresh"
    }
  }
}
