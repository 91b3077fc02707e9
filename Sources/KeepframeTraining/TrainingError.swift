public import KeepframeAutograd

/// Why nothing could be trained.
public enum TrainingError: Error, Hashable {
  /// Training diverged, or a checkpoint cannot be used.
  case gradients(GradientsError)
  /// `what` is counted, in the plural.
  case tooLittleFootage(what: String, needed: Int, found: Int)
  /// Edits are encoded by ffmpeg, which is not on PATH.
  case noFFmpeg
  case ffmpeg(status: Int32, lastWords: String)
  /// A file of another detector's predictions cannot be used.
  case badLabels(file: String, problem: String)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gradients(let error): "\(error)"
    case .tooLittleFootage(let what, let needed, let found):
      "footage: \(needed) \(what) are needed, \(found) found; add more or longer videos"
    case .noFFmpeg: "no ffmpeg on PATH, which encodes the edits; install it (apt-get install ffmpeg)"
    case .ffmpeg(let status, let lastWords): "ffmpeg ended with \(status): \(lastWords)"
    case .badLabels(let file, let problem): "\(file): \(problem)"
    }
  }
}
