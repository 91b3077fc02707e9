import ArgumentParser
import Glibc
import Keepframe
public import KeepframeEvaluation
import SystemPackage

extension BoundaryDetections.Format: ExpressibleByArgument {}

struct EvalBoundariesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boundaries",
    abstract: "Score found scenes, of any tool, against the true cuts and transitions.",
    discussion: """
      Truth is JSON: {"cuts": [25, 60], "gradual": [[100, 124]], "ambiguous": [131], "frames": 250, "fps": 25}; frames count from 0, a cut \\
      is the first frame of the new shot. Folders are matched by the clips' names. A detection finds a transition if it lies inside; clips \\
      without boundaries count apart. With --footage, keepframe's own detector is run and scored, before short scenes are dropped.

      EXAMPLE
        keepframe eval boundaries --truth film.mp4.json --detected film-Scenes.csv
        keepframe eval boundaries --truth truth/ --detected transnet/ --json scores.json
        keepframe eval boundaries --truth truth/ --footage clips/
      """)

  @Option(help: ArgumentHelp("Truth of a clip, or a folder of such files.", valueName: "file"), completion: .file())
  var truth: String

  @Option(help: ArgumentHelp("What a tool found, or a folder of such files.", valueName: "file"), completion: .file())
  var detected: String?

  @Option(help: ArgumentHelp("What it is written in: auto, psd-csv, transnetv2, scdet or json.", valueName: "format"))
  var format: BoundaryDetections.Format?

  @Option(help: ArgumentHelp("Folder with the clips themselves, to run keepframe's detector on.", valueName: "folder"))
  var footage: String?

  @OptionGroup
  var detector: DetectorArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("How sure a boundary of --footage must be, 0 to 1.", valueName: "p"))
  var threshold: Double?

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("Least length of a scene of --footage. (default: 0s)", valueName: "time"))
  var minSceneLen: SceneLength?

  @Option(help: ArgumentHelp("How many frames off still counts; with commas between.", valueName: "frames"))
  var tolerance = "0,1,2"

  @Option(
    help: ArgumentHelp("Folder or file of truth whose negatives are added by clip, where it lies apart.", valueName: "file"),
    completion: .file())
  var negatives: String?

  @Option(help: ArgumentHelp("Write all scores as JSON; - for standard output, without the table.", valueName: "file"))
  var json: String?

  @Flag(help: "Replace files that are there.")
  var force = false

  func validate() throws {
    if (detected == nil) == (footage == nil) { throw ValidationError("give either --detected or --footage") }
    if footage == nil, detector.isGiven || threshold != nil || minSceneLen != nil {
      throw ValidationError("--detector, --detector-weights, --threshold and --min-scene-len go with --footage")
    }
    if detected == nil, format != nil { throw ValidationError("--format goes with --detected") }
    if let threshold, !(threshold > 0 && threshold < 1) {
      throw ValidationError("--threshold: expected a number between 0 and 1, got \(threshold)")
    }
    if tolerances == nil { throw ValidationError("--tolerance: expected frames such as 0,1,2, got \(tolerance)") }
  }

  private var tolerances: [Int]? {
    let values = tolerance.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    return values.allSatisfy { $0.map { (0...1000).contains($0) } ?? false } ? values.compactMap(\.self) : nil
  }

  func run() throws {
    try reporting {
      let truths = try ClipFiles.truths(RawArgument.path(truth))
      let inputs = try inputs(truths)
      let output = try json.map { try Output($0 == "-" ? nil : RawArgument.path($0), replace: force, sparing: inputs) }
      var report = BoundaryReport(tolerances: tolerances ?? [])
      var status = ExitStatus.ok
      for (clip, file) in truths {
        var truth = try ClipFiles.truth(file)
        truth.negatives += try negatives(of: clip)
        if let footage {
          let (detections, cpuSeconds, isPartial) = try detect(RawArgument.path(footage).appending(clip))
          if isPartial { status = .partial }
          report.add(clip, detections, against: truth, cpuSeconds: cpuSeconds)
        } else if let detected {
          let path = RawArgument.path(detected)
          let file = FileSystem.isDirectory(path) ? try ClipFiles.file(of: clip, in: path) : path
          let framesPerSecond = truth.framesPerSecond
          let detections = try ClipFiles.parse(file) { bytes throws(BoundaryFileError) in
            try BoundaryDetections(bytes, format: format ?? .auto, framesPerSecond: framesPerSecond)
          }
          report.add(clip, detections, against: truth)
        }
      }
      if json != "-" { try Talk.result(report.table()) }
      try output?.write(Array(report.json().prettyPrinted().utf8))
      return status
    }
  }

  /// What is read of each clip, there or not.
  private func inputs(_ truths: [(clip: String, file: FilePath)]) throws -> InputFiles {
    let paths = truths.flatMap { clip, file in
      let found = detected.map { RawArgument.path($0) }
      let detections = found.flatMap { FileSystem.isDirectory($0) ? try? ClipFiles.file(of: clip, in: $0) : $0 }
      return [file, footage.map { RawArgument.path($0).appending(clip) }, detections, negativesFile(of: clip)].compactMap(\.self)
    }
    return try .ofRun(paths, options: [detector.detectorWeights])
  }

  private func negativesFile(of clip: String) -> FilePath? {
    negatives.map { RawArgument.path($0) }.map { FileSystem.isDirectory($0) ? $0.appending("\(clip).json") : $0 }
  }

  private func negatives(of clip: String) throws -> [BoundaryTruth.Span] {
    guard let file = negativesFile(of: clip), FileSystem.exists(file) else { return [] }
    return try ClipFiles.truth(file).negatives
  }

  /// Runs our own detector on one clip.
  private func detect(_ video: FilePath) throws -> (BoundaryDetections, cpuSeconds: Double, isPartial: Bool) {
    var scanner = SceneScanner()
    scanner.detector = try detector.settings(threshold: threshold)
    scanner.minimumSceneLength = minSceneLen ?? .seconds(0)
    let start = clock()
    let found = try scanner.scenes(of: video, cancellation: Interruption.cancellation)
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    if found.damage.isPartial { Talk.warning("\(PrintableText.escaping(video)): the result is partial: \(found.damage.summary)") }
    return (BoundaryDetections(frames: found.scenes.boundaries.map(\.frame)), seconds, found.damage.isPartial)
  }
}
