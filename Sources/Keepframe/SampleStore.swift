internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention

/// What is known of one sampled frame besides its embedding.
struct SampledFrame {
  let time: FrameTime
  let isReused: Bool
  /// Whether its pixels were never seen.
  let lacksStill: Bool
  let quality: FrameQuality

  func sample(_ ordinal: Int, _ embedding: Embedding) -> Sample {
    Sample(ordinal: ordinal, seconds: time.seconds, embedding: embedding, quality: quality)
  }
}

/// All samples of one video: embeddings and JPEGs wait on disk until the memory is complete.
struct SampleStore: ~Copyable {
  private(set) var frames: [SampledFrame] = []
  private var embeddings: SampleSpool
  private var jpegs: JPEGSpool

  init(embeddings: consuming SampleSpool, jpegs: consuming JPEGSpool) {
    self.embeddings = embeddings
    self.jpegs = jpegs
  }

  var dimension: Int { embeddings.dimension }

  /// - Returns: what the gate judges.
  mutating func append(_ snapshot: Snapshot, _ embedding: Embedding, isReused: Bool) throws(ArchiveError) -> Sample {
    let frame = SampledFrame(
      time: snapshot.time, isReused: isReused, lacksStill: snapshot.still == nil, quality: snapshot.quality)
    try embeddings.append(embedding.values)
    try jpegs.append(snapshot.still?.jpeg ?? [])
    frames.append(frame)
    return frame.sample(frames.count - 1, embedding)
  }

  /// Shows all samples to a gate again.
  ///
  /// - Parameter limit: the most that may be kept; what comes after is not shown.
  mutating func replay(into run: inout GateRun, limit: Int) throws(ArchiveError) {
    let frames = frames
    try embeddings.forEachBlock { first, block in
      guard run.keptCount <= limit else { return }
      for row in 0..<block.rows { run.push(frames[first + row].sample(first + row, Embedding(unit: block[row: row]))) }
    }
  }

  mutating func fidelity(of memory: Memory) throws(ArchiveError) -> Fidelity {
    var fidelity = Fidelity()
    try embeddings.forEachBlock { _, block in fidelity.add(block, against: memory) }
    return fidelity
  }

  /// - Returns: empty for a sample without a still.
  func jpeg(_ ordinal: Int) throws(ArchiveError) -> [UInt8] { try jpegs.read(ordinal) }
}
