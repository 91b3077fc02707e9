internal import KeepframeDecoding

/// Scenes as a Final Cut Pro project, FCPXML 1.9: one clip for each scene, in sequence.
///
/// Every time is an exact fraction of a second. Times in the asset count from the video's start
/// timecode, times in the sequence from 0. A format states the size in stored pixels that are
/// shown, and their aspect if they are not square. See Apple's FCPXML reference and its document
/// type definition, version 1.9.
public enum SceneFCPXML {
  /// The whole file.
  ///
  /// - Parameter media: The name of project and asset, and the place of the video.
  public static func text(_ list: SceneList, video: VideoFacts, media: EditorMedia) -> String {
    let timeline = EditTimeline(list, start: video.startTimecode)
    let counting = timeline.timecode.dropsLabels ? "DF" : "NDF"
    let unit = timeline.unitsPerSecond
    func time(_ units: Int64) -> String { seconds(units, unit) }
    let name = attribute(media.name)
    let length = time(timeline.units(atPTS: timeline.endPTS(of: video)))
    let aspect = video.shape.uprightAspect.map { " paspH=\"\($0.numerator)\" paspV=\"\($0.denominator)\"" } ?? ""
    var offset: Int64 = 0
    var clips = ""
    for (index, scene) in list.scenes.enumerated() {
      let start = timeline.sourceUnits(atPTS: scene.pts.lowerBound)
      let duration = timeline.sourceUnits(atPTS: scene.pts.upperBound) - start
      clips += """
                    <asset-clip ref="r2" offset="\(time(offset))" name="Scene \(index + 1)" start="\(time(start))" \
        duration="\(time(duration))"\(video.startTimecode == nil ? "" : " tcFormat=\"\(counting)\"")/>

        """
      offset += duration
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE fcpxml>
      <fcpxml version="1.9">
        <resources>
          <format id="r1" frameDuration="\(seconds(1, timeline.rate))" width="\(video.shape.pixelWidth)" height="\(video.shape.pixelHeight)"\(aspect)/>
          <asset id="r2" name="\(name)" start="\(time(timeline.startUnits))" duration="\(length)" hasVideo="1" format="r1">
            <media-rep kind="original-media" src="\(attribute(media.url))"/>
          </asset>
        </resources>
        <library>
          <event name="\(name)">
            <project name="\(name)">
              <sequence format="r1" duration="\(time(offset))" tcStart="0s" tcFormat="\(counting)">
                <spine>
      \(clips)          </spine>
              </sequence>
            </project>
          </event>
        </library>
      </fcpxml>

      """
  }

  /// `count / perSecond` seconds in lowest terms, such as `1001/24000s` or `2s`.
  private static func seconds(_ count: Int64, _ perSecond: Rational) -> String {
    let value = Rational(count * perSecond.denominator, perSecond.numerator).reduced
    return value.denominator == 1 ? "\(value.numerator)s" : "\(value.numerator)/\(value.denominator)s"
  }

  /// Text for a quoted attribute. Characters that XML 1.0 cannot hold become U+FFFD.
  private static func attribute(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\t", "\n", "\r": out += "&#\(scalar.value);"
      case "\0"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
