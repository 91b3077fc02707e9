public import KeepframeDecoding

/// PySceneDetect 0.7.2's `$VIDEO_NAME-Scenes.csv`, byte for byte for the same scenes.
///
/// Frames count from 1, and both ends are inclusive; times end where the next scene starts. As in
/// PySceneDetect, a frame number is `round(seconds * frame rate)`. So for a video of variable rate
/// it is not the frame's position: use JSON there. Lines end in LF. The first row lists the cuts.
/// PySceneDetect leaves it empty if there are none.
public enum SceneCSV {
  /// The whole file.
  ///
  /// - Parameter statedRate: The rate that PySceneDetect, too, reads from the file; nil takes the
  ///   list's rate.
  public static func text(_ list: SceneList, statedRate: Rational? = nil, skipCuts: Bool = false) -> String {
    let clock = OpenCVClock(list, statedRate)
    var rows: [String] = []
    if !skipCuts {
      let cuts = list.boundaryPTS.map { Timecode.clock(clock.time(atPTS: $0).seconds) }
      rows.append(cuts.isEmpty ? "" : (["Timecode List:"] + cuts).joined(separator: ","))
    }
    rows.append(
      "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),"
        + "Length (frames),Length (timecode),Length (seconds)")
    for (index, scene) in list.scenes.enumerated() {
      let start = clock.time(atPTS: scene.pts.lowerBound)
      let end = clock.time(atPTS: scene.pts.upperBound)
      let length = OpenCVTime(microseconds: end.microseconds - start.microseconds)
      let fields = [
        String(index + 1),
        String(clock.frameNumber(start) + 1), Timecode.clock(start.seconds), Timecode.decimal(start.seconds),
        String(clock.frameNumber(end)), Timecode.clock(end.seconds), Timecode.decimal(end.seconds),
        String(clock.frameNumber(length)), Timecode.clock(length.seconds), Timecode.decimal(length.seconds),
      ]
      rows.append(fields.joined(separator: ","))
    }
    return rows.joined(separator: "\n") + "\n"
  }
}

/// A time as PySceneDetect gets it from OpenCV: whole microseconds since the first frame.
private struct OpenCVTime {
  let microseconds: Int64
  var seconds: Double { Double(microseconds) / 1_000_000 }
}

private struct OpenCVClock {
  let startPTS: Int64
  let tickSeconds: Double
  let framesPerSecond: Double

  init(_ list: SceneList, _ statedRate: Rational?) {
    startPTS = list.startPTS
    tickSeconds = list.timeBase.doubleValue
    framesPerSecond = EditTimeline.snapped(statedRate ?? list.frameRate ?? list.averageRate).doubleValue
  }

  /// OpenCV gives milliseconds as a double; PySceneDetect multiplies them by 1000 and rounds. For
  /// ties, the order of the products matters.
  func time(atPTS pts: Int64) -> OpenCVTime {
    let milliseconds = Double(pts - startPTS) * tickSeconds * 1000
    return OpenCVTime(microseconds: Int64((milliseconds * 1000).rounded(.toNearestOrEven)))
  }

  func frameNumber(_ time: OpenCVTime) -> Int {
    Int((time.seconds * framesPerSecond).rounded(.toNearestOrEven))
  }
}
