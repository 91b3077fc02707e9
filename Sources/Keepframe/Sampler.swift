internal import KeepframeBoundaries
internal import KeepframeDecoding

/// A sampled frame's pixels, taken while the decoder still held them.
struct Snapshot {
  let time: FrameTime
  /// Nil if the frame was not decoded. It then reuses the embedding of the sample before it.
  var still: FrameStill?
  let thumbnail: Thumbnail
  let quality: FrameQuality
}

/// Chooses which frames are sampled: a steady number a second, and the first frame of each shot.
///
/// A cut is certain only some frames after it happened, when its picture is gone. So a picture is
/// taken of every frame that may turn out to be a cut. It waits here, with the pictures after it,
/// until the detector has decided.
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

  /// Removes the samples that no other sample can come before any more, in order. Frames that
  /// turned out not to be cuts are dropped.
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
