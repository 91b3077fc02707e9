import ArgumentParser
import Keepframe
import KeepframeEvaluation
import KeepframeLibrary
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
        keepframe index footage/ --library videos
      """)

  @Argument(help: "Video files, or folders to search for them.", completion: .file())
  var videos: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the bundles.", valueName: "dir"), completion: .directory)
  var output = "."

  @Option(
    help: ArgumentHelp("Add the videos to a library, which search looks into, instead of writing bundles.", valueName: "dir"),
    completion: .directory)
  var library: String?

  @OptionGroup(title: "Indexing")
  var indexing: IndexingArguments

  @OptionGroup(title: "Decoding")
  var decoding: DecodingArguments

  @Option(
    help: ArgumentHelp("Index only the I-th of N parts of the inputs, I from 0 to N-1.", valueName: "i/n"),
    transform: { text in
      guard let shard = Shard(text) else { throw ValidationError("expected i/n with i from 0 to n-1, got \(text)") }
      return shard
    })
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "Number of videos to index at once. With more than one, each is decoded by one thread unless --threads is given. At 1080p "
        + "the first takes about 190 MiB of memory, each further one about 60 MiB. Never changes the result.", valueName: "n"))
  var jobs = 1

  @Flag(help: "Name bundles film.mp4.keepframe instead of film.keepframe, so that film.mp4 and film.mov do not clash.")
  var keepExtension = false

  @Flag(help: "Replace existing bundles.")
  var force = false

  @Flag(help: "Print one JSON object for each video.")
  var json = false

  @Flag(help: "Print the time that each stage took to standard error, and record it in the manifest.")
  var timings = false

  @OptionGroup(title: "Reporting")
  var messages: MessageArguments

  func validate() throws {
    if library != nil, output != "." || keepExtension || force {
      throw ValidationError("--library: leave out -o, --keep-extension and --force; library remove makes room for a new index")
    }
    if !(1...64).contains(jobs) { throw ValidationError("--jobs: expected 1 to 64, got \(jobs)") }
    if timings, jobs > 1 {
      throw ValidationError("--timings can time one video at a time only; leave out --jobs \(jobs)")
    }
  }

  func run() throws {
    try reporting {
      var (settings, backbone) = try indexing.settings()
      let inputs = try Inputs.expand(videos)
      let reads = try InputFiles.ofRun(
        inputs.map(\.path), options: indexing.files, backbone: backbone.name)
      let naming = OutputNaming(keepsExtension: keepExtension, sparing: reads)
      let target = try library.map { name throws(LibraryError) in try LibraryTarget(RawArgument.path(name)) }
      let destinations = Inputs.destinations(inputs, folder: RawArgument.path(output), suffix: Bundle.suffix, naming)
      if target == nil { for place in destinations { try force ? reads.check(replacing: place) : reads.check(place) } }
      let clashes = target == nil ? NameClash.find(inputs, names: destinations.map { [$0] }, naming) : inputs.map { _ in nil }
      var all = inputs.indices.map { Job(video: inputs[$0].path, destination: destinations[$0], clash: clashes[$0]) }
      if let shard { all = shard.part(of: all) }
      guard !all.isEmpty else { return .ok }
      let atOnce = min(jobs, all.count)
      decoding.apply(to: &settings.decoding, defaultThreads: atOnce > 1 ? 1 : 0)
      var loaded: (any Backbone)?
      if let wantLike = indexing.wantLike {
        guard settings.gate(for: backbone) == .learned else {
          throw UsageError("--want-like: the gate \(settings.gate(for: backbone).rawValue) cannot be taught; use --gate learned")
        }
        let made = try makeBackbone(backbone)
        settings.gateWeights = try ExamplePictures.teach(
          settings.gateWeights ?? .shipped, like: RawArgument.path(wantLike), by: made)
        loaded = made
      }
      let bar = atOnce > 1 && messages.progress.resolved == .bar ? BatchBar(of: all.count { $0.clash == nil }) : nil
      let (resolved, choice, backbones) = (settings, backbone, BackbonePool(backbone, first: loaded))
      let crew = Crew(
        all, cancellation: Interruption.cancellation, aside: { [bar] in if let bar { bar.aside($0) } else { $0() } },
        clash: \.clash
      ) { number, job, cancellation in
        defer { bar?.finish(number) }
        func makeBundle(_ job: Job) throws -> Reply {
          if !force,
            let manifest = try Indexer.finishedBundle(of: job.video, at: job.destination, settings: resolved, backbone: choice)
          {
            return reply(manifest, of: job, isSkipped: true)
          }
          // Loading the model takes a while, and a run that skips every video does not need it.
          return try backbones.lend { backbone in
            try target?.check(backbone.description)
            var indexer = Indexer(settings: resolved, backbone: backbone)
            indexer.timesStages = timings
            return try index(job, with: indexer, sparing: reads, bar.map { ($0, number) }, cancellation)
          }
        }
        guard let target else { return try makeBundle(job) }
        let outcome = try target.add(job.video, cancellation) {
          try makeBundle(Job(video: job.video, destination: $0, clash: nil))
        }
        return reply(outcome, of: job.video)
      }
      return try crew.run(atOnce: atOnce)
    }
  }

  private struct Job: Sendable {
    let video: FilePath
    let destination: FilePath
    let clash: NameClash?
  }

  /// - Parameter part: the bar that all jobs share and this job's number, if several run at once.
  private func index(
    _ job: Job, with indexer: Indexer, sparing inputs: InputFiles, _ part: (bar: BatchBar, job: Int)?,
    _ cancellation: Cancellation
  ) throws -> Reply {
    var printer = ProgressPrinter(messages.progress, job.video, of: part)
    var last = IndexProgress()
    defer { printer.finish(last) }
    // What a killed run left in a library's folder is nobody's.
    let manifest = try indexer.index(
      job.video, to: job.destination, replace: force || library != nil, sparing: inputs, cancellation: cancellation
    ) {
      last = $0
      printer.show($0)
    }
    last.keptFrames = manifest.counts.retained
    last.sampledFrames = manifest.counts.sampled
    return reply(manifest, of: job, isSkipped: false)
  }

  private func reply(_ manifest: Manifest, of job: Job, isSkipped: Bool) -> Reply {
    var reply = Reply()
    // The bundle of a video for a library goes as soon as it is added.
    if library == nil { reply.result(summary(manifest, job.destination, isSkipped: isSkipped)) }
    if !isSkipped {
      if let timings = manifest.timings { reply.fragment(TimingsTable.text(timings)) }
      if let refusal = manifest.decoding?.refusal {
        reply.warning("\(PrintableText.escaping(job.video)): decoded in full: \(refusal)")
      }
    }
    messages.note(job.video, isPartial: manifest.partial, SourceNotes(manifest), in: &reply)
    return reply
  }

  /// What became of a video in a library: one line, or one object.
  private func reply(_ outcome: LibraryTarget.Outcome, of video: FilePath) -> Reply {
    let (name, known) = (PrintableText.escaping(video), outcome.video)
    var reply = outcome.indexing ?? Reply()
    if json {
      reply.result(
        JSONText.object([
          ("video", .string(video.string)), ("result", .string(outcome.addition.name)),
          ("partial", .bool(known?.isPartial ?? false)), ("duration_s", .number(known?.durationSeconds ?? 0)),
          ("moments", .integer(known?.moments ?? 0)), ("contexts", .integer(known?.contexts ?? 0)),
        ]).compact() + "\n")
    } else {
      reply.result("\(name): \(outcome.addition)" + (known.map { ", \($0.moments) moments" } ?? "") + "\n")
    }
    if outcome.indexing == nil, known?.isPartial == true {
      reply.warning("\(name): the result is partial")
      if !messages.allowPartial { reply.status = .partial }
    }
    return reply
  }

  private func summary(_ manifest: Manifest, _ destination: FilePath, isSkipped: Bool) -> String {
    let counts = manifest.counts
    if json {
      return JSONText.object([
        ("bundle", .string(destination.string)), ("video", .string(manifest.video.path)), ("skipped", .bool(isSkipped)),
        ("partial", .bool(manifest.partial)), ("duration_s", .number(manifest.video.durationSeconds)),
        ("decoded", .integer(counts.decoded)), ("sampled", .integer(counts.sampled)), ("retained", .integer(counts.retained)),
        ("contexts", .integer(counts.contexts)), ("scenes", .integer(counts.scenes)),
        ("retention", .number(manifest.gate.retention)), ("coverage", .number(manifest.gate.coverage)),
      ]).compact() + "\n"
    }
    let result = isSkipped ? "skipped, already indexed" : manifest.summary
    return "\(PrintableText.escaping(destination)): \(result)\n"
  }
}
