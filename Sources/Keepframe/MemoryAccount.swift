internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeContext
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem

/// The complete memory put in relation to samples and scenes: who stands for whom, for how long.
struct MemoryAccount {
  let retainedRecords: [RetainedRecord]
  let ledgerRecords: [LedgerRecord]
  private let samples: [SampledFrame]
  private let fidelity: Fidelity
  private let memory: Memory
  private let scenes: [Scene]
  private let endSeconds: Double

  init(
    samples: [SampledFrame], decisions: [Decision], fidelity: Fidelity, memory: Memory, scenes: [Scene], endSeconds: Double
  ) {
    self.samples = samples
    self.fidelity = fidelity
    self.memory = memory
    self.scenes = scenes
    self.endSeconds = endSeconds
    ledgerRecords = zip(samples, zip(decisions, fidelity.assignments)).map { sample, judged in
      let (decision, stand) = judged
      return LedgerRecord(
        frame: sample.time.index, pts: sample.time.pts, t: sample.time.seconds, kept: decision.keeps, score: decision.score,
        price: decision.price, nearest: decision.nearest?.row, similarity: decision.nearest?.similarity,
        reason: decision.reason.rawValue, coveredBy: stand.row, coverage: stand.similarity, reused: sample.isReused)
    }
    var covers = Array(repeating: RetainedRecord.Covers(samples: 0, seconds: 0, firstT: 0, endT: 0), count: memory.count)
    for (ordinal, stand) in fidelity.assignments.enumerated() {
      let seconds = samples[ordinal].time.seconds
      let next = ordinal + 1 < samples.count ? samples[ordinal + 1].time.seconds : endSeconds
      if covers[stand.row].samples == 0 { covers[stand.row].firstT = seconds }
      covers[stand.row].samples += 1
      covers[stand.row].seconds += next - seconds
      covers[stand.row].endT = next
    }
    retainedRecords = memory.ordinals.enumerated().map { row, ordinal in
      let time = samples[ordinal].time
      return RetainedRecord(
        row: row, frame: time.index, pts: time.pts, t: time.seconds,
        scene: scenes.index(ofFrame: time.index) ?? 0, covers: covers[row],
        thumb: "thumbs/\(row.padded(6)).jpg")
    }
  }

  /// What a run of memory rows stands for: from the first's time to the time of the one after the last; the ends of the video count
  /// with the memory's first and last row.
  func span(ofRows rows: Range<Int>) -> Range<Double> {
    let start = rows.lowerBound == 0 ? 0 : retainedRecords[rows.lowerBound].t
    let end = rows.upperBound == retainedRecords.count ? endSeconds : retainedRecords[rows.upperBound].t
    return start..<max(start, end)
  }

  func gateSummary(name: GateKind, price: Double) -> Manifest.GateSummary {
    .init(
      name: name.rawValue, price: price, retention: samples.isEmpty ? 0 : Double(memory.count) / Double(samples.count),
      coverage: fidelity.coverage,
      worst: fidelity.worst.map {
        .init(frame: samples[$0].time.index, t: samples[$0].time.seconds, similarity: fidelity.assignments[$0].similarity)
      })
  }

  /// The contexts of the video, of its windows and their slots, and of each shot.
  ///
  /// - Parameter encoder: of this backbone's embeddings; nil makes the mean, in the embeddings' own dimensions.
  func contexts(encoder: (any MemoryEncoder)?, windowSize: Int) -> ContextSet {
    let projected = encoder.map { $0.front.apply(to: memory.vectors) } ?? memory.vectors
    let vectors = retainedRecords.map { record in
      MemoryVector(
        values: projected[row: record.row], seconds: record.t,
        gapSeconds: record.row == 0 ? 0 : record.t - retainedRecords[record.row - 1].t, coversSeconds: record.covers.seconds)
    }
    let summary =
      encoder?.summary(of: vectors, windowSize: windowSize)
      ?? HierarchySummary(of: vectors, dimension: projected.columns, windowSize: windowSize)
    var all = summary.contexts().map { (vector: $0, scene: Int?.none) }
    for (index, stands) in rowsShownByScene().enumerated() {
      guard let shot = summary.context(ofShot: scenes[index].seconds, stands: stands) else { continue }
      all.append((shot, index))
    }
    return ContextSet(contexts: all, dimension: projected.columns)
  }

  /// For each scene, the retained rows that stand for its samples, ascending, and for how many each.
  private func rowsShownByScene() -> [[(row: Int, samples: Int)]] {
    var counts = [[Int: Int]](repeating: [:], count: scenes.count)
    for (sample, stand) in zip(samples, fidelity.assignments) {
      if let scene = scenes.index(ofFrame: sample.time.index) { counts[scene][stand.row, default: 0] += 1 }
    }
    return counts.map { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }
}

extension [Scene] {
  /// The scene that a frame lies in.
  ///
  /// - Complexity: O(log `count`)
  func index(ofFrame frame: Int) -> Int? {
    let index = partitioningIndex { $0.frames.upperBound > frame }
    return index < count && self[index].frames.contains(frame) ? index : nil
  }
}

/// The contexts of one video in the order of `contexts.npy`.
struct ContextSet {
  let contexts: [(vector: ContextVector, scene: Int?)]
  let dimension: Int

  var levels: Int { contexts.lazy.map(\.vector.level).max() ?? 0 }

  var vectors: Matrix {
    Matrix(rows: contexts.count, columns: dimension, values: contexts.flatMap(\.vector.values))
  }

  func records(_ account: MemoryAccount) -> [ContextRecord] {
    contexts.enumerated().map { row, context in
      let vector = context.vector
      let span = vector.kind == .shot ? vector.seconds : account.span(ofRows: vector.memory)
      return ContextRecord(
        row: row, kind: vector.kind.rawValue, level: vector.level, firstRetained: vector.memory.lowerBound,
        endRetained: vector.memory.upperBound, startS: span.lowerBound, endS: span.upperBound,
        parent: vector.parent, scene: context.scene,
        top: vector.attention.map {
          .init(retained: $0.row, frame: account.retainedRecords[$0.row].frame, weight: $0.weight)
        })
    }
  }
}
