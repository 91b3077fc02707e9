import Glibc
import Keepframe
import KeepframeFootage
import SystemPackage

extension InputFiles {
  /// The files that a run reads. Made before the run opens anything for writing.
  ///
  /// - Parameters:
  ///   - paths: videos, bundles and whatever else is read.
  ///   - options: words of the command line that name files; nil if not given.
  ///   - backbone: name of the backbone, whose model's files are read.
  /// - Throws: ``ArchiveError`` `isInput` if standard output or error goes into one of them, as
  ///   with `>> film.mp4`.
  static func ofRun(_ paths: [FilePath], options: [String?] = [], backbone: String? = nil) throws(ArchiveError) -> InputFiles {
    let named = options.compactMap(\.self).map { RawArgument.path($0) }
    let inputs = InputFiles(paths + named + (backbone.map { modelFiles(ofBackbone: $0) } ?? []))
    let output = FileIdentity(ofFileAt: STDOUT_FILENO).flatMap { inputs.objection(to: $0) }
    if let problem = FileIdentity(ofFileAt: STDERR_FILENO).flatMap({ inputs.objection(to: $0) }) {
      // The message about it must not go into that file either.
      dup2(output == nil ? STDOUT_FILENO : open("/dev/null", O_WRONLY), STDERR_FILENO)
      throw ArchiveError(problem, at: "standard error")
    }
    if let output { throw ArchiveError(output, at: "standard output") }
    return inputs
  }

  /// The same for verbs that learn from footage or measure on it.
  static func ofRun(
    _ footage: FootageFolder, _ paths: [FilePath] = [], options: [String?] = [], backbone: String? = nil
  ) throws(ArchiveError) -> InputFiles {
    try ofRun(
      footage.videos.map(\.path) + [footage.path.appending("sources.tsv")] + paths, options: options, backbone: backbone)
  }
}
