internal import KeepframeBoundaries
public import KeepframeBundle
internal import KeepframeContext
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention
public import SystemPackage

/// Turns a video into a bundle: decode, sample, embed, gate, encode, write.
public struct Indexer: Sendable {
  public let settings: IndexSettings
  private let backbone: any Backbone
  private let encoder: EncoderModel?

  /// - Parameter backbone: what embeds the samples; ``makeBackbone(named:precision:)`` makes the one that the settings name.
  public init(settings: IndexSettings, backbone: any Backbone) {
    self.settings = settings
    self.backbone = backbone
    encoder = settings.encoder(for: backbone.description)
  }

  /// The manifest of the bundle at `destination`, if it is a finished one of this very video, made with these settings.
  ///
  /// - Throws: ``ArchiveError`` `cannotRead` if the video cannot be read.
  public static func finishedBundle(
    of video: FilePath, at destination: FilePath, settings: IndexSettings
  ) throws(ArchiveError) -> Manifest? {
    guard let manifest = try? Bundle(destination).manifest, manifest.settings.isEquivalent(to: settings.record),
      manifest.video.fingerprint == (try Fingerprint(of: video).digest)
    else { return nil }
    guard manifest.video.toneMapping != nil || !needsToneMapping(video, manifest.video, settings) else { return nil }
    // A model that is not there cannot have changed what is there.
    if let digest = try? modelDigest(ofBackbone: settings.backbone) {
      guard digest == manifest.backbone.modelDigest, settings.precision.resolved.rawValue == manifest.backbone.precision else {
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
  ///   - inputs: what is read beside the video, so that none of it is written over.
  ///   - progress: called once a decoded frame.
  /// - Returns: the manifest that was written; ``Manifest/partial`` says whether something is missing.
  /// - Throws: `CancellationError`, ``DecodingError``, ``FeatureError``, ``ArchiveError``, ``TensorError``, or ``WeightsError`` if the encoder or the
  ///   learned gate is for another backbone; nothing is left at the destination then.
  public func index(
    _ video: FilePath, to destination: FilePath, replace: Bool = false, sparing inputs: InputFiles = InputFiles(),
    cancellation: Cancellation? = nil,
    progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Manifest {
    let made = backbone.description
    try encoder?.check(backbone: made.name, dimension: made.dimension)
    if settings.gate == .learned {
      try (settings.gateWeights ?? .shipped).check(backbone: made.name, dimension: made.dimension)
    }
    var reader = try VideoReader(video, options: settings.decoding, cancellation: cancellation)
    let fingerprint = try Fingerprint(of: video)
    try prepareMatmul()
    var inputs = inputs
    inputs.insert(video)
    var writer = try BundleWriter(destination, replace: replace, sparing: inputs)
    var run = try IndexRun(
      settings: settings, backbone: backbone, frameRate: reader.stream.frameRate, cancellation: cancellation,
      writer: writer)

    var state = IndexProgress(durationSeconds: reader.stream.durationSeconds)
    while try reader.advance() {
      try run.take(&reader)
      state.decodedFrames += 1
      state.mediaSeconds = reader.frame.seconds
      state.sampledFrames = run.samples.count
      state.keptFrames = run.keptCount
      progress(state)
    }
    try run.finishDecoding()
    let memory = try run.finishGate()
    let fidelity = try run.measureFidelity(of: memory.memory)

    let scenes = run.scan.scenes(of: reader.stream, minimumSceneSeconds: settings.minimumSceneSeconds)
    let facts = run.scan.facts(
      path: video.string, stream: reader.stream, timecode: reader.startTimecode, rate: scenes.timecodeRate)
    let account = MemoryAccount(
      samples: run.samples, decisions: memory.decisions, fidelity: fidelity, memory: memory.memory, scenes: scenes.scenes,
      endSeconds: facts.durationSeconds)
    let contexts = account.contexts(encoder: encoder, windowSize: settings.windowSize)

    try writer.add("retained.npy", NpyArray(memory.memory.vectors).encode())
    try writer.addLines("retained.jsonl", account.retainedRecords)
    try writer.addLines("ledger.jsonl", account.ledgerRecords)
    try writer.add("contexts.npy", NpyArray(contexts.vectors).encode())
    try writer.addLines("contexts.jsonl", contexts.records(account))
    let scenesText = SceneJSON.text(
      scenes, video: facts, toolVersion: keepframeVersion, damage: reader.damage,
      parameters: settings.detector.parameters + [("min_scene_len_s", .number(settings.minimumSceneSeconds))])
    try writer.add("scenes.json", Array(scenesText.utf8))
    for record in account.retainedRecords {
      try writer.add(record.thumb, try run.takeJPEG(ofSample: memory.memory.ordinals[record.row]))
    }
    return try writer.publish(
      Manifest(
        tool: .init(name: "keepframe", version: keepframeVersion), partial: reader.damage.isPartial,
        video: .init(facts, reader.stream, fingerprint, isVariableRate: run.scan.isVariableRate, toneMapping: reader.toneMapping),
        damage: .init(reader.damage),
        settings: settings.record, backbone: backbone.description.record,
        gate: account.gateSummary(name: settings.gate, price: memory.price),
        encoder: .init(
          weights: encoder?.digest ?? "mean", windowSize: settings.windowSize, levels: contexts.levels,
          dimension: contexts.dimension),
        counts: .init(
          decoded: run.scan.frameCount, sampled: run.samples.count, reused: run.samples.count { $0.isReused },
          retained: memory.memory.count, contexts: contexts.contexts.count, scenes: scenes.scenes.count,
          transitions: scenes.transitions.count)))
  }
}
