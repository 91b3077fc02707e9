import ArgumentParser
import Footage
import Keepframe
import SystemPackage
import Training

/// Where footage for edits comes from, and which part of it to take.
struct ReelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of videos; one sub-folder, or one first word of the names, for each origin.", valueName: "dir"),
    completion: .directory)
  var footage: String

  @Option(
    help: ArgumentHelp(
      "Hold out the I-th of N parts, split by origin: training leaves it out, composing takes only it.", valueName: "i/n"),
    transform: { text in
      guard let fold = Shard(text), fold.count >= 2 else {
        throw ValidationError("expected i/n with n of 2 or more and i from 0 to n-1, got \(text)")
      }
      return fold
    })
  var fold: Shard?

  @Option(help: ArgumentHelp("Leave out this video; may be repeated.", valueName: "name"))
  var without: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder of TransNetV2's predictions, NAME.predictions.txt: its sure answers are taken for true, and no edit is made across them.",
      valueName: "dir"), completion: .directory)
  var labels: String?

  @Option(help: ArgumentHelp("Where frames are kept between runs. (default: ~/.cache/keepframe/footage)", valueName: "dir"))
  var cache: String?

  @Option(help: ArgumentHelp("What random choices follow from.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Threads. Never changes the result.", valueName: "n"))
  var threads = 2

  @Option(help: ArgumentHelp("How to show progress: auto, bar, json or none.", valueName: "style"))
  var progress = ProgressStyle.auto

  func validate() throws {
    if !(1...64).contains(threads) { throw ValidationError("--threads: expected 1 to 64, got \(threads)") }
  }

  var store: EmbeddingCache? { cache.map { EmbeddingCache(RawArgument.path($0)) } ?? .standard }

  /// The videos to learn from and those of the fold that is held out; without `--fold` all are learned from.
  ///
  /// - Parameter excluded: names to leave out of both, beside ``without``.
  func videos(excluding excluded: Set<String> = []) throws -> (training: [FootageFolder.Video], heldOut: [FootageFolder.Video]) {
    let all = try FootageFolder(RawArgument.path(footage)).videos
    for name in without where !all.contains(where: { $0.name == name }) {
      throw UsageError("--without \(name): no such video in \(PrintableText.escaping(RawArgument.path(footage)))")
    }
    var held: Set<String> = []
    if let fold {
      // By the size of the files, which needs no decoding and does not depend on what is left out.
      let sizes = try all.reduce(into: [String: Double]()) {
        $0[$1.source, default: 0] += Double(try Fingerprint(of: $1.path).sizeBytes)
      }
      held = try sourcesOfFold(fold.index, of: fold.count, sizes: sizes)
    }
    let used = all.filter { !excluded.contains($0.name) && !without.contains($0.name) }
    return (used.filter { !held.contains($0.source) }, used.filter { held.contains($0.source) })
  }

  /// What TransNetV2 said about those of the videos that it has been asked about, by name.
  func teachers(_ videos: [FootageFolder.Video]) throws -> [String: TeacherLabels] {
    guard let labels else { return [:] }
    var found: [String: TeacherLabels] = [:]
    for video in videos {
      let file = RawArgument.path(labels).appending("\(video.path.stem ?? "").predictions.txt")
      if FileSystem.exists(file) { found[video.name] = try TeacherLabels(contentsOf: file) }
    }
    guard !found.isEmpty else { throw UsageError("--labels \(labels): no predictions of any of these videos") }
    return found
  }

  func reels(_ videos: [FootageFolder.Video], _ teachers: [String: TeacherLabels], _ printer: TrainingPrinter) throws -> [Reel] {
    try loadReels(
      videos, suspects: teachers.mapValues(\.suspects), cache: store, threads: threads, cancellation: Interruption.cancellation,
      report: { printer.show($0) })
  }
}
