internal import KeepframeDecoding
internal import KeepframeSystem

/// What lines of ``SceneFormat/clips`` contain in addition to the list of clips.
public struct ClipRecords: Hashable, Sendable {
  /// The beginning of all ids; nil uses the video's name without its ending.
  public var name: String?
  /// The files of the clips, one for each clip, in order; nil if none were made.
  public var paths: [String]?
  /// Whether an array has one row for each clip, in order.
  public var hasRows = false

  /// Ids begin with the video's name. Lines name no file and no row.
  public init() {}
}

/// Clips for training models: one line of JSON for each and no header, as loaders expect.
///
/// `id` is the same in every run for the same name and first frame, and ids sort in order of time.
/// Frames count from 0; `end_frame` and `end_s` are exclusive. `*_s` are seconds since the first
/// frame, `player_*_s` since the start of the container. `fps` is the nominal rate, or null.
/// `width` and `height` are the size as shown. `in` and `out` are what the clip begins and ends at:
/// `start` or `end` of the video, `piece` of the same shot, or the kind of a boundary with its
/// score. `path` is present if files were made, `row` if there is an array.
public enum SceneClips {
  static func lines(_ found: SceneFindings) -> String {
    let (list, video) = (found.list, found.video)
    precondition(found.records.paths.map { $0.count == list.scenes.count } ?? true, "\(list.scenes.count) clips with other paths")
    let name = found.records.name ?? stem(found.media.name)
    return list.scenes.indices.map { index in
      let scene = list.scenes[index]
      let player = video.playerSeconds(of: scene)
      var members: [(name: String, value: JSONText)] = [
        ("id", .string("\(name)-\(scene.frames.lowerBound.padded(8))")), ("source", .string(video.path)),
      ]
      if let paths = found.records.paths { members.append(("path", .string(paths[index]))) }
      members += [
        ("start_s", .number(scene.seconds.lowerBound)), ("end_s", .number(scene.seconds.upperBound)),
        ("player_start_s", .number(player.lowerBound)), ("player_end_s", .number(player.upperBound)),
        ("start_frame", .integer(scene.frames.lowerBound)), ("end_frame", .integer(scene.frames.upperBound)),
        ("fps", list.frameRate.map { .number($0.doubleValue) } ?? .null),
        ("width", .integer(video.width)), ("height", .integer(video.height)),
        ("in", SceneJSON.edge(list.edge(before: scene), ofVideo: "start")),
        ("out", SceneJSON.edge(closing(of: index, in: list), ofVideo: "end")),
      ]
      if found.records.hasRows { members.append(("row", .integer(index))) }
      return JSONText.object(members).compact() + "\n"
    }.joined()
  }

  private static func closing(of index: Int, in list: SceneList) -> CleanClips.Edge? {
    if let clips = list.clips { return clips[index].closing }
    let end = list.scenes[index].frames.upperBound
    if end == list.frameCount { return .video }
    let next = list.boundaries.partitioningIndex { $0.frame >= end }
    return next < list.boundaries.count && list.boundaries[next].frame == end ? .boundary(list.boundaries[next]) : nil
  }

  private static func stem(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension CleanClips {
  /// The settings as a scene file states them.
  var parameters: [(name: String, value: JSONText)] {
    [("clean", .bool(true)), ("trim_frames", .integer(trimFrames)), ("min_len_s", .number(leastSeconds))]
      + (mostSeconds.map { [("max_len_s", .number($0))] } ?? [])
  }
}
