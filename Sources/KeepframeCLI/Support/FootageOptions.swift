import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

/// Options of every verb that learns from footage or measures on it.
struct FootageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of videos. Videos of one origin share a sub-folder, or the first word of their names.", valueName: "dir"),
    completion: .directory)
  var footage: String

  @Option(
    help: ArgumentHelp(
      "Hold out the I-th of N parts, split by origin, I from 0 to N-1. Training leaves this part out; other verbs use only it.",
      valueName: "i/n"),
    transform: { text in
      guard let fold = Shard(text), fold.count >= 2 else {
        throw ValidationError("expected i/n with n of 2 or more and i from 0 to n-1, got \(text)")
      }
      return fold
    })
  var fold: Shard?

  @Option(
    help: ArgumentHelp(
      "Folder where embeddings and frames are kept between runs. (default: ~/.cache/keepframe/footage)", valueName: "dir"))
  var cache: String?

  @Option(help: ArgumentHelp("Seed of all random choices.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Number of threads, 1 to 64. Never changes the result.", valueName: "n"))
  var threads = 2

  @Option(help: ArgumentHelp("How to show progress: auto, bar, json or none.", valueName: "style"))
  var progress = ProgressStyle.auto

  func validate() throws {
    if !(1...64).contains(threads) { throw ValidationError("--threads: expected 1 to 64, got \(threads)") }
  }

  /// Finds the videos, and warns about files that are skipped.
  func folder() throws -> FootageFolder {
    let folder = try FootageFolder(RawArgument.path(footage))
    if let note = folder.note { Messages.warning(note) }
    return folder
  }

  /// What a file of weights says about how it was made.
  func provenance(of verb: String) -> Provenance {
    Provenance(madeBy: "keepframe \(keepframeVersion) \(verb)", fold: fold.map { "\($0.index)/\($0.count)" })
  }

  var store: EmbeddingCache? { cache.map { EmbeddingCache(RawArgument.path($0)) } ?? .standard }
}
