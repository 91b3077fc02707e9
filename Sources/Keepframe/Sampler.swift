internal import KeepframeBoundaries
internal import KeepframeDecoding

/// A sampled frame's pixels, taken while the decoder still held them.
struct Snapshot {
  let time: FrameTime
  let picture: Picture
  let thumbnail: Thumbnail
  let quality: FrameQuality
  let jpeg: [UInt8]
}

/// Chooses which frames are sampled: a steady number a second, and the first frame of each shot.
///
/// A cut is certain only some frames after it happened, when its picture is gone. So a picture is taken of every frame that may
/// turn out to be one, and waits here, with those behind it, until the detector has made up its mind.
struct Sampler {
  private let detectorDelay: Int
  private var grid: SampleGrid
  private var waiting: [(snapshot: Snapshot, isCertain: Bool)] = []

  init(samplesPerSecond: Double, detectorDelay: Int) {
    grid = SampleGrid(samplesPerSecond: samplesPerSecond)
    self.detectorDelay = detectorDelay
  }

  mutating func isDue(at seconds: Double) -> Bool { grid.isDue(at: seconds) }

  /// - Parameter isCertain: false for a frame that is sampled only if it turns out to be a cut.
  mutating func add(_ snapshot: Snapshot, isCertain: Bool) { waiting.append((snapshot, isCertain)) }

  /// Takes the detector's verdict.
  mutating func confirm(_ boundaries: [Boundary]) {
    for boundary in boundaries where boundary.cause.isSudden {
      if let index = waiting.firstIndex(where: { $0.snapshot.time.index == boundary.frame }) { waiting[index].isCertain = true }
    }
  }

  /// The samples that nothing can come before any more, in order; frames that turned out to be no cut are dropped.
  ///
  /// - Parameter frame: index of the frame decoded last; nil at the end, when all is certain.
  mutating func release(after frame: Int?) -> [Snapshot] {
    var released: [Snapshot] = []
    while let first = waiting.first {
      let isDecided = first.isCertain || frame.map { $0 - first.snapshot.time.index >= detectorDelay } ?? true
      guard isDecided else { break }
      if first.isCertain { released.append(first.snapshot) }
      waiting.removeFirst()
    }
    return released
  }
}

/// Looks at every frame of a video: finds its boundaries, and takes the samples.
struct FrameWatch {
  private(set) var scan: SceneScan
  private var sampler: Sampler
  private var picture: Picture
  private let jpegWidth: Int
  private var thumbnail = Thumbnail()
  private var previous: Thumbnail?

  /// - Parameter picture: of the size that samples are to have.
  init(_ settings: IndexSettings, frameRate: Rational?, picture: Picture) {
    scan = SceneScan(settings.detector, frameRate: frameRate)
    sampler = Sampler(samplesPerSecond: settings.samplesPerSecond, detectorDelay: scan.detector.delay)
    jpegWidth = settings.thumbnailWidth
    self.picture = picture
  }

  /// Takes the reader's current frame.
  ///
  /// - Returns: the samples that are certain now, in order.
  mutating func see(_ reader: inout VideoReader) throws(DecodingError) -> [Snapshot] {
    try reader.readThumbnail(into: &thumbnail)
    let found = scan.push(thumbnail, reader)
    let isDue = sampler.isDue(at: reader.frame.seconds)
    if isDue || scan.detector.isCutCandidate {
      try reader.readPicture(into: &picture)
      let jpeg = try reader.readJPEG(maxWidth: jpegWidth, quality: 80)
      sampler.add(
        Snapshot(
          time: reader.frame, picture: picture, thumbnail: thumbnail,
          quality: FrameQuality(thumbnail, previous: previous), jpeg: jpeg),
        isCertain: isDue)
    }
    previous = thumbnail
    sampler.confirm(found)
    return sampler.release(after: reader.frame.index)
  }

  /// - Returns: the samples that were still open.
  mutating func finish() -> [Snapshot] {
    sampler.confirm(scan.finish())
    return sampler.release(after: nil)
  }
}
