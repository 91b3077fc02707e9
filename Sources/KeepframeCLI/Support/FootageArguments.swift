import ArgumentParser
import Footage
import Keepframe
import SystemPackage

/// Where footage to learn from or to measure on comes from, and which part of it to take.
struct FootageArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of videos; one sub-folder, or one first word of the names, for each origin.", valueName: "dir"),
    completion: .directory)
  var footage: String

  @Option(
    help: ArgumentHelp(
      "Hold out the I-th of N parts, split by origin: training leaves it out, evaluation takes only it.", valueName: "i/n"),
    transform: { text in
      guard let fold = Shard(text), fold.count >= 2 else {
        throw ValidationError("expected i/n with n of 2 or more and i from 0 to n-1, got \(text)")
      }
      return fold
    })
  var fold: Shard?

  @Option(help: ArgumentHelp("Where embeddings are kept between runs. (default: ~/.cache/keepframe/footage)", valueName: "dir"))
  var cache: String?

  @Option(help: ArgumentHelp("efficientnet-lite0, thumbnail, or an .onnx or .xml model with its sidecar.", valueName: "model"))
  var backbone = "efficientnet-lite0"

  @Option(help: ArgumentHelp("Arithmetic of the backbone; auto takes bf16 where the processor has it.", valueName: "type"))
  var precision = Precision.auto

  @Option(help: ArgumentHelp("What random choices follow from.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Threads. Never changes the result.", valueName: "n"))
  var threads = 2

  @Option(help: ArgumentHelp("How to show progress: auto, bar, json or none.", valueName: "style"))
  var progress = ProgressStyle.auto

  func validate() throws {
    if !(1...64).contains(threads) { throw ValidationError("--threads: expected 1 to 64, got \(threads)") }
  }

  /// Embeds the footage, or takes it from the cache.
  ///
  /// - Parameter minimumSources: how many origins the work needs.
  func load(minimumSources: Int) throws -> FootageSet {
    let printer = TrainingPrinter(progress)
    let set = try loadFootage(
      try FootageFolder(RawArgument.path(footage)), backbone: try makeBackbone(named: backbone, precision: precision),
      cache: cache.map { EmbeddingCache(RawArgument.path($0)) } ?? .standard, minimumSources: minimumSources, threads: threads,
      cancellation: Interruption.cancellation, report: { printer.show($0) })
    printer.finish()
    return set
  }

  /// The clips to learn from, and those that are held out; without `--fold` all are learned from and none is held out.
  func split(_ set: FootageSet) throws -> (training: [FootageClip], heldOut: [FootageClip]) {
    guard let fold else { return (set.clips, []) }
    return try set.fold(fold.index, of: fold.count)
  }
}
