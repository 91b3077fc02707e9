internal import KeepframeDecoding
internal import KeepframeSystem
public import SystemPackage

/// Why a folder of videos cannot be learned from.
public enum FootageError: Error, Hashable, Sendable {
  /// `reason` says what was looked for.
  case noVideos(folder: FilePath, reason: String)
  /// Videos of one source look alike, so a split by source needs several.
  case tooFewSources(found: Int, needed: Int)
  /// Edits are composed of pieces of single shots; `frames` is how long a shot must be.
  case tooFewShots(sourcesFound: Int, needed: Int, frames: Int)
  /// A line of `sources.tsv` is not understood, or names no video of the folder. Lines count from 1.
  case badSources(file: FilePath, line: Int, problem: String)
}

extension FootageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noVideos(let folder, let reason):
      "\(PrintableText.escaping(folder)): \(reason); pass a folder of videos"
    case .tooFewSources(let found, let needed):
      "footage: \(needed) sources are needed, \(found) found; add videos of other origin, one sub-folder for each origin, "
        + "or say in sources.tsv which come from where"
    case .tooFewShots(let found, let needed, let frames):
      "footage: shots of \(frames) frames or more are needed from \(needed) sources, \(found) found that have such; "
        + "add videos with longer shots"
    case .badSources(let file, let line, let problem):
      "\(PrintableText.escaping(file)), line \(line): \(problem); write a video's path below the folder, a tab and its source"
    }
  }
}
