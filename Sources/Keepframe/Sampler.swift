internal import KeepframeBoundaries
internal import KeepframeDecoding

/// A sampled frame's pixels, taken while the decoder still held them.
struct Snapshot {
  let time: FrameTime
  /// Nil where it was not decoded: it then counts as the sample before it.
  var still: FrameStill?
  let thumbnail: Thumbnail
  let quality: FrameQuality
}

/// Chooses which frames are sampled: a steady number a second, and the first frame of each shot.
///
/// A cut is certain only some frames after it happened, when its picture is gone. So a picture is
/// taken of every frame that may turn out to be one, and waits here, with those behind it, until
/// the detector has made up its mind.
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

  /// The samples that nothing can come before any more, in order; frames that turned out to be no
  /// cut are dropped.
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
