internal import KeepframeBoundaries
public import KeepframeBundle
internal import KeepframeContext
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem
public import SystemPackage

/// How far an indexing run is.
public struct IndexProgress: Hashable, Sendable {
  public var decoding: DecodingProgress
  public var sampledFrames = 0
  /// Frames kept so far; 0 until the end where a rate or budget is searched for.
  public var keptFrames = 0

  public init(_ decoding: DecodingProgress = DecodingProgress()) { self.decoding = decoding }
}

/// Turns a video into a bundle: decode, sample, embed, gate, encode, write.
public struct Indexer: Sendable {
  public let settings: IndexSettings
  private let backbone: any Backbone
  private let encoder: (any MemoryEncoder)?

  /// - Parameter backbone: what embeds the samples. It decides which gate and which encoder are taken where the settings name none.
  public init(settings: IndexSettings, backbone: any Backbone) {
    self.settings = settings
    self.backbone = backbone
    encoder = settings.encoder(for: backbone.description)
  }

  /// The manifest of the bundle at `destination`, if it is a finished one of this very video, made with these settings.
  ///
  /// - Parameter backbone: the one that would be made; it need not be loaded.
  /// - Throws: ``ArchiveError`` `cannotRead` if the video cannot be read.
  public static func finishedBundle(
    of video: FilePath, at destination: FilePath, settings: IndexSettings, backbone: BackboneChoice
  ) throws(ArchiveError) -> Manifest? {
    guard let manifest = try? Bundle(destination).manifest, manifest.settings.isEquivalent(to: settings.record(backbone)),
      manifest.video.fingerprint == (try Fingerprint(of: video).digest)
    else { return nil }
    guard manifest.video.toneMapping != nil || !needsToneMapping(video, manifest.video, settings) else { return nil }
    // A model that is not there cannot have changed what is there.
    if let digest = try? modelDigest(ofBackbone: backbone.name) {
      guard digest == manifest.backbone.modelDigest, backbone.precision.resolved.rawValue == manifest.backbone.precision else {
        return nil
      }
    }
    return manifest
  }

  /// Whether a video that was indexed with its colours as they are is one whose colours are mapped: bundles of earlier versions.
  ///
  /// Only a video of more than 8 bits is opened to find out; others with high dynamic range are hardly met.
  private static func needsToneMapping(_ video: FilePath, _ facts: Manifest.Video, _ settings: IndexSettings) -> Bool {
    guard StreamDescription.bitDepth(ofPixelFormat: facts.pixelFormat) > 8 else { return false }
    return (try? VideoReader(video, options: settings.decoding))?.stream.toneMapping != nil
  }

