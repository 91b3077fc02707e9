internal import KeepframeDecoding
internal import KeepframeSystem
package import SystemPackage

/// Why a video could not be cut into parts. None of these is a fault of the video.
package enum SplitError: Hashable {
  case noFFmpeg
  case tooManyParts(Int)
  /// ffmpeg ended with an error, or made another number of parts.
  case failed(video: FilePath, status: Int32, says: String)
  case wrongCount(video: FilePath, expected: Int, got: Int)
  /// ffmpeg lacks something that is needed, which is named.
  case lacks(String)
  /// No container takes the video's streams.
  case noContainer(video: FilePath, says: String)
  case cannotWrite(folder: FilePath, Errno)
  /// The video has changed since its frames were counted.
  case changed(video: FilePath)

  init(_ error: CopyError, video: FilePath, folder: FilePath) throws {
    switch error {
    case .reading(let error): throw error.leaving
    case .unsuited(let container, let says): self = .noContainer(video: video, says: "\(container): \(says)")
    case .cannotWrite(let errno): self = .cannotWrite(folder: folder, errno)
    case .changed: self = .changed(video: video)
    }
  }
}

extension SplitError: KeepframeFailure {
  package var code: String {
    switch self {
    case .noFFmpeg: "splitting.no-ffmpeg"
    case .tooManyParts: "splitting.too-many-parts"
    case .failed: "splitting.failed"
    case .wrongCount: "splitting.wrong-count"
    case .lacks: "splitting.ffmpeg-lacks"
    case .noContainer: "splitting.no-container"
    case .cannotWrite: "splitting.cannot-write"
    case .changed: "splitting.changed"
    }
  }

  package var subject: String? {
    switch self {
    case .noFFmpeg, .lacks: "ffmpeg"
    case .tooManyParts: nil
    case .failed(let path, _, _), .wrongCount(let path, _, _), .noContainer(let path, _), .cannotWrite(let path, _),
      .changed(let path):
      path.string
    }
  }

  package var failure: String {
    switch self {
    case .noFFmpeg: "not found on PATH"
    case .tooManyParts(let count): "\(count) parts are too many for one call of ffmpeg"
    case .failed(_, let status, let says):
      "ffmpeg could not write its parts (status \(status)): \(says.isEmpty ? "it said nothing" : says)"
    case .wrongCount(_, let expected, let got):
      "ffmpeg wrote \(got) parts, expected \(expected), since it decodes other frames"
    case .lacks(let what): "has no \(what)"
    case .noContainer(_, let says): "no kind of file takes copies of its streams (\(says))"
    case .cannotWrite(_, let errno): "cannot write parts: \(errno)"
    case .changed: "changed while it was read"
    }
  }

  package var remedy: String? {
    switch self {
    case .noFFmpeg: "install it, or copy the parts instead of encoding them"
    case .tooManyParts: "ask for longer scenes"
    case .failed, .wrongCount: "copy the parts instead of encoding them"
    case .lacks: "install a build that has it, or copy the parts instead of encoding them"
    case .noContainer: "encode the parts again instead of copying them"
    case .cannotWrite: "free some space, or name another folder"
    case .changed: "run it again when nothing writes to it"
    }
  }
}
