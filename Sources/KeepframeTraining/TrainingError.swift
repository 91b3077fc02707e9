package import KeepframeAutograd
internal import KeepframeSystem

/// Why nothing could be trained.
package enum TrainingError: Hashable {
  /// Training diverged, or a checkpoint cannot be used.
  case gradients(GradientsError)
  /// `what` names, in the plural, the things that are counted.
  case tooLittleFootage(what: String, needed: Int, found: Int)
  /// Edits are encoded by ffmpeg, which is not on PATH.
  case noFFmpeg
  case ffmpeg(status: Int32, lastWords: String)
  /// A file of another detector's predictions cannot be used.
  case badLabels(file: String, problem: String)
  /// A file does not say when the slides of a deck are complete.
  case badTruth(file: String)
}

extension TrainingError: KeepframeFailure {
  package var code: String {
    switch self {
    case .gradients(let error): error.code
    case .tooLittleFootage: "training.too-little-footage"
    case .noFFmpeg: "training.no-ffmpeg"
    case .ffmpeg: "training.ffmpeg-failed"
    case .badLabels: "training.bad-labels"
    case .badTruth: "training.bad-truth"
    }
  }

  package var subject: String? {
    switch self {
    case .gradients(let error): error.subject
    case .tooLittleFootage: "footage"
    case .noFFmpeg, .ffmpeg: nil
    case .badLabels(let file, _), .badTruth(let file): file
    }
  }

  package var failure: String {
    switch self {
    case .gradients(let error): error.failure
    case .tooLittleFootage(let what, let needed, let found): "\(needed) \(what) are needed, \(found) found"
    case .noFFmpeg: "found no ffmpeg on PATH, which encodes the videos"
    case .ffmpeg(let status, let lastWords): "ffmpeg ended with \(status): \(lastWords)"
    case .badLabels(_, let problem): problem
    case .badTruth: "not the truth of a deck of slides"
    }
  }

  package var remedy: String? {
    switch self {
    case .gradients(let error): error.remedy
    case .tooLittleFootage: "add more or longer videos"
    case .noFFmpeg: "install it (apt-get install ffmpeg)"
    case .ffmpeg, .badLabels: nil
    case .badTruth: "make decks again"
    }
  }
}
