import ArgumentParser
import Glibc
import Keepframe
public import KeepframeEvaluation
import SystemPackage

extension BoundaryDetections.Format: ExpressibleByArgument {}
extension BoundaryTruth.Format: ExpressibleByArgument {}

struct EvalBoundariesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boundaries",
    abstract: "Score the scenes that any tool found against the true cuts and transitions.",
    discussion: """
      Truth is JSON: {"cuts": [25, 60], "gradual": [[100, 124]], "ambiguous": [131], "frames": 250, "fps": 25}. Frames count \
      from 0; a cut is the first frame of the new shot. Truth can also be a file of ClipShots, or a list of shots, one a line, \
      as for BBC Planet Earth, RAI or SHOT. In folders, files are matched by the names of the clips. A detection finds a \
      transition if it lies inside it. Clips without boundaries are counted separately. With --footage, keepframe's own \
      detector is run and scored, before short scenes are dropped. docs/measures.md defines each figure.

      EXAMPLE
        keepframe eval boundaries --truth film.mp4.json --detected film-Scenes.csv
        keepframe eval boundaries --truth truth/ --detected transnet/ --json scores.json
        keepframe eval boundaries --truth truth/ --footage clips/
        keepframe eval boundaries --truth ClipShots/annotations/test.json --footage ClipShots/videos/
      """)

  @Option(help: ArgumentHelp("File of truth, or a folder of such files.", valueName: "file"), completion: .file())
  var truth: String

  @Option(help: ArgumentHelp("Format of the truth: auto, json, clipshots or shots.", valueName: "format"))
  var truthFormat = BoundaryTruth.Format.auto

  @Option(help: ArgumentHelp("Number to add to every frame of the truth, -1000 to 1000.", valueName: "frames"))
  var truthOffset = 0

  @Option(
    help: ArgumentHelp("File of scenes that a tool found, or a folder of such files.", valueName: "file"),
    completion: .file())
  var detected: String?

  @Option(
    help: ArgumentHelp("Format of --detected: auto, psd-csv, transnetv2, scdet or json. (default: auto)", valueName: "format"))
  var format: BoundaryDetections.Format?

  @Option(help: ArgumentHelp("Folder of the clips themselves, to run keepframe's detector on.", valueName: "folder"))
  var footage: String?

  @OptionGroup
  var detector: DetectorArguments

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How sure the detector must be of a boundary, 0 to 1. Needs --footage.", valueName: "p"))
  var threshold: Double?

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("Minimum length of a scene. Needs --footage. (default: 0s)", valueName: "time"))
  var minSceneLen: SceneLength?

  @OptionGroup
  var lengths: ClipLengthArguments

  @Option(
    help: ArgumentHelp(
      "Frames that a detection may be off. Several numbers, separated by commas, give a score each.", valueName: "frames"))
  var tolerance = "0,1,2"

  @Option(
    help: ArgumentHelp("File of truth, or folder of NAME.json, with negatives to add to those of --truth.", valueName: "file"),
    completion: .file())
  var negatives: String?

  @Option(
    help: ArgumentHelp("File for all scores as JSON; - writes them to standard output instead of the table.", valueName: "file"))
  var json: String?

  @Flag(help: "Replace existing files.")
  var force = false

  func validate() throws {
    if (detected == nil) == (footage == nil) { throw ValidationError("give either --detected or --footage") }
    if footage == nil, detector.isGiven || threshold != nil || minSceneLen != nil {
      throw ValidationError("--detector, --detector-weights, --threshold and --min-scene-len need --footage")
    }
    if detected == nil, format != nil { throw ValidationError("--format needs --detected") }
    if let threshold, !(threshold > 0 && threshold < 1) {
      throw ValidationError("--threshold: expected a number between 0 and 1, got \(threshold)")
    }
    if !(-1000...1000).contains(truthOffset) {
      throw ValidationError("--truth-offset: expected -1000 to 1000, got \(truthOffset)")
    }
    if tolerances == nil { throw ValidationError("--tolerance: expected frames such as 0,1,2, got \(tolerance)") }
  }

  private var tolerances: [Int]? {
    let values = tolerance.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    return values.allSatisfy { $0.map { (0...1000).contains($0) } ?? false } ? values.compactMap(\.self) : nil
  }

  /// A clip and the file that is scored: the video itself, or what a tool found in it.
  private typealias Scored = (clip: ClipFiles.LabelledClip, file: FilePath)

  func run() throws {
    try reporting {
      let clips = try ClipFiles.labelled(RawArgument.path(truth), format: truthFormat)
      let scored = try scored(clips)
      let inputs = try InputFiles.ofRun(
        scored.flatMap { [$0.clip.file, $0.file, negativesFile(of: $0.clip.name)].compactMap(\.self) },
        options: [detector.detectorWeights])
      let output = try json.map { try Output($0 == "-" ? nil : RawArgument.path($0), replace: force, sparing: inputs) }
      var report = BoundaryReport(tolerances: tolerances ?? [])
      var status = ExitStatus.ok
      if scored.count < clips.count {
        Messages.warning(
          "\(footage ?? detected ?? ""): no file for \(clips.count - scored.count) of the \(clips.count) clips of the truth; "
            + "they are left out")
        status = .partial
      }
      for (clip, file) in scored {
        var truth = clip.truth.shifted(by: truthOffset)
        truth.negatives += try negatives(of: clip.name)
        if footage != nil {
          let (found, cpuSeconds) = try detect(file)
          let detections = BoundaryDetections(found.scenes)
          if found.damage.isPartial { status = .partial }
          checkFrameCount(of: clip, detections)
          let purity = ClipPurity(
            of: try boundariesOfClips(of: file, besides: found), frameCount: found.scenes.frameCount,
            framesPerSecond: found.scenes.frameRate?.doubleValue, against: truth, settings: lengths.settings)
          report.add(clip.name, detections, against: truth, cpuSeconds: cpuSeconds, purity: purity)
        } else {
          let framesPerSecond = truth.framesPerSecond
          let detections = try ClipFiles.parse(file) { bytes throws(BoundaryFileError) in
            try BoundaryDetections(bytes, format: format ?? .auto, framesPerSecond: framesPerSecond)
          }
          let purity = ClipPurity(of: detections, against: truth, settings: lengths.settings)
          report.add(clip.name, detections, against: truth, purity: purity)
        }
      }
      if json != "-" { try Messages.result(report.table()) }
      try output?.write(Array(report.json().prettyPrinted().utf8))
      return status
    }
  }

  /// The clips that have a file to score. The others are left out: data sets are seldom complete.
  ///
  /// - Throws: ``UsageError`` if no clip has a file, or if a clip whose truth is our own JSON has
  ///   none.
  private func scored(_ clips: [ClipFiles.LabelledClip]) throws -> [Scored] {
    let folder = RawArgument.path(footage ?? detected ?? "")
    if footage == nil, !FileSystem.isDirectory(folder) {
      if clips.count == 1 { return [(clips[0], folder)] }
      throw UsageError("\(folder): one file cannot be of \(clips.count) clips; name a folder with a file for each")
    }
    let scored = try clips.compactMap { clip -> Scored? in
      let file = try footage == nil ? ClipFiles.file(of: clip, in: folder) : ClipFiles.video(of: clip, in: folder)
      if let file { return (clip, file) }
      if clip.format != .json { return nil }
      // What reads the video reports that it is missing.
      if footage != nil { return (clip, folder.appending(clip.name)) }
      let stem = clip.stems[0]
      throw UsageError(
        "\(folder): no file for \(clip.name); expected one called \(stem)-Scenes.csv, \(stem).scenes.txt or the like")
    }
    if scored.isEmpty { throw UsageError("\(folder): no file for any of the \(clips.count) clips of the truth") }
    return scored
  }

  /// Warns if the labels count other frames than we decode. The decoder with which a video was
  /// labelled may give a frame more or less at its start.
  private func checkFrameCount(of clip: ClipFiles.LabelledClip, _ detections: BoundaryDetections) {
    guard clip.format == .clipshots, let stated = clip.truth.frameCount, let decoded = detections.frameCount, stated != decoded
    else { return }
    Messages.warning("\(clip.name): labelled as \(stated) frames, but has \(decoded); its labels may be off by the difference")
  }

  private func negativesFile(of clip: String) -> FilePath? {
    negatives.map { RawArgument.path($0) }.map { FileSystem.isDirectory($0) ? $0.appending("\(clip).json") : $0 }
  }

  private func negatives(of clip: String) throws -> [BoundaryTruth.Span] {
    guard let file = negativesFile(of: clip), FileSystem.exists(file) else { return [] }
    return try ClipFiles.truth(file).negatives
  }

  /// Runs our own detector on one clip.
  private func detect(_ video: FilePath) throws -> (found: SceneScanner.Result, cpuSeconds: Double) {
    var scanner = SceneScanner()
    scanner.detector = try detector.settings(threshold: threshold)
    scanner.minimumSceneLength = minSceneLen ?? .seconds(0)
    let start = clock()
    let found = try scanner.scenes(of: video, cancellation: Interruption.cancellation)
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    if found.damage.isPartial {
      Messages.warning("\(PrintableText.escaping(video)): the result is partial: \(found.damage.summary)")
    }
    return (found, seconds)
  }

  /// All boundaries that `scenes --clean` would find.
  ///
  /// - Parameter found: the result of a scan for scenes. Its boundaries are returned if a scan for
  ///   clips would run with the same detector settings, as it does if a threshold is given.
  private func boundariesOfClips(of video: FilePath, besides found: SceneScanner.Result) throws -> [Boundary] {
    var scanner = SceneScanner()
    scanner.detector = try detector.settings(threshold: threshold)
    scanner.cleanClips = lengths.settings
    if scanner.effectiveDetector == found.detector { return found.boundaries }
    return try scanner.scenes(of: video, cancellation: Interruption.cancellation).boundaries
  }
}
