internal import KeepframeBoundaries
internal import KeepframeDecoding
internal import KeepframeNumerics
internal import KeepframeSystem
internal import SystemPackage

/// Takes stretches from a video. Decodes it once to find where its shots end, and once more to keep
/// the frames.
struct ReelReader {
  /// Number of frames of a stretch, and the most stretches of a video.
  static let length = 24...96
  static let most = 8
  /// Frames left out on either side of whatever may be a boundary.
  static let margin = 6
  /// A frame with this probability of being a boundary, or more, ends a stretch.
  static let suspicion = 0.1

  let decoding: DecodingOptions
  let cancellation: Cancellation?

  /// - Parameter suspects: frames that may be boundaries, known from elsewhere.
  /// - Throws: ``DecodingError``
  func stretches(of video: FilePath, suspects: [Int]) throws -> (frameRate: Double, stretches: [Reel.Stretch]) {
    var reader = try VideoReader(video, options: decoding, cancellation: cancellation)
    let frameRate = reader.stream.frameRate?.doubleValue ?? 25
    var detector = AdaptiveDetector(threshold: Self.suspicion, frameRate: frameRate)
    var thumbnail = Thumbnail()
    var isBlank: [Bool] = []
    var boundaries: [Boundary] = []
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      boundaries += detector.push(thumbnail)
      isBlank.append(FrameQuality(thumbnail, previous: nil).isBlank)
    }
    boundaries += detector.finish()
    let ranges = Self.ranges(isBlank: isBlank, boundaries: boundaries, suspects: suspects)
    return (frameRate, try frames(of: video, ranges))
  }

  /// Ranges of frames without a boundary that are long enough. If there are more than wanted, some
  /// are chosen, spread evenly.
  static func ranges(isBlank: [Bool], boundaries: [Boundary], suspects: [Int]) -> [Range<Int>] {
    var isFree = isBlank.map { !$0 }
    func exclude(_ frames: Range<Int>) {
      for frame in (frames.lowerBound - margin..<frames.upperBound + margin).clamped(to: 0..<isFree.count) {
        isFree[frame] = false
      }
    }
    for boundary in boundaries {
      if case .transition(let transition) = boundary.cause { exclude(transition.frames) }
      exclude(boundary.frame..<boundary.frame)
    }
    for suspect in suspects { exclude(suspect..<suspect + 1) }
    var pieces: [Range<Int>] = []
    var start: Int?
    for (frame, free) in (isFree + [false]).enumerated() {
      if free { start = start ?? frame }
      let length = start.map { frame - $0 } ?? 0
      if let begin = start, !free || length == Self.length.upperBound {
        if length >= Self.length.lowerBound { pieces.append(begin..<frame) }
        start = nil
      }
    }
    guard pieces.count > most else { return pieces }
    return (0..<most).map { pieces[$0 * pieces.count / most] }
  }

  private func frames(of video: FilePath, _ ranges: [Range<Int>]) throws -> [Reel.Stretch] {
    guard let last = ranges.last else { return [] }
    var reader = try VideoReader(video, options: decoding, cancellation: cancellation)
    var picture = Picture(width: Reel.width, height: Reel.height)
    var (kept, current) = ([[[UInt8]]](repeating: [], count: ranges.count), 0)
    while try reader.advance(), reader.frame.index < last.upperBound {
      let frame = reader.frame.index
      if frame >= ranges[current].upperBound { current += 1 }
      guard ranges[current].contains(frame) else { continue }
      try reader.readPicture(into: &picture)
      kept[current].append(try picture.jpeg(quality: Reel.quality))
    }
    return zip(ranges, kept).filter { $1.count >= Self.length.lowerBound }
      .map { Reel.Stretch(firstFrame: $0.lowerBound, frames: $1) }
  }
}
