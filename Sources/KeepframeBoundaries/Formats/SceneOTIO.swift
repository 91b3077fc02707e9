internal import KeepframeDecoding

/// Scenes as an OpenTimelineIO timeline: one video track with one clip for each scene, in sequence.
///
/// Times are frames at the video's rate. If the rate varies, they are ticks of the video's own
/// clock, so that all are exact. `available_range` is the whole video. Both ranges of a clip count
/// from the video's start timecode, as OpenTimelineIO specifies. If pixels are not square or the
/// picture is cropped, the reference's metadata state it. See
/// https://opentimelineio.readthedocs.io, file format of Timeline.1.
public enum SceneOTIO {
  /// The whole file.
  ///
  /// - Parameter media: The name of the timeline, and the place of the video.
  public static func text(_ list: SceneList, video: VideoFacts, media: EditorMedia) -> String {
    let timeline = EditTimeline(list, start: video.startTimecode)
    let rate = timeline.unitsPerSecond.doubleValue
    func time(_ units: Int64) -> JSONText {
      .object([("OTIO_SCHEMA", .string("RationalTime.1")), ("rate", .number(rate)), ("value", .number(Double(units)))])
    }
    func range(_ units: Range<Int64>) -> JSONText {
      .object([
        ("OTIO_SCHEMA", .string("TimeRange.1")), ("duration", time(units.upperBound - units.lowerBound)),
        ("start_time", time(units.lowerBound)),
      ])
    }
    let end = timeline.units(atPTS: timeline.endPTS(of: video))
    let reference = JSONText.object([
      ("OTIO_SCHEMA", .string("ExternalReference.1")), ("metadata", metadata(video)), ("name", .string(media.name)),
      ("available_range", range(timeline.startUnits..<timeline.startUnits + end)),
      ("available_image_bounds", .null), ("target_url", .string(media.url)),
    ])
    let clips = list.scenes.enumerated().map { index, scene -> JSONText in
      let units = timeline.sourceUnits(atPTS: scene.pts.lowerBound)..<timeline.sourceUnits(atPTS: scene.pts.upperBound)
      return .object([
        ("OTIO_SCHEMA", .string("Clip.2")), ("metadata", .object([])), ("name", .string("Scene \(index + 1)")),
        ("source_range", range(units)), ("effects", .array([])), ("markers", .array([])), ("enabled", .bool(true)),
        ("media_references", .object([("DEFAULT_MEDIA", reference)])),
        ("active_media_reference_key", .string("DEFAULT_MEDIA")),
      ])
    }
    func container(_ schema: String, _ name: String, _ children: [JSONText], _ more: [(name: String, value: JSONText)])
      -> JSONText
    {
      .object(
        [
          ("OTIO_SCHEMA", .string(schema)), ("metadata", .object([])), ("name", .string(name)), ("source_range", .null),
          ("effects", .array([])), ("markers", .array([])), ("enabled", .bool(true)), ("children", .array(children)),
        ] + more)
    }
    let track = container("Track.1", "Video 1", clips, [("kind", .string("Video"))])
    return JSONText.object([
      ("OTIO_SCHEMA", .string("Timeline.1")), ("metadata", .object([])), ("name", .string(media.name)),
      ("global_start_time", .null), ("tracks", container("Stack.1", "tracks", [track], [])),
    ]).prettyPrinted()
  }

  /// How pixels are stored; empty for a video with square pixels that is not cropped.
  private static func metadata(_ video: VideoFacts) -> JSONText {
    let shape = video.shape
    guard shape.uprightAspect != nil || shape.cropping != .none else { return .object([]) }
    return .object([
      ("keepframe", .object([("width", .integer(shape.width)), ("height", .integer(shape.height))] + SceneJSON.storage(shape)))
    ])
  }
}
