internal import KeepframeBoundaries
public import KeepframeBundle
internal import KeepframeContext
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem
internal import KeepframeText
public import SystemPackage

/// How far an indexing run is.
public struct IndexProgress: Hashable, Sendable {
  /// How much of the video is decoded.
  public var decoding: DecodingProgress
  /// Frames sampled so far.
  public var sampledFrames = 0
  /// Frames kept so far; 0 until the end if a rate or budget is asked for.
  public var keptFrames = 0

  /// Nothing sampled and nothing kept yet.
  public init(_ decoding: DecodingProgress = DecodingProgress()) { self.decoding = decoding }

  /// Counts the frame that was looked at last.
  fileprivate mutating func advance(to frame: FrameTime, _ run: borrowing IndexRun) {
    decoding.advance(to: frame)
    sampledFrames = run.samples.frames.count
    keptFrames = run.keptCount
  }
}

/// Turns a video into a bundle: decode, sample, embed, gate, encode, write.
public struct Indexer: Sendable {
  /// What shapes the index.
  public let settings: IndexSettings
  /// Whether the manifest says where the time went. Its bytes then differ from run to run. Only one
  /// run of the process can be timed at a time.
  public var timesStages = false
  private let backbone: any Backbone
  private let encoder: (any MemoryEncoder)?

  /// - Parameters:
  ///   - settings: how much is kept, and by which gate, encoder and detector.
  ///   - backbone: what embeds the samples. It decides which gate and which encoder are taken if
  ///     the settings name none.
  public init(settings: IndexSettings, backbone: any Backbone) {
    self.settings = settings
    self.backbone = backbone
    encoder = settings.encoder(for: backbone.description)
  }

  /// Whether the backbone is the network that comes with the package.
  var isDefaultNetwork: Bool { backbone is RuntimeBackbone && backbone.description.name == RuntimeBackbone.defaultName }

  /// D, the length of an embedding.
  var embeddingLength: Int { backbone.description.dimension }

  /// The manifest of the bundle at `destination`, if that is a finished bundle of this very video,
  /// made with these settings.
  ///
  /// - Parameters:
  ///   - video: the video that the bundle must be of.
  ///   - destination: the bundle's folder.
  ///   - settings: the settings that it must have been made with.
  ///   - backbone: the backbone that it must have been made with; it need not be loaded.
  /// - Throws: ``ArchiveError`` `cannotRead` if the video cannot be read.
  public static func finishedBundle(
    of video: FilePath, at destination: FilePath, settings: IndexSettings, backbone: BackboneChoice
  ) throws(ArchiveError) -> Manifest? {
    guard let manifest = try? Bundle(destination).manifest, manifest.settings.isEquivalent(to: settings.record(backbone)),
      manifest.video.fingerprint == (try Fingerprint(of: video).digest)
    else { return nil }
    if let text = manifest.text, text.subtitleFiles != WrittenText.subtitleFiles(beside: video) { return nil }
    guard manifest.video.toneMapping != nil || !needsToneMapping(video, manifest.video, settings) else { return nil }
    // If the model's files are missing, they cannot show that the bundle is out of date.
    if let digest = try? modelDigest(ofBackbone: backbone.name) {
      guard digest == manifest.backbone.modelDigest, backbone.precision.resolved.rawValue == manifest.backbone.precision else {
        return nil
      }
    }
    return manifest
  }

  /// Whether an earlier version indexed a video without mapping its colours, although they should
  /// be mapped.
  ///
  /// Only a video of more than 8 bits is opened to find out. Others with high dynamic range are
  /// very rare.
  private static func needsToneMapping(_ video: FilePath, _ facts: Manifest.Video, _ settings: IndexSettings) -> Bool {
    guard StreamDescription.bitDepth(ofPixelFormat: facts.pixelFormat) > 8 else { return false }
    return (try? VideoReader(video, options: settings.decoding))?.stream.toneMapping != nil
  }

