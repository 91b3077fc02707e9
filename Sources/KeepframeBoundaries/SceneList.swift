public import KeepframeDecoding
internal import KeepframeSystem

/// The scenes of one video and what separates them.
///
/// The scenes tile the video, unless some were dropped: the first starts with the first frame, each
/// ends where the next starts, and the last ends when the last frame does. Clean clips leave gaps.
public struct SceneList: Hashable, Sendable {
  /// Scenes, shots or clean clips, ascending. They do not overlap.
  public let scenes: [Segment]
  /// Every gradual transition found, ascending, including those too close to another boundary to
  /// start a scene.
  public let transitions: [Transition]
  /// The boundaries that are at least the minimum scene length apart, ascending. They are all scene
  /// starts, including those of scenes that were merged or dropped later.
  public let boundaries: [Boundary]
  /// The time at which the frame of each of ``boundaries`` is shown, in ticks.
  public let boundaryPTS: [Int64]
  /// Length of a tick in seconds. All pts of the list count in ticks.
  public let timeBase: Rational
  /// The nominal rate of the stream; nil if unknown.
  public let frameRate: Rational?
  /// The number of frames seen; 0 for a video without frames.
  public let frameCount: Int
  /// The time at which the first frame is shown, in ticks; 0 for a video without frames.
  public let startPTS: Int64
  /// What is on either side of each of ``scenes`` if these are clean clips; otherwise nil.
  public private(set) var clips: [CleanClips.Clip]?

  /// A list without clips. The descriptions of the properties say what must hold.
  ///
  /// - Precondition: `boundaryPTS` has as many elements as `boundaries`.
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

  /// The boundary that `scene` starts with, or for a clean clip, the one before it. Nil at the
  /// start of the video, and between pieces of a shot.
  ///
  /// - Complexity: O(log `boundaries.count`)
  public func opening(of scene: Segment) -> Boundary? {
    if case .boundary(let boundary)? = edge(before: scene) { boundary } else { nil }
  }

  /// What `scene` begins at; nil if it is not known, as after a scene that was dropped.
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

  /// The same video with clean clips as its scenes.
  func replacingScenes(with clips: [CleanClips.Clip]) -> SceneList {
    var list = SceneList(
      scenes: clips.map(\.scene), transitions: transitions, boundaries: boundaries, boundaryPTS: boundaryPTS, timeBase: timeBase,
      frameRate: frameRate, frameCount: frameCount, startPTS: startPTS)
    list.clips = clips
    return list
  }
}

extension SceneList {
  /// The same video in longer scenes. Each is a run of scenes of this list, from the start of the
  /// first to the end of the last.
  ///
  /// Transitions stay as they are, including those that are now inside a scene. ``boundaries``
  /// holds only those that still start a scene.
  ///
  /// - Parameter starts: The index into ``scenes`` of the first scene of each run, ascending from
  ///   0; empty without scenes.
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
  /// The index of the scene that contains a frame; nil if none does.
  ///
  /// - Complexity: O(log `count`)
  package func index(ofFrame frame: Int) -> Int? {
    let index = partitioningIndex { $0.frames.upperBound > frame }
    return index < count && self[index].frames.contains(frame) ? index : nil
  }
}

/// What a scene file says about the video it was made from.
public struct VideoFacts: Hashable, Sendable {
  /// The video's path as text. A path that is not UTF-8 must have been repaired or escaped.
  public var path: String
  /// The shape of the first frame.
  public var shape: PictureShape
  /// Frames a second, as stated or as measured; nil if unknown.
  public var frameRate: Rational?
  /// Length of a tick in seconds.
  public var timeBase: Rational
  /// The time at which the first frame is shown, in ticks.
  public var startPTS: Int64
  /// The seconds from the first frame's start to the last frame's end.
  public var durationSeconds: Double
  /// The number of frames in the video.
  public var frameCount: Int
  /// libavcodec's name of the codec, if known.
  public var codec: String?
  /// The rate that the file states; nil if it states none. If it differs from ``frameRate``, that
  /// one was measured.
  public var statedFrameRate: Rational?
  /// The time at which players show the first frame, in microseconds, 0 or more. They count from
  /// the start of the container.
  public var playerStartMicroseconds: Int64
  /// The timecode of the first frame, if known.
  public var startTimecode: StartTimecode?

  /// Width as shown: cropped, with square pixels, upright.
  public var width: Int { shape.width }
  /// Height as shown: cropped, with square pixels, upright.
  public var height: Int { shape.height }

  /// The same as ``playerStartMicroseconds``, in seconds.
  public var playerStartSeconds: Double { Double(playerStartMicroseconds) / 1_000_000 }

  /// - Parameter frameRate: Also becomes ``statedFrameRate``, until that is set.
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

  /// Rounds only once: the sum of two rounded numbers would have a long tail of digits.
  private func seconds(atPTS pts: Int64) -> Double {
    let ticks = (Int128(pts) - Int128(startPTS)) * Int128(timeBase.numerator)
    let start = Int128(playerStartMicroseconds) * Int128(timeBase.denominator)
    return Double(ticks * 1_000_000 + start) / Double(Int128(timeBase.denominator) * 1_000_000)
  }
}
