import ArgumentParser
import Keepframe
import SystemPackage

struct ScenesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes",
    abstract: "Find the scenes of videos: cuts, dissolves and fades.",
    discussion: """
      EXAMPLE
        keepframe scenes film.mp4
        keepframe scenes film.mp4 -f csv -o film-Scenes.csv     PySceneDetect's format
        keepframe scenes footage/ -f json -o scenes/
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json

    /// What follows the video's stem in the name of a result.
    var suffix: String {
      switch self {
      case .table: "-Scenes.txt"
      case .csv: "-Scenes.csv"
      case .json: ".scenes.json"
      }
    }
  }

  @Argument(help: "Video files, or folders to search for them.", completion: .file())
  var videos: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("table, csv (as PySceneDetect writes it) or json.", valueName: "format"))
  var format = Format.table

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File for the result, folder for several, - for standard output.", valueName: "file"), completion: .file())
  var output = "-"

  @Option(name: .shortAndLong, help: ArgumentHelp("How sure a boundary must be, 0 to 1.", valueName: "p"))
  var threshold: Double?

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("Least length of a scene: 0.6s, 15 (frames), 00:01.500.", valueName: "time"))
  var minSceneLen = SceneLength.seconds(0.6)

  @Flag(help: "Leave out scenes that are shorter than the least length.")
  var dropShortScenes = false

  @Flag(help: "Join a last scene that is too short with the one before.")
  var mergeLastScene = false

  @Flag(help: "Leave the list of cuts out of the CSV's first row.")
  var skipCuts = false

  @Option(help: ArgumentHelp("Write what the detector measured, frame by frame, as CSV.", valueName: "file"), completion: .file())
  var stats: String?

  @OptionGroup(title: "Decoding")
  var decoding: DecodingArguments

  @Flag(help: "Replace files that are there.")
  var force = false

  @OptionGroup(title: "Reporting")
  var talk: TalkArguments

  func validate() throws {
    if let threshold, !(threshold > 0 && threshold < 1) {
      throw ValidationError("--threshold: expected a number between 0 and 1, got \(threshold)")
    }
  }

  func run() throws {
    try reporting {
      var scanner = SceneScanner()
      decoding.apply(to: &scanner.decoding)
      scanner.threshold = threshold
      scanner.minimumSceneLength = minSceneLen
      scanner.dropsShortScenes = dropShortScenes
      scanner.mergesLastScene = mergeLastScene
      let inputs = try Inputs.expand(videos)
      if let stats, stats == output { throw UsageError("--stats and -o name the same file, \(stats)") }
      if inputs.count > 1, stats != nil { throw UsageError("--stats takes one video, got \(inputs.count)") }
      if inputs.count > 1, output == "-", format != .table {
        throw UsageError("\(inputs.count) videos do not fit into one \(format.rawValue) document; name a folder with -o")
      }
      return try Batch.run(Array(zip(inputs, try destinations(of: inputs)))) { input, destination in
        if inputs.count > 1, destination == nil { try Talk.result("\(PrintableText.escaping(input.path))\n") }
        return try scan(input.path, to: destination, with: scanner)
      }
    }
  }

  /// Nil stands for standard output.
  private func destinations(of inputs: [Input]) throws -> [FilePath?] {
    if output == "-" { return inputs.map { _ in nil } }
    let path = RawArgument.path(output)
    let isFolder = inputs.count > 1 || output.hasSuffix("/") || FileSystem.isDirectory(path)
    return isFolder ? try Inputs.destinations(inputs, folder: path, suffix: format.suffix) : [path]
  }

  private func scan(_ video: FilePath, to destination: FilePath?, with scanner: SceneScanner) throws -> ExitStatus {
    let result = try Output(destination, replace: force)
    let statsOutput = try stats.map { try Output(RawArgument.path($0), replace: force) }
    var statsText = StatsCSV.header(AdaptiveDetector.metricNames)
    var printer = ProgressPrinter(talk.progress, name: video.lastComponent?.string ?? "")
    var last = IndexProgress()
    defer { printer.finish(last) }
    let found = try scanner.scenes(
      of: video, cancellation: Interruption.cancellation,
      progress: {
        last = $0
        printer.show($0)
      },
      eachFrame: stats == nil
        ? nil
        : { time, metrics in statsText += StatsCSV.row(time, AdaptiveDetector.metricNames, metrics) })
    printer.finish(last)
    try result.write(Array(text(found, video).utf8))
    try statsOutput?.write(Array(statsText.utf8))
    return talk.status(of: video, isPartial: found.damage.isPartial, found.damage.summary)
  }

  private func text(_ found: SceneScanner.Result, _ video: FilePath) -> String {
    switch format {
    case .table: SceneTable.text(found.scenes)
    case .csv: SceneCSV.text(found.scenes, skipCuts: skipCuts)
    case .json:
      SceneJSON.text(
        found.scenes, video: found.facts, toolVersion: keepframeVersion, damage: found.damage,
        parameters: [
          ("detector", .string(AdaptiveDetector.name)), ("threshold", .number(threshold ?? AdaptiveDetector.defaultThreshold)),
          ("min_scene_len_s", .number(found.minimumSceneSeconds)),
        ])
    }
  }
}
