internal import KeepframeDecoding
public import SystemPackage

/// Why a video could not be cut into parts. None of these is a fault of the video.
public enum SplitError: Error, Hashable, CustomStringConvertible {
  case noFFmpeg
  case tooManyParts(Int)
  /// ffmpeg ended with an error, or made another number of parts.
  case failed(video: FilePath, status: Int32, says: String)
  case wrongCount(video: FilePath, expected: Int, got: Int)
  /// ffmpeg lacks what it needs; names it.
  case lacks(String)
  /// No kind of file takes what the video has.
  case noContainer(video: FilePath, says: String)
  case cannotWrite(folder: FilePath, Errno)
  /// The video is another than the one whose frames were counted.
  case changed(video: FilePath)

  public var description: String {
    switch self {
    case .noFFmpeg:
      "ffmpeg: not found on PATH, and --split-mode exact needs it; install it, on Debian with apt-get install ffmpeg, or leave out --split-mode"
    case .tooManyParts(let count): "\(count) parts are more than one call of ffmpeg can be told of; raise --min-scene-len"
    case .failed(let video, let status, let says):
      "\(video.string): ffmpeg could not write its parts (status \(status)): \(says.isEmpty ? "it said nothing" : says); try --split-mode copy"
    case .wrongCount(let video, let expected, let got):
      "\(video.string): ffmpeg wrote \(got) parts, expected \(expected), since it decodes other frames; try --split-mode copy"
    case .lacks(let what):
      "ffmpeg: has no \(what), and --split-mode exact needs it; install a build that has, or leave out --split-mode"
    case .noContainer(let video, let says):
      "\(video.string): no kind of file takes copies of its streams (\(says)); --split-mode exact encodes them again"
    case .cannotWrite(let folder, let errno):
      "\(folder.string): cannot write parts: \(errno); free some space, or name another folder"
    case .changed(let video): "\(video.string): changed while it was read; run it again when nothing writes to it"
    }
  }

  init(_ error: CopyError, video: FilePath, folder: FilePath) throws {
    switch error {
    case .reading(let error): throw error.leaving
    case .unsuited(let container, let says): self = .noContainer(video: video, says: "\(container): \(says)")
    case .cannotWrite(let errno): self = .cannotWrite(folder: folder, errno)
    case .changed: self = .changed(video: video)
    }
  }
}
