internal import KeepframeDecoding

/// How to cut clips that each show one take, for training models.
///
/// No boundary that the detector found lies inside a clip, not even one too close to another to
/// start a scene. A jump ends a clip as a cut does, and clips contain no frame of a transition.
/// Each shot also loses ``trimFrames`` at both ends, since a boundary may be found a frame or two
/// from its true place. The ends of the video count as ends of shots: a file that was cut from a
/// longer one often has a stray frame there.
///
/// A shot longer than ``mostSeconds`` is split into equal pieces, to within a frame. If these would
/// be shorter than ``leastSeconds``, as many pieces of ``mostSeconds`` as fit are taken from its
/// middle. Lengths are compared like those of scenes: in whole frames at the nominal rate, or in
/// seconds if the rate is unknown.
public struct CleanClips: Hashable, Sendable {
  /// The default threshold of the learned detector for clips, 0...1. It is far lower than for
  /// scenes, since a lost clip costs less than one that is not clean. docs/scenes.md has the
  /// measurements for this and the other defaults.
  public static let defaultThreshold = 0.05

  /// The number of frames that a shot loses at either end; 0 or more.
  public var trimFrames = 3
  /// The least length of a clip in seconds; 0 or more.
  public var leastSeconds = 2.0
  /// The greatest length of a clip in seconds, above 0 and not below ``leastSeconds``; nil for no
  /// limit.
  public var mostSeconds: Double?

  /// The defaults.
  public init() {}

  /// What is at the start or end of a clip.
  public enum Edge: Hashable, Sendable {
    /// The first or last frame of the video.
    case video
    /// A cut, a jump or a transition.
    case boundary(Boundary)
    /// Another piece of the same shot.
    case piece
  }

  /// One clip, and what is on either side of it.
  public struct Clip: Hashable, Sendable {
    /// The frames of the clip.
    public let scene: Segment
    /// What is before its first frame and the trimmed frames.
    public let opening: Edge
    /// What is after its last frame and the trimmed frames.
    public let closing: Edge

    /// A clip from its parts; see the properties. Nothing is checked.
    public init(scene: Segment, opening: Edge, closing: Edge) {
      self.scene = scene
      self.opening = opening
      self.closing = closing
    }
  }
}

extension CleanClips {
  /// The frames of a clip, and what is on either side of them.
  typealias Span = (frames: Range<Int>, opening: Edge, closing: Edge)

  /// - Parameter boundaries: In any order. Cuts at frame 0 or past the last frame have no effect.
  func spans(between boundaries: [Boundary], on clock: FrameClock) -> [Span] {
    precondition(trimFrames >= 0 && leastSeconds >= 0, "trim \(trimFrames), least length \(leastSeconds)")
    precondition(mostSeconds.map { $0 > 0 && $0 >= leastSeconds } ?? true, "length \(leastSeconds)...\(mostSeconds ?? 0)")
    return shots(between: boundaries, frameCount: clock.frameCount).flatMap { shot -> [Span] in
      let frames = shot.frames.dropFirst(trimFrames).dropLast(trimFrames)
      let pieces = pieces(of: frames, on: clock)
      return pieces.enumerated().map { index, piece in
        (piece, index == 0 ? shot.opening : .piece, index == pieces.count - 1 ? shot.closing : .piece)
      }
    }
  }

  /// The spans between boundaries, without any frame of a transition.
  private func shots(between boundaries: [Boundary], frameCount: Int) -> [Span] {
    var shots: [Span] = []
    var start = 0
    var opening = Edge.video
    let changes = boundaries.map { (frames: $0.changedFrames, boundary: $0) }
      .filter { $0.frames.upperBound > 0 && $0.frames.lowerBound < frameCount }
      .sorted { ($0.frames.lowerBound, $0.frames.upperBound) < ($1.frames.lowerBound, $1.frames.upperBound) }
    for change in changes {
      if change.frames.lowerBound > start {
        shots.append((start..<change.frames.lowerBound, opening, .boundary(change.boundary)))
      }
      guard change.frames.upperBound >= start else { continue }
      start = change.frames.upperBound
      opening = .boundary(change.boundary)
    }
    if start < frameCount { shots.append((start..<frameCount, opening, .video)) }
    return shots
  }

  /// - Parameter shot: The frames of the shot after trimming.
  /// - Returns: Disjoint ranges, ascending, each of an allowed length.
  private func pieces(of shot: Range<Int>, on clock: FrameClock) -> [Range<Int>] {
    let least = clock.units(seconds: leastSeconds)
    func isLongEnough(_ frames: Range<Int>) -> Bool { !frames.isEmpty && clock.units(frames) >= least }
    guard isLongEnough(shot) else { return [] }
    guard let mostSeconds, clock.units(shot) > clock.units(seconds: mostSeconds) else { return [shot] }
    let most = clock.units(seconds: mostSeconds)
    guard most > 0 else { return [] }
    let count = Int(min(Double(shot.count), (clock.units(shot) / most).rounded(.up)))
    let equal = clock.parts(count, of: shot)
    if equal.allSatisfy({ isLongEnough($0) && clock.units($0) <= most }) { return equal }

    // The frame rate varies, or the range of lengths is too narrow for equal pieces.
    let fitting = min(count, least > 0 ? Int(clock.units(shot) / least) : count)
    let surplus = max(0, clock.seconds(shot) - Double(fitting) * mostSeconds)
    var pieces: [Range<Int>] = []
    var start = clock.frame(secondsAfter: shot.lowerBound, surplus / 2)
    while start < shot.upperBound {
      var end = min(shot.upperBound, clock.frame(secondsAfter: start, mostSeconds))
      while end > start, clock.units(start..<end) > most { end -= 1 }
      if isLongEnough(start..<end) { pieces.append(start..<end) }
      start = max(start + 1, end)
    }
    return pieces
  }
}

extension CleanClips {
  /// The frames of each clip in a video with a constant rate, ascending.
  ///
  /// - Parameters:
  ///   - boundaries: In any order.
  ///   - framesPerSecond: Above 0.
  package func frames(between boundaries: [Boundary], frameCount: Int, framesPerSecond: Double) -> [Range<Int>] {
    precondition(framesPerSecond > 0 && framesPerSecond.isFinite, "\(framesPerSecond) frames a second")
    let rate = Rational(max(1, Int64((min(framesPerSecond, 1e9) * 1000).rounded())), 1000)
    return spans(between: boundaries, on: FrameClock(frameCount: frameCount, frameRate: rate)).map(\.frames)
  }
}

extension Boundary {
  /// The frames that belong to neither shot. For a cut, an empty range at its frame.
  fileprivate var changedFrames: Range<Int> {
    guard case .transition(let transition) = cause else { return frame..<frame }
    return max(0, min(frame, transition.frames.lowerBound))..<max(frame, transition.frames.upperBound)
  }
}
