public import KeepframeDecoding
internal import KeepframeSystem

/// The scenes of one video and what separates them.
///
/// Without dropping, scenes tile the video: the first starts with its first frame, each ends where
/// the next starts, and the last ends when the last frame does. Clean clips leave gaps.
public struct SceneList: Hashable, Sendable {
  /// Scenes, shots or clean clips, ascending; none overlaps another.
  public let scenes: [Segment]
  /// Every gradual transition found, ascending, also those too close to another boundary to start a
  /// scene.
  public let transitions: [Transition]
  /// The boundaries that are at least the minimum scene length apart, ascending: all scene starts,
  /// also of scenes later merged or dropped.
  public let boundaries: [Boundary]
  /// When each of ``boundaries`` is shown, in ticks.
  public let boundaryPTS: [Int64]
  /// Length of a tick in seconds; all pts of the list count in ticks.
  public let timeBase: Rational
  /// Nominal rate of the stream; nil where the file gives none.
  public let frameRate: Rational?
  /// Frames seen; 0 for a video without frames.
  public let frameCount: Int
  /// When the first frame is shown, in ticks; 0 for a video without frames.
  public let startPTS: Int64
  /// What is on either side of each of ``scenes`` where these are clean clips; else nil.
  public private(set) var clips: [CleanClips.Clip]?

  /// A list without clips; the properties say what must hold.
  ///
  /// - Precondition: there are as many `boundaryPTS` as `boundaries`.
  public init(
    scenes: [Segment], transitions: [Transition], boundaries: [Boundary], boundaryPTS: [Int64],
    timeBase: Rational, frameRate: Rational?, frameCount: Int, startPTS: Int64
  ) {
    precondition(boundaries.count == boundaryPTS.count, "\(boundaries.count) boundaries with \(boundaryPTS.count) times")
    self.scenes = scenes
    self.transitions = transitions
    self.boundaries = boundaries
    self.boundaryPTS = boundaryPTS
    self.timeBase = timeBase
    self.frameRate = frameRate
    self.frameCount = frameCount
    self.startPTS = startPTS
  }

  /// The boundary that `scene` starts with, of a clean clip the one before it; nil at the start of
  /// the video, and between pieces of a shot.
  ///
  /// - Complexity: O(log `boundaries.count`)
  public func opening(of scene: Segment) -> Boundary? {
    if case .boundary(let boundary)? = edge(before: scene) { boundary } else { nil }
  }

  /// What `scene` begins at; nil where nothing is known, as behind a scene that was dropped.
  ///
  /// - Complexity: O(log `boundaries.count`)
  public func edge(before scene: Segment) -> CleanClips.Edge? {
    let start = scene.frames.lowerBound
    if let clips {
      let index = clips.partitioningIndex { $0.scene.frames.lowerBound >= start }
      return index < clips.count && clips[index].scene == scene ? clips[index].opening : nil
    }
    let index = boundaries.partitioningIndex { $0.frame >= start }
    if index < boundaries.count, boundaries[index].frame == start { return .boundary(boundaries[index]) }
    return start == 0 ? .video : nil
  }

  /// The same video with other scenes: clean clips.
  func replacingScenes(with clips: [CleanClips.Clip]) -> SceneList {
    var list = SceneList(
      scenes: clips.map(\.scene), transitions: transitions, boundaries: boundaries, boundaryPTS: boundaryPTS, timeBase: timeBase,
      frameRate: frameRate, frameCount: frameCount, startPTS: startPTS)
    list.clips = clips
    return list
  }
}

