import ArgumentParser
import Keepframe
import KeepframeEvaluation
import SystemPackage

struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Index videos: keep the frames worth keeping, make context vectors, find the scenes.",
    discussion: """
      Writes a bundle for each video, a folder such as film.keepframe. A video with a finished bundle of the same settings is \
      skipped.

      EXAMPLE
        keepframe index film.mp4
        keepframe index footage/ -o indexes --rate 2%
        keepframe index lecture.mp4 --pipeline lecture --json
        keepframe index film.mp4 --want-like faces/
      """)

  @Argument(help: "Video files, or folders to search for them.", completion: .file())
  var videos: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the bundles.", valueName: "dir"), completion: .directory)
  var output = "."

  @OptionGroup(title: "Indexing")
  var indexing: IndexingArguments

  @OptionGroup(title: "Decoding")
  var decoding: DecodingArguments

  @Option(
    help: ArgumentHelp("Work on one part of the inputs only: I from 0 to N-1.", valueName: "i/n"),
    transform: { text in
      guard let shard = Shard(text) else { throw ValidationError("expected i/n with i from 0 to n-1, got \(text)") }
      return shard
    })
  var shard: Shard?

  @Flag(help: "Keep videos' endings in the names of bundles, as in film.mp4.keepframe: it tells film.mp4 and film.mov apart.")
  var keepExtension = false

  @Flag(help: "Replace bundles that are there.")
  var force = false

  @Flag(help: "Print one JSON object for each video.")
  var json = false

  @Flag(help: "Print where the time went to standard error, and put it into the manifest.")
  var timings = false

  @OptionGroup(title: "Reporting")
  var talk: TalkArguments

  func run() throws {
    try reporting {
      var (settings, backbone) = try indexing.settings()
      decoding.apply(to: &settings.decoding)
      let inputs = try Inputs.expand(videos)
      let reads = try InputFiles.ofRun(
        inputs.map(\.path), options: indexing.files, backbone: backbone.name)
      let naming = OutputNaming(keepsExtension: keepExtension, sparing: reads)
      let destinations = Inputs.destinations(inputs, folder: RawArgument.path(output), suffix: Bundle.suffix, naming)
      for place in destinations { try force ? reads.check(replacing: place) : reads.check(place) }
      let clashes = NameClash.find(inputs, names: destinations.map { [$0] }, naming)
      var jobs = inputs.indices.map { (video: inputs[$0].path, destination: destinations[$0], clash: clashes[$0]) }
      if let shard { jobs = shard.part(of: jobs) }
      guard !jobs.isEmpty else { return .ok }
      var loaded: (any Backbone)?
      if let wantLike = indexing.wantLike {
        guard settings.gate(for: backbone) == .learned else {
          throw UsageError("--want-like: the gate \(settings.gate(for: backbone).rawValue) cannot be taught; take --gate learned")
        }
        let made = try makeBackbone(backbone)
        settings.gateWeights = try ExamplePictures.teach(
          settings.gateWeights ?? .shipped, like: RawArgument.path(wantLike), by: made)
        loaded = made
      }
      let (resolved, choice) = (settings, backbone)
      var indexer: Indexer?
      return try Batch.run(jobs, clash: \.clash) { video, destination, _ in
        if !force, let manifest = try Indexer.finishedBundle(of: video, at: destination, settings: resolved, backbone: choice) {
          try printSummary(manifest, destination, isSkipped: true)
          return talk.status(of: video, isPartial: manifest.partial, SourceNotes(manifest))
        }
        // The model takes a while to load, which a run that only skips need not wait for.
        var ready =
          try indexer
          ?? Indexer(settings: resolved, backbone: try loaded ?? makeBackbone(choice))
        ready.timesStages = timings
        indexer = ready
        return try index(video, to: destination, with: ready, sparing: reads)
      }
    }
  }

  private func index(
    _ video: FilePath, to destination: FilePath, with indexer: Indexer, sparing inputs: InputFiles
  ) throws -> ExitStatus {
    var printer = ProgressPrinter(talk.progress, name: video.lastComponent?.string ?? "")
    var last = IndexProgress()
    defer { printer.finish(last) }
    let manifest = try indexer.index(
      video, to: destination, replace: force, sparing: inputs, cancellation: Interruption.cancellation
    ) {
      last = $0
      printer.show($0)
    }
    last.keptFrames = manifest.counts.retained
    last.sampledFrames = manifest.counts.sampled
    printer.finish(last)
    try printSummary(manifest, destination, isSkipped: false)
    if let timings = manifest.timings { Talk.fragment(TimingsTable.text(timings)) }
    if let refusal = manifest.decoding?.refusal {
      Talk.warning("\(PrintableText.escaping(video)): decoded in full: \(refusal)")
    }
    return talk.status(of: video, isPartial: manifest.partial, SourceNotes(manifest))
  }

  private func printSummary(_ manifest: Manifest, _ destination: FilePath, isSkipped: Bool) throws {
    let counts = manifest.counts
    if json {
      try Talk.result(
        JSONText.object([
          ("bundle", .string(destination.string)), ("video", .string(manifest.video.path)), ("skipped", .bool(isSkipped)),
          ("partial", .bool(manifest.partial)), ("duration_s", .number(manifest.video.durationSeconds)),
          ("decoded", .integer(counts.decoded)), ("sampled", .integer(counts.sampled)), ("retained", .integer(counts.retained)),
          ("contexts", .integer(counts.contexts)), ("scenes", .integer(counts.scenes)),
          ("retention", .number(manifest.gate.retention)), ("coverage", .number(manifest.gate.coverage)),
        ]).compact() + "\n")
      return
    }
    let result =
      isSkipped
      ? "skipped, already indexed"
      : "kept \(counts.retained) of \(counts.sampled) sampled frames (\(counts.decoded) decoded), \(counts.scenes) "
        + "\(counts.scenes == 1 ? "scene" : "scenes"), coverage \(fixed(manifest.gate.coverage, digits: 3))"
    try Talk.result("\(PrintableText.escaping(destination)): \(result)\n")
  }
}
