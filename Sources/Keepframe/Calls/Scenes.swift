public import KeepframeBoundaries
internal import KeepframeSystem

/// A run of shots that belong together.
public struct Scene: Hashable, Sendable, CustomStringConvertible {
  /// Position among the scenes of the video, counted from 0.
  public let index: Int
  /// At least one, in order; their ``Shot/index`` counts the shots of the whole video.
  public let shots: [Shot]

  /// Frame indices, half-open.
  public var frames: Range<Int> { shots[0].frames.lowerBound..<shots[shots.count - 1].frames.upperBound }
  /// Since the first frame of the video, half-open.
  public var time: Range<Duration> { shots[0].time.lowerBound..<shots[shots.count - 1].time.upperBound }

  /// One line: number from 1, first and last frame, seconds, and how many shots there are.
  public var description: String {
    let seconds = [time.lowerBound, time.upperBound].map { fixed($0 / .seconds(1), digits: 3) }
    return "scene \(index + 1): frames \(frames.lowerBound)-\(frames.upperBound - 1), \(seconds[0]) s to \(seconds[1]) s, "
      + (shots.count == 1 ? "1 shot" : "\(shots.count) shots")
  }
}

/// The scenes of a video, in order: together they are all of it.
public struct Scenes: RandomAccessCollection, Sendable, CustomStringConvertible {
  /// The shots that the scenes were joined of.
  public let shots: Shots
  /// What ``SceneFormat`` writes: `SceneFormat.csv.text(scenes.findings)`.
  public let findings: SceneFindings
  private let scenes: [Scene]

  /// - Parameter findings: the same shots, joined.
  init(_ shots: Shots, joinedTo findings: SceneFindings) {
    self.shots = shots
    self.findings = findings
    var rest = shots[...]
    scenes = findings.list.scenes.enumerated().map { index, segment in
      let members = rest.prefix { $0.frames.lowerBound < segment.frames.upperBound }
      rest = rest.dropFirst(members.count)
      return Scene(index: index, shots: Array(members))
    }
  }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// How many scenes there are.
  public var endIndex: Int { scenes.count }
  /// The scene at a place, counted from 0.
  public subscript(position: Int) -> Scene { scenes[position] }

  /// Whether something of the video is missing.
  public var isPartial: Bool { findings.isPartial }

  /// The table that `keepframe scenes --level scenes` prints.
  public var description: String { SceneTable.text(findings.list) }
}
