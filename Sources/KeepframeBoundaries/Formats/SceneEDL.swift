internal import KeepframeSystem

/// Scenes as a CMX 3600 edit decision list: one event for each scene, in sequence.
///
/// Source columns count from the video's start timecode, record columns from 0. Drop-frame timecode
/// is used if the start timecode uses it, or, without one, at 29.97 and 59.94 frames a second. The
/// out point is the first frame that is no longer shown. The format allows for 999 events. Further
/// ones are written with four digits, which current readers accept.
public enum SceneEDL {
  /// The number of events that the format allows for.
  public static let mostEvents = 999

  /// The whole file.
  ///
  /// - Parameters:
  ///   - media: The source of the events, whose name they show.
  ///   - start: The timecode of the video's first frame; nil counts source columns from 0.
  public static func text(_ list: SceneList, media: EditorMedia, start: StartTimecode? = nil) -> String {
    let timeline = EditTimeline(list, start: start)
    let timecode = timeline.timecode
    func frame(_ pts: Int64) -> Int64 { EditTimeline.frames(pts - list.startPTS, list.timeBase, timecode.rate) }
    var text = "TITLE: \(line(media.name))\nFCM: \(timecode.dropsLabels ? "DROP" : "NON-DROP") FRAME\n\n"
    var number = 0
    var record: Int64 = 0
    for scene in list.scenes {
      let source = frame(scene.pts.lowerBound)..<frame(scene.pts.upperBound)
      if source.isEmpty { continue }  // shorter than half a frame; happens only with a variable rate
      number += 1
      let end = record + Int64(source.count)
      let (first, behind) = (timeline.startFrame + source.lowerBound, timeline.startFrame + source.upperBound)
      let times = [first, behind, record, end].map(timecode.text).joined(separator: " ")
      text += "\(number.padded(3))  AX       V     C        \(times)\n* FROM CLIP NAME: \(line(media.name))\n"
      record = end
    }
    return text
  }

  /// The name on one line: control characters become spaces.
  private static func line(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
