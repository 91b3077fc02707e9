package import KeepframeDecoding
internal import KeepframeSystem
public import SystemPackage

/// The video that an edit refers to: its name in editors, and where they find it.
public struct EditorMedia: Hashable, Sendable {
  /// The name to show. A name that is not UTF-8 has been repaired.
  public let name: String
  /// `file://` and the absolute path, percent-encoded byte by byte.
  public let url: String

  /// - Parameter absolutePath: The path's bytes; a file name need not be UTF-8.
  public init(absolutePath: [UInt8]) {
    let component = absolutePath.split(separator: UInt8(ascii: "/")).last ?? []
    name = String(decoding: component, as: UTF8.self)
    url = "file://" + Self.percentEncoded(absolutePath)
  }

  /// A video at its present path.
  public init(_ video: FilePath) {
    var path = video
    if path.isRelative, let here = FileSystem.currentFolder { path = here.pushing(path) }
    self.init(absolutePath: path.lexicallyNormalized().bytes)
  }

  /// Percent-encodes a path by RFC 3986: everything except unreserved characters and the slash.
  package static func percentEncoded(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + byte.padded(2, radix: 16, uppercase: true)
      }
    }
    return text
  }
}

/// The times of a scene list as editors count them, always in whole numbers.
///
/// If every scene starts at the frame that its time and the frame rate give (constant rate), times
/// are in frames. Otherwise (variable rate) they are in ticks of the video itself, so that none is
/// rounded.
struct EditTimeline {
  /// The exact number of frames a second. A rate within 0.001 of an NTSC rate becomes that rate. If
  /// the video states no rate, this is its average.
  let rate: Rational
  /// Whether scenes start and end on frames of ``rate``.
  let isOnFrames: Bool
  /// How editors label frames: like the video's own timecode, if it has one.
  let timecode: SMPTETimecode
  /// The number of the video's first frame in ``timecode``; 0 without a start timecode.
  let startFrame: Int64
  private let list: SceneList

  init(_ list: SceneList, start: StartTimecode? = nil) {
    let rate = list.timecodeRate
    self.list = list
    self.rate = rate
    let timecode = SMPTETimecode(rate, dropsLabels: start?.dropsLabels)
    self.timecode = timecode
    startFrame = start.flatMap { timecode.frame(of: $0) } ?? 0
    isOnFrames = list.scenes.allSatisfy { scene in
      Self.frames(scene.pts.lowerBound - list.startPTS, list.timeBase, rate) == Int64(scene.frames.lowerBound)
        && Self.frames(scene.pts.upperBound - list.startPTS, list.timeBase, rate) == Int64(scene.frames.upperBound)
    }
  }

  /// The frame of ``rate`` that is nearest to a time.
  func frame(atPTS pts: Int64) -> Int64 { Self.frames(pts - list.startPTS, list.timeBase, rate) }

  /// The number of units in a second, for ``units(atPTS:)``: frames, or the video's ticks.
  var unitsPerSecond: Rational { isOnFrames ? rate : Rational(list.timeBase.denominator, list.timeBase.numerator) }

  /// The exact time since the first frame.
  func units(atPTS pts: Int64) -> Int64 { isOnFrames ? frame(atPTS: pts) : pts - list.startPTS }

  /// The start of the video in its own timecode.
  var startUnits: Int64 {
    Self.frames(startFrame, Rational(timecode.rate.denominator, timecode.rate.numerator), unitsPerSecond)
  }

  /// A time in the video's own timecode, by which editors find it in the file.
  func sourceUnits(atPTS pts: Int64) -> Int64 { startUnits + units(atPTS: pts) }

  /// The end of the last frame. If the duration is shorter than the scenes, the end of the last
  /// scene.
  func endPTS(of video: VideoFacts) -> Int64 {
    let end = list.startPTS + Int64((video.durationSeconds / list.timeBase.doubleValue).rounded())
    return max(end, list.scenes.last?.pts.upperBound ?? end)
  }

  /// `ticks * timeBase * rate`, rounded to the nearest whole number; halves are rounded up.
  static func frames(_ ticks: Int64, _ timeBase: Rational, _ rate: Rational) -> Int64 {
    let numerator = Int128(ticks) * Int128(timeBase.numerator) * Int128(rate.numerator)
    let denominator = Int128(timeBase.denominator) * Int128(rate.denominator)
    let (quotient, remainder) = (2 * numerator + denominator).quotientAndRemainder(dividingBy: 2 * denominator)
    return Int64(remainder < 0 ? quotient - 1 : quotient)
  }

  static func snapped(_ rate: Rational) -> Rational {
    let value = rate.doubleValue
    guard value.isFinite, value > 0, value < 100_000 else { return Rational(25, 1) }
    if value == value.rounded() { return Rational(Int64(value), 1) }
    let whole = (value * 1001 / 1000).rounded()
    return whole > 0 && (whole * 1000 / 1001 - value).magnitude < 1e-3 ? Rational(Int64(whole) * 1000, 1001) : rate.reduced
  }
}

extension SceneList {
  /// The rate at which editors count frames.
  package var timecodeRate: Rational { EditTimeline.snapped(frameRate ?? averageRate) }

  /// The mean frame rate, for a video that states none. 25 a second if the video has no length, or
  /// if the calculation overflows.
  var averageRate: Rational {
    guard let last = scenes.last, last.pts.upperBound > startPTS else { return Rational(25, 1) }
    let (ticks, isTooLong) = last.pts.upperBound.subtractingReportingOverflow(startPTS)
    let (time, overflows) = ticks.multipliedReportingOverflow(by: timeBase.numerator)
    let (frames, isTooMany) = Int64(last.frames.upperBound).multipliedReportingOverflow(by: timeBase.denominator)
    return isTooLong || overflows || isTooMany ? Rational(25, 1) : Rational(frames, max(1, time))
  }
}

extension Rational {
  /// The same fraction in lowest terms.
  var reduced: Rational {
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int64(max(1, a)) * (denominator < 0 ? -1 : 1)
    return Rational(numerator / divisor, denominator / divisor)
  }
}
