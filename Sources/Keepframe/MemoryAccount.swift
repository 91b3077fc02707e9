internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeContext
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem

/// Relates the complete memory to samples and scenes: which row stands for what, and for how long.
struct MemoryAccount {
  let retained: [RetainedRecord]
  let ledger: [LedgerRecord]
  private let samples: [SampledFrame]
  private let fidelity: Fidelity
  private let memory: Memory
  private let scenes: [Segment]
  private let endSeconds: Double

  init(samples: [SampledFrame], judgement: Judgement, fidelity: Fidelity, scenes: [Segment], endSeconds: Double) {
    self.samples = samples
    self.fidelity = fidelity
    self.scenes = scenes
    self.endSeconds = endSeconds
    memory = judgement.memory
    ledger = zip(samples, zip(judgement.decisions, fidelity.assignments)).map { sample, judged in
      LedgerRecord(judged.0, at: sample.time, isReused: sample.isReused, stand: judged.1)
    }
    let shares = fidelity.shares(rowCount: memory.count, times: samples.map(\.time.seconds), end: endSeconds)
    retained = memory.ordinals.enumerated().map { row, ordinal in
      let time = samples[ordinal].time
      return RetainedRecord(row: row, time: time, scene: scenes.index(ofFrame: time.index) ?? 0, share: shares[row])
    }
  }

  /// The time that a run of memory rows stands for: from the time of the first row to the time of
  /// the row after the last. The first row of all stands from the video's start, and the last until
  /// its end.
  private func span(ofRows rows: Range<Int>) -> Range<Double> {
    let start = rows.lowerBound == 0 ? 0 : retained[rows.lowerBound].t
    let end = rows.upperBound == retained.count ? endSeconds : retained[rows.upperBound].t
    return start..<max(start, end)
  }

  func gateSummary(name: String, price: Double) -> Manifest.GateSummary {
    .init(
      name: name, price: price, retention: samples.isEmpty ? 0 : Double(memory.count) / Double(samples.count),
      coverage: fidelity.coverage,
      worst: fidelity.worst.map {
        .init(frame: samples[$0].time.index, t: samples[$0].time.seconds, similarity: fidelity.assignments[$0].similarity)
      })
  }

  /// The contexts of the video, of its windows, of the parts of both, and of each shot.
  ///
  /// - Parameter encoder: takes this backbone's embeddings. Nil stands for a hierarchy without
  ///   anything trained, in the embeddings' own dimensions.
  func contexts(encoder: (any MemoryEncoder)?, _ settings: IndexSettings) -> ContextSet {
    let projected = encoder.map { $0.projection.apply(to: memory.vectors) } ?? memory.vectors
    let vectors = retained.map { record in
      MemoryVector(
        values: projected[row: record.row], seconds: record.t, coversSeconds: record.covers.seconds)
    }
    let summary =
      encoder?.summary(of: vectors, windowSize: settings.windowSize, parts: settings.contexts)
      ?? HierarchySummary(
        of: vectors, EncoderWeights(dimension: projected.columns), windowSize: settings.windowSize, parts: settings.contexts)
    var all = summary.contexts().map { (vector: $0, scene: Int?.none) }
    for (index, stands) in rowsShownByScene().enumerated() {
      guard let shot = summary.context(ofShot: scenes[index].seconds, stands: stands) else { continue }
      all.append((shot, index))
    }
    let frames = retained.map(\.frame)
    let records = all.enumerated().map { row, context in
      let vector = context.vector
      return ContextRecord(
        row: row, vector, seconds: vector.kind == .shot ? vector.seconds : span(ofRows: vector.memory), scene: context.scene,
        frames: frames)
    }
    return ContextSet(
      vectors: Matrix(
        rows: all.count, columns: encoder?.dimension ?? projected.columns, values: all.flatMap(\.vector.values)),
      records: records)
  }

  /// For each scene, the retained rows that stand for its samples, ascending, each with the number
  /// of those samples.
  private func rowsShownByScene() -> [[(row: Int, samples: Int)]] {
    var counts = [[Int: Int]](repeating: [:], count: scenes.count)
    for (sample, stand) in zip(samples, fidelity.assignments) {
      if let scene = scenes.index(ofFrame: sample.time.index) { counts[scene][stand.row, default: 0] += 1 }
    }
    return counts.map { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }
}

/// The contexts of one video in the order of `contexts.npy`.
struct ContextSet {
  /// `[C, D]`
  let vectors: Matrix
  let records: [ContextRecord]

  var levels: Int { records.lazy.map(\.level).max() ?? 0 }
}
