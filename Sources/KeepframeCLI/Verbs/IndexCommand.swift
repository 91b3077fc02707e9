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
      let (settings, backbone) = try indexing.settings()
      if library != nil { try LibraryTarget.check(settings) }
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
      var maker = try BundleMaker(
        indexing, (settings, backbone), decoding, atOnce: atOnce, messages: messages, sparing: reads)
      if target != nil { maker.replacement = .outdated } else if force { maker.replacement = .all }
      maker.timesStages = timings
      let bar = atOnce > 1 && messages.progress.resolved == .bar ? BatchBar(of: all.count { $0.clash == nil }) : nil
      let crew = Crew(
        all, cancellation: Interruption.cancellation, aside: { [bar] in if let bar { bar.aside($0) } else { $0() } },
        clash: \.clash
      ) { [maker] number, job, cancellation in
        defer { bar?.finish(number) }
        func makeBundle(at destination: FilePath) throws -> Reply {
          let made = try maker.make(job.video, at: destination, bar.map { ($0, number) }, cancellation) {
            try target?.check($0)
          }
          var reply = Reply()
          // The bundle of a video for a library goes as soon as it is added.
          if target == nil { reply.result(summary(made.manifest, destination, isSkipped: made.isSkipped)) }
          maker.note(made, of: job.video, in: &reply)
          return reply
        }
        guard let target else { return try makeBundle(at: job.destination) }
        return reply(try target.add(job.video, cancellation, index: makeBundle), of: job.video)
      }
      return try crew.run(atOnce: atOnce)
    }
  }

  private struct Job: Sendable {
    let video: FilePath
    let destination: FilePath
    let clash: NameClash?
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
