public import Gradients

/// Why nothing could be trained.
public enum TrainingError: Error, Hashable {
  /// Training diverged, or a checkpoint cannot be used.
  case gradients(GradientsError)
  /// `what` is counted, in the plural.
  case tooLittleFootage(what: String, needed: Int, found: Int)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gradients(let error): "\(error)"
    case .tooLittleFootage(let what, let needed, let found):
      "footage: \(needed) \(what) are needed, \(found) found; add more or longer videos"
    }
  }
}
