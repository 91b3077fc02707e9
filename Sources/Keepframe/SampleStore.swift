internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeSystem
internal import SystemPackage

/// The facts about one sampled frame, besides its embedding.
struct SampledFrame {
  let time: FrameTime
  let isReused: Bool
  /// Whether the frame was not decoded, so that its pixels were never seen.
  let lacksStill: Bool
  let quality: FrameQuality

  func sample(_ ordinal: Int, _ embedding: Embedding) -> Sample {
    Sample(ordinal: ordinal, seconds: time.seconds, embedding: embedding, quality: quality)
  }
}

/// All samples of one video. Embeddings wait on disk until the memory is complete, and so do the
/// JPEGs of samples that are kept or may be.
struct SampleStore: ~Copyable {
  private(set) var frames: [SampledFrame] = []
  /// The path that errors name.
  private let video: FilePath
  private var embeddings: SampleSpool
  private var jpegs: JPEGSpool
  /// The index of a sample's JPEG in ``jpegs``, by the sample's ordinal.
  private var places: [Int: Int] = [:]
  /// Previews that are neither encoded nor dropped yet, by the sample's ordinal.
  private var previews: [Int: Preview] = [:]

  init(of video: FilePath, embeddings: consuming SampleSpool, jpegs: consuming JPEGSpool) {
    self.video = video
    self.embeddings = embeddings
    self.jpegs = jpegs
  }

  var dimension: Int { embeddings.dimension }

  /// - Returns: the sample for the gate to judge.
  mutating func append(_ snapshot: Snapshot, _ embedding: Embedding, isReused: Bool) throws(ArchiveError) -> Sample {
    let frame = SampledFrame(
      time: snapshot.time, isReused: isReused, lacksStill: snapshot.still == nil, quality: snapshot.quality)
    try embeddings.append(embedding.values)
    previews[frames.count] = snapshot.still?.preview
    frames.append(frame)
    return frame.sample(frames.count - 1, embedding)
  }

  /// Shows all samples to a gate again.
  ///
  /// - Parameter limit: the most that may be kept. Once it is exceeded, no further block is shown.
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

  /// All samples, projected if there is a projection.
  mutating func vectors(_ projection: Projection?) throws(ArchiveError) -> QuantizedRows {
    var rows = QuantizedRows(columns: projection?.outputDimension ?? dimension)
    try embeddings.forEachBlock { _, block in rows.append(projection?.apply(to: block) ?? block) }
    return rows
  }

  /// Encodes the preview of a sample that is kept, or may be.
  ///
  /// - Throws: ``DecodingError``, ``ArchiveError``.
  mutating func keepPreview(_ ordinal: Int) throws {
    guard let preview = previews.removeValue(forKey: ordinal) else { return }
    let jpeg = try preview.jpeg(quality: Preview.quality, at: video)
    places[ordinal] = try StageTimes.measure(.disk) { () throws(ArchiveError) in try jpegs.append(jpeg) }
  }

  mutating func dropPreview(_ ordinal: Int) { previews[ordinal] = nil }

  /// - Returns: nil for a sample without a still, or one whose preview was not kept.
  func jpeg(_ ordinal: Int) throws(ArchiveError) -> [UInt8]? {
    guard let place = places[ordinal] else { return nil }
    return try jpegs.read(place)
  }
}
