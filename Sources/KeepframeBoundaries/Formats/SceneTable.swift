internal import KeepframeSystem

/// Scenes for people: an aligned table.
///
///     Scene  Start         End            Length  Frames  Begins  Score
///         1  00:00:00.000  00:00:02.000  2.000 s    0-49  start
///         2  00:00:02.000  00:00:05.120  3.120 s  50-127  cut      0.98
///
/// Frames count from 0, and both ends are inclusive.
public enum SceneTable {
  /// The heading, then one line for each scene; each ends in a newline.
  public static func text(_ list: SceneList) -> String {
    var rows = [["Scene", "Start", "End", "Length", "Frames", "Begins", "Score"]]
    for (index, scene) in list.scenes.enumerated() {
      let opening = list.opening(of: scene)
      rows.append([
        String(index + 1),
        Timecode.clock(scene.seconds.lowerBound), Timecode.clock(scene.seconds.upperBound),
        Timecode.decimal(scene.seconds.upperBound - scene.seconds.lowerBound) + " s",
        "\(scene.frames.lowerBound)-\(scene.frames.upperBound - 1)",
        list.edge(before: scene)?.name(ofVideo: "start").replacingUnderscores ?? "",
        opening.map { hundredths($0.score) } ?? "",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let alignsRight = [true, false, false, true, true, false, true]
    return rows.map { row in
      let cells = row.indices.map { column in
        let gap = String(repeating: " ", count: widths[column] - row[column].count)
        return alignsRight[column] ? gap + row[column] : row[column] + gap
      }
      return cells.joined(separator: "  ").trimmingTrailingSpaces + "\n"
    }.joined()
  }

  private static func hundredths(_ score: Double) -> String {
    let value = Int((min(max(score, 0), 1) * 100).rounded())
    return "\(value / 100).\((value % 100).padded(2))"
  }
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
  fileprivate var trimmingTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Scenes as bare frame numbers, counted from 0 as decoded.
public enum SceneFrameLists {
  /// For `x264 --qpfile`: a key frame at each scene's start; the encoder chooses the quantiser.
  public static func qp(_ list: SceneList) -> String {
    let starts = list.scenes.map(\.frames.lowerBound)
    return ((starts.first == 0 ? [] : [0]) + starts).map { "\($0) I -1\n" }.joined()
  }

  /// The format of TransNetV2's `.scenes.txt`: first and last frame of each scene, both inclusive.
  public static func transNetV2(_ list: SceneList) -> String {
    list.scenes.map { "\($0.frames.lowerBound) \($0.frames.upperBound - 1)\n" }.joined()
  }
}
