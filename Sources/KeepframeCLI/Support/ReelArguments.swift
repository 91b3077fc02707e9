import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

/// Footage as frames to make edits of: where it comes from, and which part of it to take.
@dynamicMemberLookup
struct ReelArguments: ParsableArguments {
  @OptionGroup
  var options: FootageOptions

  @Option(help: ArgumentHelp("Leave out this video; may be repeated.", valueName: "name"))
  var without: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder of TransNetV2's predictions, NAME.predictions.txt: its sure answers are taken for true, and no edit is made across them.",
      valueName: "dir"), completion: .directory)
  var labels: String?

  subscript<Value>(dynamicMember path: KeyPath<FootageOptions, Value>) -> Value { options[keyPath: path] }

  /// The videos to learn from and those of the fold that is held out; without `--fold` all are
  /// learned from.
  ///
  /// - Parameter excluded: names to leave out of both, beside ``without``.
  func videos(
    of folder: FootageFolder, excluding excluded: Set<String> = []
  ) throws -> (training: [FootageFolder.Video], heldOut: [FootageFolder.Video]) {
    let all = folder.videos
    for name in without where !all.contains(where: { $0.name == name }) {
      throw UsageError("--without \(name): no such video in \(PrintableText.escaping(RawArgument.path(options.footage)))")
    }
    var held: Set<String> = []
    if let fold = options.fold {
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
      let file = Self.labels(of: video, in: labels)
      if FileSystem.exists(file) { found[video.name] = try TeacherLabels(contentsOf: file) }
    }
    guard !found.isEmpty else { throw UsageError("--labels \(labels): no predictions of any of these videos") }
    return found
  }

  /// Where what TransNetV2 said about the videos may lie.
  func labelFiles(_ folder: FootageFolder) -> [FilePath] {
    labels.map { labels in folder.videos.map { Self.labels(of: $0, in: labels) } } ?? []
  }

  private static func labels(of video: FootageFolder.Video, in folder: String) -> FilePath {
    RawArgument.path(folder).appending("\(video.path.stem ?? "").predictions.txt")
  }

  func reels(_ videos: [FootageFolder.Video], _ teachers: [String: TeacherLabels], _ printer: TrainingPrinter) throws -> [Reel] {
    try loadReels(
      videos, suspects: teachers.mapValues(\.suspects), cache: options.store, threads: options.threads,
      cancellation: Interruption.cancellation,
      report: { printer.show($0) })
  }
}