  /// Indexes one video.
  ///
  /// - Parameters:
  ///   - destination: the bundle's folder; it appears there whole or not at all.
  ///   - replace: whether a bundle that is there may be replaced.
  ///   - progress: called once a decoded frame.
  /// - Returns: the manifest that was written; ``Manifest/partial`` says whether something is missing.
  /// - Throws: `CancellationError`, ``DecodingError``, ``FeatureError``, ``ArchiveError``, ``TensorError``, or ``WeightsError`` if the encoder or the
  ///   learned gate is for another backbone; nothing is left at the destination then.
  public func index(
    _ video: FilePath, to destination: FilePath, replace: Bool = false, cancellation: Cancellation? = nil,
    progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Manifest {
    try index(
      video, to: destination, replace: replace, sparing: InputFiles(), cancellation: cancellation, progress: progress)
  }

  /// - Parameter inputs: what is read beside the video, so that none of it is written over.
  package func index(
    _ video: FilePath, to destination: FilePath, replace: Bool = false, sparing inputs: InputFiles,
    cancellation: Cancellation? = nil, progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Manifest {
    try checkWeights()
    var reader = try VideoReader(video, options: settings.decoding, cancellation: cancellation)
    let fingerprint = try Fingerprint(of: video)
    try prepareMatmul()
    var inputs = inputs
    inputs.insert(video)
    let writer = try BundleWriter(destination, replace: replace, sparing: inputs)
    let samples = SampleStore(
      embeddings: try writer.makeSpool(dimension: backbone.description.dimension), jpegs: try writer.makeJPEGSpool())
    var run = IndexRun(settings, backbone, frameRate: reader.stream.frameRate, samples: samples)
    try decode(&reader, into: &run, progress)
    try cancellation?.check()
    let judgement = try run.judgement(
      settings.target, end: run.scan.durationSeconds(of: reader.stream), cancellation: cancellation)
    let summary = try sumUp(&run, judgement, of: video, reader)
    try cancellation?.check()
    return try write(summary, fingerprint, reader, of: run.samples, with: writer)
  }

  /// - Throws: ``WeightsError`` if the encoder or the gate is for another backbone.
  private func checkWeights() throws(WeightsError) {
    let made = backbone.description
    try encoder?.check(backbone: made.name, dimension: made.dimension)
    if settings.gate(for: backbone.choice) == .learned {
      try (settings.gateWeights ?? .shipped).check(backbone: made.name, dimension: made.dimension)
    }
  }

  /// Decodes the video: every frame is looked at, every sample embedded and, with a known price, judged.
  private func decode(
    _ reader: inout VideoReader, into run: inout IndexRun, _ progress: (IndexProgress) -> Void
  ) throws {
    var state = IndexProgress(DecodingProgress(durationSeconds: reader.stream.durationSeconds))
    while try reader.advance() {
      try run.take(&reader)
      state.decoding.advance(to: reader.frame)
      state.sampledFrames = run.samples.frames.count
      state.keptFrames = run.keptCount
      progress(state)
    }
    try run.finishDecoding()
  }

  /// All that a bundle says of a video, in memory.
  private struct Summary {
    let found: SceneFindings
    let isVariableRate: Bool
    let judgement: Judgement
    let account: MemoryAccount
    let contexts: ContextSet
  }

  /// Puts memory, samples and scenes in relation, and makes the contexts.
  private func sumUp(
    _ run: inout IndexRun, _ judgement: Judgement, of video: FilePath, _ reader: borrowing VideoReader
  ) throws -> Summary {
    let fidelity = try run.fidelity(of: judgement.memory)
    let scenes = run.scan.scenes(of: reader.stream, minimumSceneSeconds: settings.minimumSceneSeconds)
    let facts = run.scan.facts(
      path: video.string, stream: reader.stream, timecode: reader.startTimecode, rate: scenes.timecodeRate)
    let account = MemoryAccount(
      samples: run.samples.frames, judgement: judgement, fidelity: fidelity, scenes: scenes.scenes,
      endSeconds: facts.durationSeconds)
    return Summary(
      found: SceneFindings(
        list: scenes, video: facts, damage: reader.damage, media: EditorMedia(video), toolVersion: keepframeVersion,
        parameters: settings.detector.parameters + [("min_scene_len_s", .number(settings.minimumSceneSeconds))]),
      isVariableRate: run.scan.isVariableRate, judgement: judgement, account: account,
      contexts: account.contexts(encoder: encoder, settings))
  }

  /// Writes the files and then the manifest.
  private func write(
    _ summary: Summary, _ fingerprint: Fingerprint, _ reader: borrowing VideoReader, of samples: borrowing SampleStore,
    with writer: consuming BundleWriter
  ) throws(ArchiveError) -> Manifest {
    let (found, memory, contexts) = (summary.found, summary.judgement.memory, summary.contexts)
    try writer.add("retained.npy", NpyArray(memory.vectors).encode())
    try writer.addLines("retained.jsonl", summary.account.retained)
    try writer.addLines("ledger.jsonl", summary.account.ledger)
    try writer.add("contexts.npy", NpyArray(contexts.vectors).encode())
    try writer.addLines("contexts.jsonl", contexts.records)
    try writer.add("scenes.json", Array(SceneFormat.json.text(found).utf8))
    for record in summary.account.retained { try writer.add(record.thumb, try samples.jpeg(memory.ordinals[record.row])) }
    let gate = settings.gate(for: backbone.choice)
    return try writer.publish(
      Manifest(
        tool: .init(name: "keepframe", version: keepframeVersion), partial: found.isPartial,
        video: .init(
          found.video, reader.stream, fingerprint, isVariableRate: summary.isVariableRate, toneMapping: reader.toneMapping),
        damage: found.damage, settings: settings.record(backbone.choice), backbone: .init(backbone.description),
        gate: summary.account.gateSummary(name: gate, price: summary.judgement.price),
        encoder: .init(
          weights: encoder?.digest ?? "untrained", windowSize: settings.windowSize, levels: contexts.levels,
          dimension: contexts.vectors.columns),
        counts: .init(
          decoded: found.list.frameCount, sampled: samples.frames.count, reused: samples.frames.count { $0.isReused },
          retained: memory.count, contexts: contexts.records.count, scenes: found.list.scenes.count,
          transitions: found.list.transitions.count)))
  }
}
