public import KeepframeBoundaries
public import KeepframeDecoding
internal import KeepframeSystem

/// A run of frames that one camera took, or that looks so. It has no cut, jump or transition
/// inside.
public struct Shot: Hashable, Sendable, CustomStringConvertible {
  /// Position among the shots of the video, counted from 0.
  public let index: Int
  /// Frame indices, half-open.
  public let frames: Range<Int>
  /// Time since the first frame of the video, half-open; the last shot ends when its last frame
  /// does.
  public let time: Range<Duration>
  /// Ticks of the stream's time base, half-open.
  public let pts: Range<Int64>
  /// The boundary that it begins with; nil for the first.
  public let opening: Boundary?

  init(_ segment: Segment, index: Int, opening: Boundary?) {
    self.index = index
    self.opening = opening
    frames = segment.frames
    pts = segment.pts
    time = .seconds(segment.seconds.lowerBound)..<Duration.seconds(segment.seconds.upperBound)
  }

  /// One line: number from 1, first and last frame, seconds, and what the shot begins with.
  public var description: String {
    let seconds = [time.lowerBound, time.upperBound].map { fixed($0 / .seconds(1), digits: 3) }
    return "shot \(index + 1): frames \(frames.lowerBound)-\(frames.upperBound - 1), \(seconds[0]) s to \(seconds[1]) s"
      + (opening.map { ", begins with a \($0.cause.name) (\(fixed($0.score, digits: 2)))" } ?? "")
  }
}

/// The shots of a video, in order. Together they cover the whole video.
public struct Shots: RandomAccessCollection, Sendable, CustomStringConvertible {
  /// What ``SceneFormat`` writes: `SceneFormat.csv.text(shots.findings)`.
  public let findings: SceneFindings

  /// Makes the shots of what a scan found, or of what a bundle kept.
  ///
  /// - Parameter findings: shots, neither joined into scenes nor cut into clean clips.
  public init(_ findings: SceneFindings) { self.findings = findings }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of shots.
  public var endIndex: Int { findings.list.scenes.count }

  /// The shot at a position, counted from 0.
  ///
  /// - Complexity: O(log n) in the boundaries found.
  public subscript(position: Int) -> Shot {
    let segment = findings.list.scenes[position]
    return Shot(segment, index: position, opening: findings.list.opening(of: segment))
  }

  /// What went wrong while the video was decoded.
  public var damage: DecodingDamage { findings.damage }
  /// Whether something of the video is missing.
  public var isPartial: Bool { findings.isPartial }

  /// The table that `keepframe scenes` prints.
  public var description: String { SceneTable.text(findings.list) }
}
