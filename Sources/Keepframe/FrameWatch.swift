internal import KeepframeBoundaries
internal import KeepframeDecoding

/// Looks at every frame of a video: finds its boundaries, and takes the samples.
struct FrameWatch {
  private(set) var scan: SceneScan
  private var sampler: Sampler
  private var picture: Picture
  private let previewWidth: Int
  private var thumbnail = Thumbnail()
  private var previous: Thumbnail?

  /// - Parameter stills: the sizes that the samples' pictures and previews are to have.
  init(_ settings: IndexSettings, frameRate: Rational?, stills: StillSettings) {
    scan = SceneScan(settings.detector, frameRate: frameRate)
    sampler = Sampler(samplesPerSecond: settings.samplesPerSecond, detectorDelay: scan.detector.delay)
    previewWidth = stills.previewWidth
    picture = Picture(width: stills.pictureWidth, height: stills.pictureHeight)
  }

  /// Takes the reader's current frame.
  ///
  /// - Returns: the samples that are certain now, in order.
  mutating func see(_ reader: inout VideoReader) throws -> [Snapshot] {
    try reader.readThumbnail(into: &thumbnail)
    let found = scan.push(thumbnail, reader)
    let isDue = sampler.isDue(at: reader.frame.seconds)
    if isDue || scan.detector.isCutCandidate {
      note(reader.frame, try reader.readStill(previewWidth: previewWidth, using: &picture), isCertain: isDue)
    }
    previous = thumbnail
    sampler.confirm(found)
    return sampler.release(after: reader.frame.index)
  }

  /// Takes the reader's current frame, whether it was decoded or not.
  mutating func see(_ reader: inout SparseReader) throws -> [Snapshot] {
    thumbnail = reader.thumbnail
    let frame = reader.frame
    let found = scan.push(thumbnail, at: frame, shape: reader.shape, isKnown: reader.isKnown)
    if reader.isSample || scan.detector.isCutCandidate && reader.isKnown {
      note(frame, reader.still, isCertain: reader.isSample)
    }
    previous = thumbnail
    sampler.confirm(found)
    return try sampler.release(after: frame.index).map { try completed($0, by: &reader) }
  }

  /// - Returns: the samples that had not been certain before.
  mutating func finish() -> [Snapshot] {
    sampler.confirm(scan.finish())
    return sampler.release(after: nil)
  }

  /// - Returns: the samples that had not been certain before.
  mutating func finish(_ reader: inout SparseReader) throws -> [Snapshot] {
    sampler.confirm(scan.finish())
    return try sampler.release(after: nil).map { try completed($0, by: &reader) }
  }

  private mutating func note(_ time: FrameTime, _ still: FrameStill?, isCertain: Bool) {
    let quality = FrameQuality(thumbnail, previous: previous)
    sampler.add(Snapshot(time: time, still: still, thumbnail: thumbnail, quality: quality), isCertain: isCertain)
  }

  /// Decodes the still of a shot's first frame if it is missing: each shot must have that one.
  private func completed(_ snapshot: Snapshot, by reader: inout SparseReader) throws -> Snapshot {
    guard snapshot.still == nil, scan.boundaries.contains(where: { $0.frame == snapshot.time.index }) else { return snapshot }
    var snapshot = snapshot
    snapshot.still = try reader.still(ofFrameAt: snapshot.time.pts)
    return snapshot
  }
}