  /// Indexes one video.
  ///
  /// - Parameters:
  ///   - video: anything that FFmpeg can decode.
  ///   - destination: the bundle's folder; it appears there whole or not at all.
  ///   - replace: whether a bundle that is there may be replaced.
  ///   - cancellation: ends the run when it is cancelled.
  ///   - progress: called once for each decoded frame.
  /// - Returns: the manifest that was written; ``Manifest/partial`` says whether something is
  ///   missing.
  /// - Throws: `CancellationError`, ``DecodingError``, ``FeatureError``, ``ArchiveError``,
  ///   ``TensorError``, ``TextError`` if text in pictures is to be read and cannot be, or
  ///   ``WeightsError`` if the encoder or the learned gate is for another backbone; nothing is left
  ///   at the destination then.
  public func index(
    _ video: FilePath, to destination: FilePath, replace: Bool = false, cancellation: Cancellation? = nil,
    progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Manifest {
    try index(
      video, to: destination, replace: replace, sparing: InputFiles(), cancellation: cancellation, progress: progress)
  }

  /// - Parameter inputs: other files that are read, none of which may be written over.
  package func index(
    _ video: FilePath, to destination: FilePath, replace: Bool = false, sparing inputs: InputFiles,
    cancellation: Cancellation? = nil, progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Manifest {
    if timesStages { StageTimes.start() }
    try checkWeights()
    try checkRecognition()
    var inputs = inputs
    inputs.insert(video)
    // A file that is not a video is refused by its reader, before anything is prepared.
    guard settings.effort != .exact else {
      let reader = try VideoReader(video, options: settings.decoding, cancellation: cancellation)
      let fingerprint = try Fingerprint(of: video)
      try prepareMatmul()
      let writer = try BundleWriter(destination, replace: replace, sparing: inputs)
      return try indexInFull(video, reader, fingerprint, with: writer, nil, cancellation, progress)
    }
    var sparse = try SparseReader(
      video, effort: settings.effort, options: settings.decoding, stills: settings.stills(for: backbone.description),
      cancellation: cancellation)
    let fingerprint = try Fingerprint(of: video)
    try prepareMatmul()
    let writer = try BundleWriter(destination, replace: replace, sparing: inputs)
    var refusal = sparseRefusal(of: sparse.stream)
    if refusal == nil {
      var run = try makeRun(of: video, sparse.stream, with: writer)
      if let decoded = try decode(&sparse, into: &run, progress),
        let summary = try sumUp(&run, decoded, of: video, cancellation: cancellation)
      {
        return try write(summary, fingerprint, of: run.samples, with: writer)
      }
      refusal = sparse.refusal ?? "a frame that is kept cannot be decoded by itself"
    }
    let reader = try VideoReader(video, options: settings.decoding, cancellation: cancellation)
    return try indexInFull(video, reader, fingerprint, with: writer, refusal, cancellation, progress)
  }

  private func indexInFull(
    _ video: FilePath, _ reader: consuming VideoReader, _ fingerprint: Fingerprint, with writer: consuming BundleWriter,
    _ refusal: String?, _ cancellation: Cancellation?, _ progress: (IndexProgress) -> Void
  ) throws -> Manifest {
    var run = try makeRun(of: video, reader.stream, with: writer)
    let decoded = try decode(&reader, into: &run, progress, refusal: refusal)
    guard let summary = try sumUp(&run, decoded, of: video, cancellation: cancellation) else {
      preconditionFailure("where every frame is decoded every sample has a still")
    }
    return try write(summary, fingerprint, of: run.samples, with: writer)
  }

  private func makeRun(
    of video: FilePath, _ stream: StreamDescription, with writer: borrowing BundleWriter
  ) throws(ArchiveError) -> IndexRun {
    let samples = SampleStore(
      of: video, embeddings: try writer.makeSpool(dimension: backbone.description.dimension), jpegs: try writer.makeJPEGSpool())
    return IndexRun(settings, backbone, frameRate: stream.frameRate, samples: samples)
  }

  /// Why decoding less than every frame of a video is not worth trying; nil if it is.
  private func sparseRefusal(of stream: StreamDescription) -> String? {
    if stream.toneMapping != nil { return "its colours are mapped frame by frame" }
    if let rate = stream.frameRate?.doubleValue, settings.samplesPerSecond > rate / 2 { return "most of its frames are samples" }
    return nil
  }

  /// - Throws: ``WeightsError`` if the encoder or the gate is for another backbone.
  private func checkWeights() throws(WeightsError) {
    let made = backbone.description
    try encoder?.check(backbone: made.name, dimension: made.dimension)
    try settings.usedGateWeights(for: backbone.choice)?.check(backbone: made.name, dimension: made.dimension)
    // The manifest names all weights by their digests. They are read now, because memory may be
    // short once the video is decoded.
    _ = settings.record(backbone.choice)
  }

  /// Decodes the video: every frame is looked at, every sample embedded and, with a known price,
  /// judged.
  private func decode(
    _ reader: inout VideoReader, into run: inout IndexRun, _ progress: (IndexProgress) -> Void, refusal: String?
  ) throws -> DecodedVideo {
    var state = IndexProgress(DecodingProgress(durationSeconds: reader.stream.durationSeconds))
    while try reader.advance() {
      try run.take(&reader)
      state.advance(to: reader.frame, run)
      progress(state)
    }
    try run.finishDecoding()
    return DecodedVideo(
      stream: reader.stream, startTimecode: reader.startTimecode, damage: reader.damage, toneMapping: reader.toneMapping,
      file: reader.file, effort: .exact, refusal: refusal, decodedFrames: run.scan.frameCount)
  }

  /// Decodes the video with a reader that leaves frames out.
  ///
  /// - Returns: nil if the video must be decoded in full; the reader says why.
  private func decode(
    _ reader: inout SparseReader, into run: inout IndexRun, _ progress: (IndexProgress) -> Void
  ) throws -> DecodedVideo? {
    var state = IndexProgress(DecodingProgress(durationSeconds: reader.stream.durationSeconds))
    while try reader.advance() {
      try run.take(&reader)
      state.advance(to: reader.frame, run)
      progress(state)
    }
    guard reader.refusal == nil else { return nil }
    try run.finishDecoding(&reader)
    guard reader.refusal == nil else { return nil }
    return DecodedVideo(
      stream: reader.stream, startTimecode: reader.startTimecode(ofFirstFrameAt: run.scan.firstTime?.pts ?? 0),
      damage: reader.damage, toneMapping: nil, file: reader.file, effort: settings.effort, refusal: nil,
      decodedFrames: reader.decodedCount)
  }

  /// The facts about a video, besides its frames, once all frames have been read.
  private struct DecodedVideo {
    let stream: StreamDescription
    let startTimecode: SourceTimecode?
    let damage: DecodingDamage
    let toneMapping: String?
    let file: FileState
    let effort: Effort
    let refusal: String?
    let decodedFrames: Int
  }

  /// All that a bundle says of a video, in memory.
  private struct Summary {
    let decoded: DecodedVideo
    /// JPEGs of retained frames that were not made while decoding, by the pts of the frame.
    let lateJPEGs: [Int64: [UInt8]]
    let found: SceneFindings
    let isVariableRate: Bool
    let judgement: Judgement
    let account: MemoryAccount
    let contexts: ContextSet
    let sampleVectors: QuantizedRows
    let text: [TextPiece]
    let textRecord: TextRecord
  }

  /// Judges, relates memory, samples and scenes to each other, and makes the contexts.
  ///
  /// - Returns: nil if a frame that is kept was not decoded, and cannot be.
  private func sumUp(
    _ run: inout IndexRun, _ decoded: DecodedVideo, of video: FilePath, cancellation: Cancellation?
  ) throws -> Summary? {
    try cancellation?.check()
    let judgement = try run.judgement(
      settings.target, end: run.scan.durationSeconds(of: decoded.stream), cancellation: cancellation)
    let lacking = judgement.memory.ordinals.map { run.samples.frames[$0] }.filter(\.lacksStill)
    guard
      let stills = try StillFetch.stills(
        of: Set(lacking.map(\.time.pts)), in: video, options: settings.decoding,
        settings: settings.stills(for: backbone.description), unchangedSince: decoded.file, cancellation: cancellation)
    else { return nil }
    let fidelity = try StageTimes.measure(.gate) { try run.fidelity(of: judgement.memory) }
    let scenes = run.scan.scenes(of: decoded.stream, minimumSceneSeconds: settings.minimumSceneSeconds)
    let facts = run.scan.facts(
      path: video.string, stream: decoded.stream, timecode: decoded.startTimecode, rate: scenes.timecodeRate)
    let account = MemoryAccount(
      samples: run.samples.frames, judgement: judgement, fidelity: fidelity, scenes: scenes.scenes,
      endSeconds: facts.durationSeconds)
    try cancellation?.check()
    let text = try readText(
      of: video, decoded.file, facts, retained: account.retained, embeddings: judgement.memory.vectors, cancellation: cancellation
    )
    return Summary(
      decoded: decoded, lateJPEGs: try stills.mapValues { try $0.preview.jpeg(quality: Preview.quality, at: video) },
      found: SceneFindings(
        list: scenes, video: facts, damage: decoded.damage, media: EditorMedia(video), toolVersion: keepframeVersion,
        parameters: settings.detector.parameters + [("min_scene_len_s", .number(settings.minimumSceneSeconds))]),
      isVariableRate: run.scan.isVariableRate, judgement: judgement, account: account,
      contexts: StageTimes.measure(.encoder) { account.contexts(encoder: encoder, settings) },
      sampleVectors: try StageTimes.measure(.encoder) { try run.sampleVectors(encoder?.projection) },
      text: text.pieces, textRecord: text.record)
  }

  /// Writes the files and then the manifest.
  private func write(
    _ summary: Summary, _ fingerprint: Fingerprint, of samples: borrowing SampleStore, with writer: consuming BundleWriter
  ) throws(ArchiveError) -> Manifest {
    let (found, memory, contexts) = (summary.found, summary.judgement.memory, summary.contexts)
    let decoded = summary.decoded
    try StageTimes.measure(.disk) { () throws(ArchiveError) in
      try writer.add("retained.npy", NpyArray(memory.vectors).encode())
      try writer.addLines("retained.jsonl", summary.account.retained)
      try writer.addLines("ledger.jsonl", summary.account.ledger)
      try writer.add(Bundle.samplesName, NpyArray(summary.sampleVectors).encode())
      try writer.add("contexts.npy", NpyArray(contexts.vectors).encode())
      try writer.addLines("contexts.jsonl", contexts.records)
      try writer.addLines("text.jsonl", summary.text)
      try writer.add("scenes.json", Array(SceneFormat.json.text(found).utf8))
      for record in summary.account.retained {
        let ordinal = memory.ordinals[record.row]
        guard let jpeg = try samples.jpeg(ordinal) ?? summary.lateJPEGs[samples.frames[ordinal].time.pts] else {
          preconditionFailure("what is kept has a picture")
        }
        try writer.add(record.thumb, jpeg)
      }
    }
    let record = settings.record(backbone.choice)
    let timings = timesStages ? Manifest.Timing.records(.stop()) : nil
    var manifest = Manifest(
      tool: .init(name: "keepframe", version: keepframeVersion), partial: found.isPartial,
      video: .init(
        found.video, decoded.stream, fingerprint, isVariableRate: summary.isVariableRate, toneMapping: decoded.toneMapping),
      damage: found.damage, decoding: .init(effort: decoded.effort.rawValue, refusal: decoded.refusal),
      settings: record, backbone: .init(backbone.description),
      gate: summary.account.gateSummary(name: record.gate, price: summary.judgement.price),
      encoder: .init(
        weights: encoder?.digest ?? "untrained", windowSize: settings.windowSize, levels: contexts.levels,
        dimension: contexts.vectors.columns),
      counts: .init(
        decoded: decoded.decodedFrames, frames: found.list.frameCount, sampled: samples.frames.count,
        reused: samples.frames.count { $0.isReused }, retained: memory.count, contexts: contexts.records.count,
        scenes: found.list.scenes.count, transitions: found.list.transitions.count),
      timings: timings)
    manifest.text = summary.textRecord
    return try writer.publish(manifest)
  }
}
