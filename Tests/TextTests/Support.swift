import KeepframeDecoding
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage

@testable import KeepframeText

/// Four lines, as they are written in each format, and as they are to be read.
enum Lines {
  static let times: [Range<Double>] = [0.5..<1.75, 2..<3.25, 3.5..<5, 6..<7.5]
  static let texts = ["The red car stops.", "Nobody saw it", "Two lines", "Müller & Söhne"]

  private static let marked = ["The red car stops.", "<i>Nobody</i> saw it", "Two\nlines", "Müller & Söhne"]

  static func srt() throws -> FilePath {
    let cues = zip(times, marked).enumerated().map { index, cue in
      "\(index + 1)\n\(clock(cue.0.lowerBound, ",")) --> \(clock(cue.0.upperBound, ","))\n\(cue.1)\n"
    }
    return try file("lines.srt", Array(cues.joined(separator: "\n").utf8))
  }

  static func vtt() throws -> FilePath {
    let cues = zip(times, marked).map { time, text in
      "\(clock(time.lowerBound, ".")) --> \(clock(time.upperBound, ".")) line:0\n"
        + "<v Bob><c.red>\(text.replacing("&", with: "&amp;"))</c>\n"
    }
    return try file("lines.vtt", Array(("WEBVTT\n\nNOTE not a line\n\n" + cues.joined(separator: "\n")).utf8))
  }

  private static func clock(_ seconds: Double, _ point: String) -> String {
    let milliseconds = Int((seconds * 1000).rounded())
    return "00:00:0\(milliseconds / 1000)\(point)\(String(1000 + milliseconds % 1000).dropFirst())"
  }

  /// Eight seconds of video with the lines inside.
  ///
  /// - Parameter options: between the inputs and the name of the file.
  static func film(_ name: String, codec: String, before: String = "", after: String = "") throws -> FilePath {
    try clip(
      name,
      "\(before) -f lavfi -i testsrc2=s=96x54:r=10:d=8 -i \(srt()) -map 0 -map 1 -c:v libx264 -c:s \(codec) "
        + "-metadata:s:s:0 language=deu \(after)")
  }

  static func read(_ film: FilePath) throws -> WrittenText {
    var reader = try VideoReader(film)
    var (first, end) = (FrameTime?.none, 0.0)
    while try reader.advance() {
      first = first ?? reader.frame
      end = reader.frame.seconds + reader.stream.timeBase.seconds(reader.frame.durationTicks)
    }
    let start = first?.pts ?? 0
    return try WrittenText(
      of: film,
      .init(
        startSeconds: reader.stream.timeBase.seconds(start),
        playerStartSeconds: Double(reader.stream.playerMicroseconds(ofFirstFrameAt: start)) / 1e6, durationSeconds: end),
      options: DecodingOptions())
  }
}

extension WrittenText {
  func of(_ channel: TextPiece.Channel) -> [TextPiece] { pieces.filter { $0.channel == channel } }
}

/// Whether pieces are the lines at their times, to a hundredth of a second.
func areLines(_ pieces: [TextPiece], shifted seconds: Double = 0, language: String?) -> Bool {
  pieces.map(\.text) == Lines.texts && pieces.allSatisfy { $0.language == language }
    && zip(pieces, Lines.times).allSatisfy {
      abs($0.startS - seconds - $1.lowerBound) < 0.011 && abs($0.endS - seconds - $1.upperBound) < 0.011
    }
}
