internal import KeepframeDecoding
internal import KeepframeSystem
package import SystemPackage

/// Why a folder of videos cannot be learned from.
package enum FootageError: Hashable, Sendable {
  /// `reason` says what was looked for.
  case noVideos(folder: FilePath, reason: String)
  /// The folder holds no JPEG or PNG.
  case noPictures(folder: FilePath)
  /// Videos of one source look alike, so footage is split by source, which needs several.
  case tooFewSources(found: Int, needed: Int)
  /// Edits are composed of pieces of single shots; `frames` is how long a shot must be.
  case tooFewShots(sourcesFound: Int, needed: Int, frames: Int)
  /// A line of `sources.tsv` is not understood, or names no video of the folder. Lines count from
  /// 1.
  case badSources(file: FilePath, line: Int, problem: String)
}

extension FootageError: KeepframeFailure {
  package var code: String {
    switch self {
    case .noVideos: "footage.no-videos"
    case .noPictures: "footage.no-pictures"
    case .tooFewSources: "footage.too-few-sources"
    case .tooFewShots: "footage.too-few-shots"
    case .badSources: "footage.bad-sources"
    }
  }

  package var subject: String? {
    switch self {
    case .noVideos(let folder, _), .noPictures(let folder): PrintableText.escaping(folder)
    case .tooFewSources, .tooFewShots: "footage"
    case .badSources(let file, let line, _): "\(PrintableText.escaping(file)), line \(line)"
    }
  }

  package var failure: String {
    switch self {
    case .noVideos(_, let reason): reason
    case .noPictures: "no picture in this folder (looked for .jpeg, .jpg, .png)"
    case .tooFewSources(let found, let needed): "\(needed) sources are needed, \(found) found"
    case .tooFewShots(let found, let needed, let frames):
      "shots of \(frames) frames or more are needed from \(needed) sources, \(found) found"
    case .badSources(_, _, let problem): problem
    }
  }

  package var remedy: String? {
    switch self {
    case .noVideos: "pass a folder of videos"
    case .noPictures: "pass a folder of photographs"
    case .tooFewSources:
      "add videos of other origin, one sub-folder for each origin, or list the source of each video in sources.tsv"
    case .tooFewShots: "add videos with longer shots"
    case .badSources: "write a video's path below the folder, a tab and its source"
    }
  }
}
