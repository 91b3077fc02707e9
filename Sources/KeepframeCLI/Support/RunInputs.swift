import Glibc
import Keepframe
import KeepframeFootage
import SystemPackage

extension InputFiles {
  /// What a run reads, told before it opens anything for writing.
  ///
  /// - Parameters:
  ///   - paths: videos, bundles and whatever else is read.
  ///   - options: words of the command line that name files; those not given are nil.
  ///   - backbone: as named, for the files of its model.
  /// - Throws: ``ArchiveError`` `isInput` if standard output or error goes into one of them, as
  ///   with `>> film.mp4`.
  static func ofRun(_ paths: [FilePath], options: [String?] = [], backbone: String? = nil) throws(ArchiveError) -> InputFiles {
    let named = options.compactMap(\.self).map { RawArgument.path($0) }
    let inputs = InputFiles(paths + named + (backbone.map { modelFiles(ofBackbone: $0) } ?? []))
    let output = FileIdentity(ofFileAt: STDOUT_FILENO).flatMap { inputs.objection(to: $0) }
    if let problem = FileIdentity(ofFileAt: STDERR_FILENO).flatMap({ inputs.objection(to: $0) }) {
      // What is said about it must not go into it either.
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
