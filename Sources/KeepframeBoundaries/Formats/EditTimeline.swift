package import KeepframeDecoding
internal import KeepframeSystem
public import SystemPackage

/// The video that an edit refers to: what editors show, and where they find it.
public struct EditorMedia: Hashable, Sendable {
  /// As shown; a name that is not UTF-8 has been repaired.
  public let name: String
  /// `file://` and the absolute path, percent-encoded byte by byte.
  public let url: String

  /// - Parameter absolutePath: the path's bytes; a file name need not be UTF-8.
  public init(absolutePath: [UInt8]) {
    let component = absolutePath.split(separator: UInt8(ascii: "/")).last ?? []
    name = String(decoding: component, as: UTF8.self)
    url = "file://" + Self.percentEncoded(absolutePath)
  }

  /// A video where it lies now.
  public init(_ video: FilePath) {
    var path = video
    if path.isRelative, let here = FileSystem.currentFolder { path = here.pushing(path) }
    self.init(absolutePath: path.lexicallyNormalized().bytes)
  }

  /// RFC 3986: everything but unreserved characters and the slash.
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

/// Times of a scene list as editors count them, in whole numbers throughout.
///
/// Where every scene starts at the frame that its time and the frame rate say (constant rate),
/// times are frames. Elsewhere (variable rate) a time is the ticks of the video itself, so that
/// none is rounded.
struct EditTimeline {
  /// Exact frames a second. Rates within 0.001 of an NTSC one are taken to be that one; the video's
  /// average where it states none.
  let rate: Rational
  /// Whether scenes start and end on frames of ``rate``.
  let isOnFrames: Bool
  /// How editors label frames: as the video's own timecode does, if it has one.
  let timecode: SMPTETimecode
  /// The frame of ``timecode`` that the first frame of the video has; 0 without a start timecode.
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

  /// Units a second of ``units(atPTS:)``: frames, or the video's ticks.
  var unitsPerSecond: Rational { isOnFrames ? rate : Rational(list.timeBase.denominator, list.timeBase.numerator) }

  /// A time since the first frame, exactly.
  func units(atPTS pts: Int64) -> Int64 { isOnFrames ? frame(atPTS: pts) : pts - list.startPTS }

  /// Where the video starts by its own timecode.
  var startUnits: Int64 {
    Self.frames(startFrame, Rational(timecode.rate.denominator, timecode.rate.numerator), unitsPerSecond)
  }

  /// A time by the video's own timecode: where editors look for it in the file.
  func sourceUnits(atPTS pts: Int64) -> Int64 { startUnits + units(atPTS: pts) }

  /// The end of the last frame; of the last scene, if scenes were dropped behind it and nothing
  /// better is known.
  func endPTS(of video: VideoFacts) -> Int64 {
    let end = list.startPTS + Int64((video.durationSeconds / list.timeBase.doubleValue).rounded())
    return max(end, list.scenes.last?.pts.upperBound ?? end)
  }

  /// `ticks * timeBase * rate`, to the nearest whole number; halves go up.
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
  /// What editors count frames at.
  package var timecodeRate: Rational { EditTimeline.snapped(frameRate ?? averageRate) }

  /// Frames over time, for a video that states no rate; 25 a second for one that has no length, or
  /// one that no number holds.
  var averageRate: Rational {
    guard let last = scenes.last, last.pts.upperBound > startPTS else { return Rational(25, 1) }
    let (ticks, isTooLong) = last.pts.upperBound.subtractingReportingOverflow(startPTS)
    let (time, overflows) = ticks.multipliedReportingOverflow(by: timeBase.numerator)
    let (frames, isTooMany) = Int64(last.frames.upperBound).multipliedReportingOverflow(by: timeBase.denominator)
    return isTooLong || overflows || isTooMany ? Rational(25, 1) : Rational(frames, max(1, time))
  }
}

extension Rational {
  /// In lowest terms.
  var reduced: Rational {
    var (a, b) = (numerator.magnitude, denominator.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int64(max(1, a)) * (denominator < 0 ? -1 : 1)
    return Rational(numerator / divisor, denominator / divisor)
  }
}
