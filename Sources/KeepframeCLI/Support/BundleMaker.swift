import Keepframe
import SystemPackage

/// Makes the bundles of a run's videos. A finished one of the same settings stays as it is.
struct BundleMaker: Sendable {
  /// Whether bundles that are there are replaced.
  enum Replacement: Sendable {
    case never
    /// Those of other settings, and what a killed run left.
    case outdated
    case all
  }

  let settings: IndexSettings
  private let choice: BackboneChoice
  private let backbones: BackbonePool
  private let messages: MessageArguments
  private let inputs: InputFiles
  var replacement = Replacement.never
  var timesStages = false

  /// - Parameters:
  ///   - settings: what `indexing` says.
  ///   - count: bundles that are made at once.
  ///   - inputs: files that must not be written over.
  init(
    _ indexing: IndexingArguments, _ settings: (IndexSettings, BackboneChoice), _ decoding: DecodingArguments,
    atOnce count: Int, messages: MessageArguments, sparing inputs: InputFiles
  ) throws {
    var (settings, choice) = settings
    decoding.apply(to: &settings.decoding, defaultThreads: count > 1 ? 1 : 0)
    var loaded: (any Backbone)?
    if let wantLike = indexing.wantLike {
      guard settings.gate(for: choice) == .learned else {
        throw UsageError("--want-like: the gate \(settings.gate(for: choice).rawValue) cannot be taught; use --gate learned")
      }
      let made = try makeBackbone(choice)
      settings.gateWeights = try ExamplePictures.teach(
        settings.gateWeights ?? .shipped, like: RawArgument.path(wantLike), by: made)
      loaded = made
    }
    (self.settings, self.choice, self.messages, self.inputs) = (settings, choice, messages, inputs)
    backbones = BackbonePool(choice, first: loaded)
  }

  /// - Parameters:
  ///   - part: the bar that all jobs share and this job's number, if several run at once.
  ///   - check: refuses a backbone before anything is decoded.
  func make(
    _ video: FilePath, at destination: FilePath, _ part: (bar: BatchBar, job: Int)?, _ cancellation: Cancellation,
    check: (BackboneDescription) throws -> Void = { _ in }
  ) throws -> (manifest: Manifest, isSkipped: Bool) {
    if replacement != .all,
      let manifest = try Indexer.finishedBundle(of: video, at: destination, settings: settings, backbone: choice)
    {
      return (manifest, true)
    }
    // Loading the model takes a while, and a run that skips every video does not need it.
    return try backbones.lend { backbone in
      try check(backbone.description)
      var indexer = Indexer(settings: settings, backbone: backbone)
      indexer.timesStages = timesStages
      var printer = ProgressPrinter(messages.progress, video, of: part)
      var last = IndexProgress()
      defer { printer.finish(last) }
      let manifest = try indexer.index(
        video, to: destination, replace: replacement != .never, sparing: inputs, cancellation: cancellation
      ) {
        last = $0
        printer.show($0)
      }
      last.keptFrames = manifest.counts.retained
      last.sampledFrames = manifest.counts.sampled
      return (manifest, false)
    }
  }

  /// What a person should know of a bundle besides its summary.
  func note(_ made: (manifest: Manifest, isSkipped: Bool), of video: FilePath, in reply: inout Reply) {
    if !made.isSkipped {
      if let timings = made.manifest.timings { reply.fragment(TimingsTable.text(timings)) }
      if let refusal = made.manifest.decoding?.refusal {
        reply.warning("\(PrintableText.escaping(video)): decoded in full: \(refusal)")
      }
    }
    messages.note(video, isPartial: made.manifest.partial, SourceNotes(made.manifest), in: &reply)
  }
}
