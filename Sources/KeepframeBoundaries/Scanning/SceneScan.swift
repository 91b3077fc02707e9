package import KeepframeDecoding
internal import KeepframeSystem

/// Finds the boundaries of a video while it is decoded: the part that `scenes` and `index` share.
package struct SceneScan {
  package private(set) var detector: any BoundaryDetector
  package private(set) var boundaries: [Boundary] = []
  private let jumps: DetectorSettings.Jumps
  private var assembler = SceneAssembler()
  private var rate = RateMeter()
  private var endTicks: Int64 = 0
  /// For each frame, whether its thumbnail was decoded and not made up.
  private var known: [Bool] = []
  package private(set) var firstTime: FrameTime?
  package private(set) var shape = PictureShape(codedWidth: 0, codedHeight: 0)

  /// - Parameter frameRate: the stream's nominal rate.
  package init(_ settings: DetectorSettings, frameRate: Rational?) {
    detector = settings.makeDetector(frameRate: frameRate)
    jumps = settings.jumps
  }

  package var frameCount: Int { assembler.frameCount }
  package var isVariableRate: Bool { rate.isVariable }

  /// Takes the reader's current frame.
  ///
  /// - Returns: Boundaries that are now certain, at most the detector's delay back.
  package mutating func push(_ thumbnail: Thumbnail, _ reader: borrowing VideoReader) -> [Boundary] {
    push(thumbnail, at: reader.frame, shape: firstTime == nil ? reader.shape : shape)
  }

  /// Takes the next frame.
  ///
  /// - Parameters:
  ///   - shape: The first frame's shape is used for the video.
  ///   - isKnown: false for a thumbnail that was made up. A boundary there would be a guess, so it
  ///     is left out.
  package mutating func push(
    _ thumbnail: Thumbnail, at time: FrameTime, shape: PictureShape, isKnown: Bool = true
  ) -> [Boundary] {
    if firstTime == nil {
      firstTime = time
      self.shape = shape
    }
    assembler.push(time)
    rate.push(time.pts)
    endTicks = time.pts + time.durationTicks
    known.append(isKnown)
    return note(StageTimes.measure(.detector) { detector.push(thumbnail) })
  }

  /// - Returns: The boundaries that were not yet certain.
  package mutating func finish() -> [Boundary] {
    note(detector.finish())
  }

  private mutating func note(_ found: [Boundary]) -> [Boundary] {
    let kept = found.filter { jumps.keeps($0) && known[min($0.frame, known.count - 1)] }
    boundaries.append(contentsOf: kept)
    return kept
  }

  package func scenes(of stream: StreamDescription, minimumSceneSeconds: Double, dropShort: Bool = false, mergeLast: Bool = false)
    -> SceneList
  {
    assembler.finish(
      boundaries: boundaries, timeBase: stream.timeBase, frameRate: stream.frameRate, minimumSceneSeconds: minimumSceneSeconds,
      dropShort: dropShort, mergeLast: mergeLast)
  }

  func clips(_ clean: CleanClips, of stream: StreamDescription) -> SceneList {
    assembler.finish(clean, boundaries: boundaries, timeBase: stream.timeBase, frameRate: stream.frameRate)
  }

  /// The seconds from the first frame to the end of the last one so far.
  package func durationSeconds(of stream: StreamDescription) -> Double {
    stream.timeBase.seconds(endTicks - (firstTime?.pts ?? 0))
  }

  /// - Parameters:
  ///   - timecode: The first frame's timecode, as the file states it. An impossible one is ignored.
  ///   - rate: The rate of the scenes, at which the timecode counts.
  package func facts(path: String, stream: StreamDescription, timecode: SourceTimecode?, rate: Rational) -> VideoFacts {
    let start = firstTime?.pts ?? 0
    var facts = VideoFacts(
      path: path, shape: shape, frameRate: stream.frameRate, timeBase: stream.timeBase, startPTS: start,
      durationSeconds: durationSeconds(of: stream), frameCount: frameCount, codec: stream.codec,
      playerStartMicroseconds: stream.playerMicroseconds(ofFirstFrameAt: start),
      startTimecode: timecode.flatMap { StartTimecode($0, rate: rate) })
    facts.statedFrameRate = stream.statedFrameRate
    return facts
  }
}

/// Tells a variable frame rate from a constant one whose times are rounded to the time base.
private struct RateMeter {
  private var last: Int64?
  private var shortest = Int64.max
  private var longest = Int64.min

  mutating func push(_ pts: Int64) {
    if let last {
      shortest = min(shortest, pts - last)
      longest = max(longest, pts - last)
    }
    last = pts
  }

  var isVariable: Bool { longest > shortest && longest - shortest > max(1, shortest / 10) }
}
