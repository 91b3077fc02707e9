import ArgumentParser
import Keepframe
import KeepframeSceneFiles
import KeepframeSystem
import SystemPackage

struct ScenesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes",
    abstract: "Find the scenes of videos: cuts, dissolves and fades.",
    discussion: """
      Formats: table; csv as PySceneDetect writes it; json and jsonl; edl (CMX 3600), otio and fcpxml for editors; qp for x264; \
      vtt and ffmetadata for chapters; transnetv2, first and last frames as TransNetV2 lists them; clips, one line of JSON for \
      each clip of --clean. A video is decoded once for all its results. The scenes of a bundle are read from it, without \
      decoding. Pictures go into the folder of -o.

      EXAMPLE
        keepframe scenes film.mp4
        keepframe scenes film.mp4 -f csv,otio,vtt -o lists/     film-Scenes.csv, film.otio, film.chapters.vtt
        keepframe scenes film.mp4 --images 3 --sprites --contact-sheet film.jpg -o pictures/
        keepframe scenes film.mp4 --split parts/ --split-mode exact
        keepframe scenes film.keepframe -f edl -o film.edl
        keepframe scenes film.mxf -f edl --start-timecode "01:00:00;00" -o film.edl
        keepframe scenes film.mp4 --level scenes                runs of shots that belong together
        keepframe scenes film.mp4 --clean --max-len 10 --split clips/ -f clips -o film.jsonl --embed film.npy
      """)

  @Argument(help: "Video files, folders to search for them, or bundles.", completion: .file())
  var videos: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Formats, separated by commas: \(SceneFormats.names). (default: table)", valueName: "formats"),
    transform: { try SceneFormats.parse($0) })
  var format = [SceneFormat.table]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("File for the result, or folder for several results; - for standard output.", valueName: "file"),
    completion: .file())
  var output = "-"

  @Option(
    help: ArgumentHelp(
      "How much to decode: exact, balanced or fast. Decoding less is faster and may miss more. (default: exact)",
      valueName: "effort"))
  var effort: Effort?

  @OptionGroup
  var detector: DetectorArguments

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How sure the detector must be of a boundary, 0 to 1. (default: 0.5; 0.05 with --clean)", valueName: "p"))
  var threshold: Double?

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("Minimum length of a scene, such as 0.6s, 15 (frames) or 00:01.500. (default: 0.6s)", valueName: "time"))
  var minSceneLen: SceneLength?

  @Option(
    help: ArgumentHelp(
      "What to do with boundaries that are jumps within a take: keep, drop, or only (keep no others). drop and only need the "
        + "learned detector, which does not recognise every jump. (default: keep)",
      valueName: "what"))
  var jumps: DetectorSettings.Jumps?

  @Flag(help: "Leave out scenes that are shorter than --min-scene-len.")
  var dropShortScenes = false

  @Flag(help: "Join the last scene to the one before it if it is shorter than --min-scene-len.")
  var mergeLastScene = false

  @Flag(help: "Leave out the first row of the CSV, which lists the cuts.")
  var skipCuts = false

  @Option(
    help: ArgumentHelp(
      "Timecode of the first frame, for edl, otio and fcpxml: HH:MM:SS:FF, or HH:MM:SS;FF for drop frame. (default: the file's)",
      valueName: "timecode"))
  var startTimecode: StartTimecode?

  @Option(
    help: ArgumentHelp("File for what the detector measured at each frame, as CSV.", valueName: "file"),
    completion: .file())
  var stats: String?

  @OptionGroup(title: "Scenes of several shots")
  var level: SceneLevelArguments

  @OptionGroup(title: "Clean clips")
  var clean: CleanArguments

  @OptionGroup(title: "Pictures and parts")
  var files: SceneFileArguments

  @OptionGroup(title: "Decoding")
  var decoding: DecodingArguments

  @Flag(help: "Name results film.mp4-Scenes.csv instead of film-Scenes.csv, so that film.mp4 and film.mov do not clash.")
  var keepExtension = false

  @Flag(help: "Replace existing files.")
  var force = false

  @Flag(help: "Print the time that each stage took to standard error.")
  var timings = false

  @OptionGroup(title: "Reporting")
  var messages: MessageArguments

  func validate() throws {
    try level.requireUse(embedsClips: clean.embed != nil)
    try checkClean()
    if let effort, effort != .exact, stats != nil || files.readsFrames || level.level == .scenes {
      throw ValidationError(
        "--effort \(effort.rawValue) does not decode every frame, but --images, --sprites, --contact-sheet, --stats, "
          + "--level scenes and --split by copy need them all; leave out --effort")
    }
    if let threshold, !(threshold > 0 && threshold < 1) {
      throw ValidationError("--threshold: expected a number between 0 and 1, got \(threshold)")
    }
    if let jumps, jumps != .keep, detector.detector == .adaptive {
      throw ValidationError("--jumps \(jumps.rawValue): the adaptive detector does not tell jumps from cuts")
    }
  }

  private func checkClean() throws {
    guard clean.clean else {
      if format.contains(.clips) { throw ValidationError("-f clips needs --clean") }
      return
    }
    if let format = format.first(where: { !$0.allowsGaps }) {
      throw ValidationError(
        "-f \(format.rawValue) has no room for the gaps between clean clips; leave out --clean, or use -f clips")
    }
    if minSceneLen != nil || dropShortScenes || mergeLastScene {
      throw ValidationError(
        "--min-scene-len, --drop-short-scenes and --merge-last-scene are for scenes; with --clean use --min-len")
    }
    if let jumps, jumps != .keep {
      throw ValidationError("--jumps \(jumps.rawValue) would leave boundaries inside clean clips; leave out --clean")
    }
    if level.level == .scenes {
      throw ValidationError("--level scenes joins shots, but a clean clip lies within one; leave out --clean")
    }
    if files.splitMode == .copy {
      throw ValidationError("--split-mode copy cuts at key frames, outside clean clips; with --clean use --split-mode exact")
    }
    if files.images != nil || files.contactSheet != nil {
      throw ValidationError("--images and --contact-sheet show scenes; leave out --clean")
    }
    if let effort, effort != .exact {
      throw ValidationError("--effort \(effort.rawValue) may miss boundaries, and --clean needs them all; leave out --effort")
    }
  }

  func run() throws {
    try reporting {
      let inputs = try Inputs.expand(videos, takesBundles: true)
      let embedsClips = clean.embed != nil
      let naming = OutputNaming(
        keepsExtension: keepExtension,
        sparing: try .ofRun(
          inputs.map(\.path), options: [detector.detectorWeights], backbone: level.backboneName(embedsClips: embedsClips)))
      try checkOutputs(for: inputs)
      let jobs = try jobs(inputs, naming)
      var backbone: (any Backbone)?
      return try Batch.run(jobs, clash: \.clash) { job in
        let (video, places) = (job.input.path, job.destinations)
        if inputs.count > 1, places == [nil] { try Messages.result("\(PrintableText.escaping(video))\n") }
        if Bundle.looksLikeOne(video) { return try copyBundle(video, to: places, naming.inputs) }
        if backbone == nil { backbone = try level.makeBackbone(embedsClips: embedsClips) }
        return try scan(job, naming, backbone)
      }
    }
  }

  private struct Job {
    let input: Input
    /// One for each format; nil for standard output.
    let destinations: [FilePath?]
    /// The file for the clips' vectors; nil if none are asked for.
    let vectors: FilePath?
    let clash: NameClash?
  }

  /// - Throws: ``ArchiveError`` if a result whose name is known by now would overwrite an input.
  private func jobs(_ inputs: [Input], _ naming: OutputNaming) throws -> [Job] {
    let destinations = destinations(of: inputs, naming)
    let vectors = clean.places(of: inputs, naming)
    let names = inputs.indices.map { index in
      destinations[index].compactMap(\.self) + [vectors[index]].compactMap(\.self)
        + files.firstNames(of: inputs[index].path, in: Self.pictureFolder(destinations[index]), naming)
    }
    for place in [stats, files.contactSheet].compactMap(\.self) { try naming.inputs.check(RawArgument.path(place)) }
    for place in names.joined() { try naming.inputs.check(place) }
    let clashes = NameClash.find(inputs, names: names, naming)
    return inputs.indices.map {
      Job(input: inputs[$0], destinations: destinations[$0], vectors: vectors[$0], clash: clashes[$0])
    }
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    RawArgument.path(a).lexicallyNormalized() == RawArgument.path(b).lexicallyNormalized()
  }

  private static func pictureFolder(_ destinations: [FilePath?]) -> FilePath {
    destinations.first.flatMap(\.self)?.removingLastComponent() ?? ""
  }

  /// - Throws: ``UsageError`` if two results would go to the same place.
  private func checkOutputs(for inputs: [Input]) throws {
    if let stats, stats == output { throw UsageError("--stats and -o name the same file, \(stats)") }
    if let sheet = files.contactSheet, [output, stats].contains(sheet) {
      throw UsageError("--contact-sheet and another option name the same file, \(sheet)")
    }
    if let vectors = clean.embed, [output, stats].contains(where: { $0.map { Self.isSame($0, vectors) } ?? false }) {
      throw UsageError("--embed and another option name the same file, \(vectors)")
    }
    if output == "-", format.count > 1 {
      throw UsageError("\(format.count) formats do not fit into one stream; name a folder with -o")
    }
    guard inputs.count > 1 else { return }
    if stats != nil { throw UsageError("--stats takes one video, got \(inputs.count)") }
    if files.contactSheet != nil { throw UsageError("--contact-sheet takes one video, got \(inputs.count)") }
    if output == "-", format != [.table] {
      throw UsageError("\(inputs.count) videos do not fit into one \(format[0].rawValue) document; name a folder with -o")
    }
    if let filename = files.filename, !filename.contains("VIDEO_NAME") {
      throw UsageError("--filename \(filename): \(inputs.count) videos would share names; it needs $VIDEO_NAME")
    }
  }

  /// Where each input's results go, one for each format; nil for standard output.
  private func destinations(of inputs: [Input], _ naming: OutputNaming) -> [[FilePath?]] {
    if output == "-" { return inputs.map { _ in [nil] } }
    let path = RawArgument.path(output)
    let isFolder =
      inputs.count > 1 || format.count > 1 || output.hasSuffix("/") || FileSystem.isDirectory(path)
    guard isFolder else { return [[path]] }
    let columns = format.map { Inputs.destinations(inputs, folder: path, suffix: $0.suffix, naming) }
    return inputs.indices.map { row in columns.map { $0[row] } }
  }

  /// - Parameter backbone: compares shots to join them, or embeds clips; nil does neither.
  private func scan(_ job: Job, _ naming: OutputNaming, _ backbone: (any Backbone)?) throws -> ExitStatus {
    let (video, destinations) = (job.input.path, job.destinations)
    let shots = level.level == .scenes ? backbone.map { ShotEmbedder($0) } : nil
    if timings { StageTimes.start() }
    var scanner = SceneScanner()
    decoding.apply(to: &scanner.decoding)
    scanner.effort = effort ?? .exact
    scanner.detector = try detector.settings(threshold: threshold)
    scanner.detector.jumps = jumps ?? .keep
    scanner.minimumSceneLength = minSceneLen ?? .seconds(0.6)
    scanner.dropsShortScenes = dropShortScenes
    scanner.mergesLastScene = mergeLastScene
    scanner.cleanClips = clean.settings
    scanner.startTimecode = startTimecode
    let results = try destinations.map { try Output($0, replace: force, sparing: naming.inputs) }
    let statsOutput = try stats.map { try Output(RawArgument.path($0), replace: force, sparing: naming.inputs) }
    let vectorOutput = try job.vectors.map { try Output($0, replace: force, sparing: naming.inputs) }
    let outputs = try SceneOutputs(
      files, of: video, in: Self.pictureFolder(destinations), isClean: clean.clean, replace: force, naming: naming)
    var statsText = StatsCSV.header(scanner.detector.metricNames)
    let metricNames = scanner.detector.metricNames
    var printer = ProgressPrinter(messages.progress, video)
    var last = IndexProgress()
    defer { printer.finish(last) }
    var found = try scanner.scenes(
      of: video, cancellation: Interruption.cancellation,
      progress: {
        last.decoding = $0
        printer.show(last)
      },
      watchers: outputs.watchers + [shots].compactMap(\.self),
      eachFrame: stats == nil
        ? nil
        : { time, metrics in statsText += StatsCSV.row(time, metricNames, metrics) })
    printer.finish(last)
    if let refusal = found.refusal {
      Messages.warning("\(PrintableText.escaping(video)): decoded in full: \(refusal)")
    }
    if let timecode = found.impossibleTimecode {
      Messages.warning(
        "\(PrintableText.escaping(video)): its timecode \(PrintableText.escaping(timecode)) is impossible at "
          + "\(found.scenes.timecodeRate) frames a second and is not used; set one with --start-timecode")
    }
    if let shots { found.joinShots(seenBy: shots) }
    if let settings = found.cleanClips, found.scenes.scenes.isEmpty {
      Messages.warning(
        "\(PrintableText.escaping(video)): no clip lasts \(settings.leastSeconds) s or longer; take shorter ones with --min-len")
    }
    var vectors: NpyArray?
    if vectorOutput != nil, let backbone {
      var embedder = ClipEmbedder(backbone: backbone)
      embedder.decoding = scanner.decoding
      vectors = NpyArray(try embedder.embed(found, of: video, cancellation: Interruption.cancellation))
    }
    let parts = try outputs.publish(found, decoding: scanner.decoding)
    var findings = SceneFindings(found, of: video, toolVersion: keepframeVersion)
    if let shots { findings.noteLevel(backbone: shots.backboneName) }
    findings.records.name = naming.named(after: video, suffix: "").string
    findings.records.paths = parts.paths?.map(\.string)
    findings.records.hasRows = vectors != nil
    if let vectors { try vectorOutput?.write(vectors.encode()) }
    try StageTimes.measure(.disk) { try write(findings, to: results) }
    try statsOutput?.write(Array(statsText.utf8))
    if timings { Messages.fragment(TimingsTable.text(Manifest.Timing.records(.stop()))) }
    return messages.status(
      of: video, isPartial: found.damage.isPartial || parts.lackingFrames > 0,
      SourceNotes(found.stream, found.damage, lackingFrames: parts.lackingFrames))
  }

  /// Writes the scenes that a bundle holds.
  private func copyBundle(_ path: FilePath, to destinations: [FilePath?], _ inputs: InputFiles) throws -> ExitStatus {
    if clean.clean {
      throw UsageError(
        "\(path): --clean needs the boundaries of short scenes and the time of each frame, which a bundle lacks; give the video")
    }
    guard files.isEmpty, stats == nil, !timings, effort == nil, threshold == nil, !detector.isGiven, minSceneLen == nil,
      jumps == nil, !dropShortScenes, !mergeLastScene, level.backbone == nil, level.precision == nil
    else {
      throw UsageError(
        "\(path): of a bundle only -f, -o, --level, --skip-cuts and --start-timecode work, since its scenes are fixed and it "
          + "does not hold the frames; give the video for other options")
    }
    let results = try destinations.map { try Output($0, replace: force, sparing: inputs) }
    let bundle = try Bundle(path)
    var found = try bundle.scenes()
    found.toolVersion = keepframeVersion
    if let startTimecode {
      try found.setStart(startTimecode)
    }
    if level.level == .scenes { try found.joinShots(of: bundle) }
    try write(
      found, to: results, json: level.level == .shots && startTimecode == nil ? try bundle.contents(of: "scenes.json") : nil)
    return messages.status(of: path, isPartial: found.isPartial, SourceNotes(found))
  }

  /// - Parameter json: the finished JSON; nil makes it from `found`.
  private func write(_ found: SceneFindings, to results: [Output], json: [UInt8]? = nil) throws {
    for (format, result) in zip(format, results) {
      try result.write(
        format == .json ? json ?? Array(format.text(found).utf8) : Array(format.text(found, skipCuts: skipCuts).utf8))
      if format == .edl, found.list.scenes.count > SceneEDL.mostEvents {
        Messages.warning(
          "CMX 3600 has room for \(SceneEDL.mostEvents) events, got \(found.list.scenes.count); some editors skip the rest")
      }
    }
  }
}
