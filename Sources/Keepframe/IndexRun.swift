internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem

/// The state of one indexing run while the video is decoded: from the first frame to the complete
/// memory.
///
/// With a price, the gate judges while the video is decoded. With a rate or a budget, the price is
/// not known before the end. The gate then runs over the stored samples as often as the search for
/// the price needs.
struct IndexRun: ~Copyable {
  private var watch: FrameWatch
  private var queue: EmbeddingQueue<Snapshot>
  private(set) var samples: SampleStore
  private let gate: GateMaker
  /// Nil if the price has to be searched.
  private var live: GateRun?

  // This initialiser does not throw, and sets `samples` before anything else. One that set it last,
  // after parts of `self` had been read, destroyed a `samples` that was not there yet (Swift 6.3),
  // and so closed file descriptor 0.
  init(_ settings: IndexSettings, _ backbone: any Backbone, frameRate: Rational?, samples: consuming SampleStore) {
    self.samples = samples
    let made = backbone.description
    watch = FrameWatch(settings, frameRate: frameRate, stills: settings.stills(for: made))
    queue = EmbeddingQueue(backbone, usesOwnThread: settings.decoding.threadCount != 1, reuse: settings.reusePolicy)
    let gate = settings.gateMaker(for: backbone.choice, frameRate: frameRate)
    if case .price(let price) = settings.target {
      live = GateRun(gate, price: price ?? gate.defaultPrice, dimension: made.dimension)
    }
    self.gate = gate
  }

  /// How well a memory stands for the samples.
  mutating func fidelity(of memory: Memory) throws(ArchiveError) -> Fidelity { try samples.fidelity(of: memory) }

  /// All samples under the encoder's projection.
  mutating func sampleVectors(_ projection: Projection?) throws(ArchiveError) -> QuantizedRows {
    try samples.vectors(projection)
  }

  var scan: SceneScan { watch.scan }
  var keptCount: Int { live?.keptCount ?? 0 }

  /// Takes the reader's current frame.
  mutating func take(_ reader: inout VideoReader) throws {
    try take(watch.see(&reader), isLast: false)
  }
  mutating func take(_ reader: inout SparseReader) throws {
    try take(watch.see(&reader), isLast: false)
  }

  mutating func finishDecoding() throws { try take(watch.finish(), isLast: true) }
  mutating func finishDecoding(_ reader: inout SparseReader) throws { try take(watch.finish(&reader), isLast: true) }

  private mutating func take(_ snapshots: [Snapshot], isLast: Bool) throws {
    for snapshot in snapshots {
      try queue.submit(snapshot.still?.picture, snapshot.thumbnail, as: snapshot)
      try judgeEmbedded(isLast: false)
    }
    try judgeEmbedded(isLast: isLast)
  }

  private mutating func judgeEmbedded(isLast: Bool) throws {
    while let (snapshot, embedding, isReused) = try queue.take(isLast: isLast) {
      let sample = try StageTimes.measure(.disk) { () throws(ArchiveError) in
        try samples.append(snapshot, embedding, isReused: isReused)
      }
      if let due = StageTimes.measure(.gate, { live?.push(sample) }) {
        try settle(due)
      } else {
        // Until the price is known, any sample may be kept.
        try samples.keepPreview(sample.ordinal)
      }
    }
  }

  private mutating func settle(_ decisions: some Sequence<Decision>) throws {
    for decision in decisions {
      if decision.keeps { try samples.keepPreview(decision.ordinal) } else { samples.dropPreview(decision.ordinal) }
    }
  }

  /// Makes the remaining decisions and returns the complete memory.
  ///
  /// - Parameter end: the end of the video, in seconds.
  mutating func judgement(_ target: RetentionTarget, end: Double, cancellation: Cancellation?) throws -> Judgement {
    if let live {
      let judgement = StageTimes.measure(.gate) { live.finish(end: end) }
      try settle(judgement.decisions[live.decidedCount...])
      return judgement
    }
    let budget =
      switch target {
      case .budget(let count): count
      case .rate(let share): max(1, Int((share * Double(samples.frames.count)).rounded(.down)))
      case .price: preconditionFailure("a known price is judged live")
      }
    return try gate.searchPrice(keeping: budget, of: &samples, end: end, cancellation: cancellation)
  }
}