extension SceneList {
  /// The same video in longer scenes: each a run of scenes of this list, from the first one's start
  /// to the last one's end.
  ///
  /// Transitions stay as they are, also those that are inside a scene now; ``boundaries`` are only
  /// those that still start a scene.
  ///
  /// - Parameter starts: indices into ``scenes`` of the first of each run, ascending from 0; empty
  ///   without scenes.
  public func joined(startingAt starts: [Int]) -> SceneList {
    precondition(
      starts.first == (scenes.isEmpty ? nil : 0) && zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
        && starts.last ?? -1 < scenes.count, "expected ascending starts from 0 below \(scenes.count), got \(starts)")
    let runs = zip(starts, starts.dropFirst() + [scenes.count]).map { start, end in
      let (first, last) = (scenes[start], scenes[end - 1])
      return Segment(
        frames: first.frames.lowerBound..<last.frames.upperBound, pts: first.pts.lowerBound..<last.pts.upperBound,
        seconds: first.seconds.lowerBound..<last.seconds.upperBound)
    }
    let frames = Set(runs.map(\.frames.lowerBound))
    let kept = boundaries.indices.filter { frames.contains(boundaries[$0].frame) }
    return SceneList(
      scenes: runs, transitions: transitions, boundaries: kept.map { boundaries[$0] }, boundaryPTS: kept.map { boundaryPTS[$0] },
      timeBase: timeBase, frameRate: frameRate, frameCount: frameCount, startPTS: startPTS)
  }
}

extension [Segment] {
  /// The scene that a frame lies in.
  ///
  /// - Complexity: O(log `count`)
  package func index(ofFrame frame: Int) -> Int? {
    let index = partitioningIndex { $0.frames.upperBound > frame }
    return index < count && self[index].frames.contains(frame) ? index : nil
  }
}

/// What a scene file says about the video it was made from.
public struct VideoFacts: Hashable, Sendable {
  /// As text; a path that is not UTF-8 must have been repaired or escaped.
  public var path: String
  /// Of the first frame.
  public var shape: PictureShape
  /// Frames a second, as stated or as measured; nil where the file gives none.
  public var frameRate: Rational?
  /// Length of a tick in seconds.
  public var timeBase: Rational
  /// When the first frame is shown, in ticks.
  public var startPTS: Int64
  /// From the first frame's start to the last frame's end.
  public var durationSeconds: Double
  /// Frames of the video.
  public var frameCount: Int
  /// libavcodec's name, where known.
  public var codec: String?
  /// What the file states; ``frameRate`` was measured where it is another. Nil where it states
  /// none.
  public var statedFrameRate: Rational?
  /// When players show the first frame, which count from the start of the container; in
  /// microseconds, 0 or more.
  public var playerStartMicroseconds: Int64
  /// Of the first frame, where one is known.
  public var startTimecode: StartTimecode?

  /// Width as shown: cropped, with square pixels, upright.
  public var width: Int { shape.width }
  /// Height as shown: cropped, with square pixels, upright.
  public var height: Int { shape.height }

  /// The same as ``playerStartMicroseconds``, in seconds.
  public var playerStartSeconds: Double { Double(playerStartMicroseconds) / 1_000_000 }

  /// - Parameter frameRate: counts as ``statedFrameRate`` too, until that is set.
  /// - Precondition: `playerStartMicroseconds` is 0 or more.
  public init(
    path: String, shape: PictureShape, frameRate: Rational?, timeBase: Rational, startPTS: Int64, durationSeconds: Double,
    frameCount: Int, codec: String? = nil, playerStartMicroseconds: Int64 = 0, startTimecode: StartTimecode? = nil
  ) {
    precondition(playerStartMicroseconds >= 0, "players start at 0, got \(playerStartMicroseconds) microseconds")
    self.path = path
    self.shape = shape
    self.frameRate = frameRate
    self.timeBase = timeBase
    self.startPTS = startPTS
    self.durationSeconds = durationSeconds
    self.frameCount = frameCount
    self.codec = codec
    statedFrameRate = frameRate
    self.playerStartMicroseconds = playerStartMicroseconds
    self.startTimecode = startTimecode
  }

  /// A scene's start and end as players count them.
  public func playerSeconds(of scene: Segment) -> Range<Double> {
    guard playerStartMicroseconds > 0 else { return scene.seconds }
    return seconds(atPTS: scene.pts.lowerBound)..<seconds(atPTS: scene.pts.upperBound)
  }

  /// Rounded once: the sum of two rounded numbers would have a tail of digits.
  private func seconds(atPTS pts: Int64) -> Double {
    let ticks = (Int128(pts) - Int128(startPTS)) * Int128(timeBase.numerator)
    let start = Int128(playerStartMicroseconds) * Int128(timeBase.denominator)
    return Double(ticks * 1_000_000 + start) / Double(Int128(timeBase.denominator) * 1_000_000)
  }
}
