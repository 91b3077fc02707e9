import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

/// Options of footage as frames to make edits of: where it comes from, and which part is used.
@dynamicMemberLookup
struct ReelArguments: ParsableArguments {
  @OptionGroup
  var options: FootageOptions

  @Option(help: ArgumentHelp("Video to leave out; may be given several times.", valueName: "name"))
  var without: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder of TransNetV2's predictions, NAME.predictions.txt. Sure ones count as true; no edit is made across any of them.",
      valueName: "dir"), completion: .directory)
  var labels: String?

  subscript<Value>(dynamicMember path: KeyPath<FootageOptions, Value>) -> Value { options[keyPath: path] }

  /// The videos to learn from, and those that are held out. Without `--fold`, none is held out.
  ///
  /// - Parameter excluded: names to leave out of both, besides ``without``.
  func videos(
    of folder: FootageFolder, excluding excluded: Set<String> = []
  ) throws -> (training: [FootageFolder.Video], heldOut: [FootageFolder.Video]) {
    let all = folder.videos
    for name in without where !all.contains(where: { $0.name == name }) {
      throw UsageError("--without \(name): no such video in \(PrintableText.escaping(RawArgument.path(options.footage)))")
    }
    var held: Set<String> = []
    if let fold = options.fold {
      // Split by the size of the files: this needs no decoding, and videos that are left out do not
      // change it.
      let sizes = try all.reduce(into: [String: Double]()) {
        $0[$1.source, default: 0] += Double(try Fingerprint(of: $1.path).sizeBytes)
      }
      held = try sourcesOfFold(fold.index, of: fold.count, sizes: sizes)
    }
    let used = all.filter { !excluded.contains($0.name) && !without.contains($0.name) }
    return (used.filter { !held.contains($0.source) }, used.filter { held.contains($0.source) })
  }

  /// TransNetV2's predictions for the videos that have some, by the video's name.
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

  /// The files that may hold TransNetV2's predictions for the videos.
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
