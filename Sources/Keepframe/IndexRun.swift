internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention
internal import SystemPackage

/// What is known of one sampled frame besides its embedding.
struct SampledFrame {
  let time: FrameTime
  let isReused: Bool
  let quality: FrameQuality
}

/// What the gate made of all samples.
struct GateResult {
  let memory: Memory
  /// One a sample, in order.
  let decisions: [Decision]
  let price: Double
}

/// The state of one indexing run, from the first frame to the complete memory.
///
/// With a price the gate judges as the video is decoded. With a rate or a budget the price is not known before the end; then
/// embeddings and JPEGs wait on disk, and the gate runs over them as often as the search for the price needs.
struct IndexRun: ~Copyable {
  private(set) var scan: SceneScan
  private(set) var samples: [SampledFrame] = []
  private let settings: IndexSettings
  private let cancellation: Cancellation?
  private let lookAhead: Int
  private var sampler: Sampler
  private var embedder: SampleEmbedder
  private var thumbnail = Thumbnail()
  private var previous: Thumbnail?
  private var picture: Picture
  private let dimension: Int
  private var embeddings: SampleSpool
  private var jpegs: JPEGSpool
  private var live: LiveGate?

  /// The gate at work while the video is decoded.
  private struct LiveGate {
    var retainer: Retainer
    var decisions: [Decision] = []
    let price: Double
  }

  init(
    settings: IndexSettings, backbone: any Backbone, frameRate: Rational?, cancellation: Cancellation?,
    writer: borrowing BundleWriter
  ) throws(ArchiveError) {
    // A throwing initialiser of a noncopyable type assigns its noncopyable parts last.
    let dimension = backbone.description.dimension
    let embeddings = try writer.makeSpool(dimension: dimension)
    let jpegs = try writer.makeJPEGSpool()
    self.settings = settings
    self.cancellation = cancellation
    lookAhead = settings.lookAheadSamples(frameRate: frameRate)
    scan = SceneScan(settings.detector, frameRate: frameRate)
    sampler = Sampler(samplesPerSecond: settings.samplesPerSecond, detectorDelay: scan.detector.delay)
    embedder = SampleEmbedder(backbone, usesOwnThread: settings.decoding.threadCount != 1)
    let description = backbone.description
    picture = Picture(width: description.inputWidth, height: description.inputHeight)
    self.dimension = dimension
    self.embeddings = embeddings
    self.jpegs = jpegs
    if case .price(let asked) = settings.target {
      let price = asked ?? settings.gate.defaultPrice
      live = LiveGate(
        retainer: Retainer(
          gate: settings.makeGate(price: price, lookAhead: lookAhead), dimension: dimension),
        price: price)
    }
  }

  var keptCount: Int { live?.retainer.memory.count ?? 0 }

  /// Takes the reader's current frame.
  mutating func take(_ reader: inout VideoReader) throws {
    try reader.readThumbnail(into: &thumbnail)
    let found = scan.push(thumbnail, reader)
    let isDue = sampler.isDue(at: reader.frame.seconds)
    if isDue || scan.detector.isCutCandidate {
      try reader.readPicture(into: &picture)
      let jpeg = try reader.readJPEG(maxWidth: settings.thumbnailWidth, quality: 80)
      sampler.add(
        Snapshot(
          time: reader.frame, picture: picture, thumbnail: thumbnail,
          quality: FrameQuality(thumbnail, previous: previous), jpeg: jpeg),
        isCertain: isDue)
    }
    previous = thumbnail
    sampler.confirm(found)
    for snapshot in sampler.release(after: reader.frame.index) { embedder.submit(snapshot) }
    try judgeEmbedded(isLast: false)
  }

  mutating func finishDecoding() throws {
    sampler.confirm(scan.finish())
    for snapshot in sampler.release(after: nil) { embedder.submit(snapshot) }
    try judgeEmbedded(isLast: true)
  }

  private mutating func judgeEmbedded(isLast: Bool) throws {
    while let (snapshot, embedding, isReused) = try embedder.take(isLast: isLast) {
      let ordinal = samples.count
      samples.append(SampledFrame(time: snapshot.time, isReused: isReused, quality: snapshot.quality))
      try embeddings.append(embedding.values)
      try jpegs.append(snapshot.jpeg)
      let sample = Sample(
        ordinal: ordinal, seconds: snapshot.time.seconds, embedding: embedding, quality: snapshot.quality)
      if let decision = live?.retainer.push(sample) { live?.decisions.append(decision) }
    }
  }

  /// The complete memory.
  mutating func finishGate() throws -> GateResult {
    if var live {
      live.retainer.finish(&live.decisions)
      return GateResult(memory: live.retainer.memory, decisions: live.decisions, price: live.price)
    }
    let budget =
      switch settings.target {
      case .budget(let count): count
      case .rate(let share): max(1, Int((share * Double(samples.count)).rounded(.down)))
      case .price: preconditionFailure("a known price is judged live")
      }
    let price = try price(keeping: budget, in: settings.gate.priceRange) {
      try replay(atPrice: $0, limit: budget)?.memory.count ?? budget + 1
    }
    guard let result = try replay(atPrice: price, limit: .max) else { preconditionFailure("a replay without limit ends") }
    return result
  }

  /// Runs the gate over the stored samples.
  ///
  /// - Returns: nil as soon as it has kept more than `limit`.
  private mutating func replay(atPrice price: Double, limit: Int) throws -> GateResult? {
    var retainer = Retainer(
      gate: settings.makeGate(price: price, lookAhead: lookAhead), dimension: dimension)
    var decisions: [Decision] = []
    let samples = samples
    try embeddings.forEachBlock { first, block in
      guard retainer.memory.count <= limit else { return }
      for row in 0..<block.rows {
        let sample = Sample(
          ordinal: first + row, seconds: samples[first + row].time.seconds, embedding: Embedding(unit: block[row: row]),
          quality: samples[first + row].quality)
        if let decision = retainer.push(sample) { decisions.append(decision) }
      }
    }
    try cancellation?.check()  // each pass over the samples may take seconds
    guard retainer.memory.count <= limit else { return nil }
    retainer.finish(&decisions)
    return GateResult(memory: retainer.memory, decisions: decisions, price: price)
  }

  mutating func measureFidelity(of memory: Memory) throws(ArchiveError) -> Fidelity {
    var fidelity = Fidelity()
    try embeddings.forEachBlock { _, block in fidelity.add(block, against: memory) }
    return fidelity
  }

  mutating func takeJPEG(ofSample ordinal: Int) throws(ArchiveError) -> [UInt8] { try jpegs.read(ordinal) }
}
