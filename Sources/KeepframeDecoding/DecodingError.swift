internal import CKeepframeFFmpeg
@_exported public import KeepframeSystem  // KeepframeFailure and Cancellation, for users who import only this product
public import SystemPackage

/// Why a video could not be opened or read to its end. Damage that still leaves frames is not an
/// error: see ``DecodingDamage``.
public struct DecodingError: Hashable, Sendable {
  /// The kind of failure, with its details.
  public enum Kind: Hashable, Sendable {
    /// There is no such file.
    case noSuchFile
    /// The path names something else, such as `a directory` or `a pipe`.
    case notRegularFile(String)
    /// The system does not allow it to be opened or read.
    case unreadable
    /// Not a container that Keepframe reads, or one that leads to other files.
    case notMedia
    /// The file is cut off, and its header, which comes last, is missing.
    case truncatedHeader
    /// The file has no video stream. `audio` is its number of sound streams.
    case noVideoStream(audio: Int)
    /// The file has fewer video streams: `wanted` counts from 0, `available` is their number.
    case noSuchVideoStream(wanted: Int, available: Int)
    /// libavcodec has no decoder for this codec.
    case unsupportedCodec(String)
    /// The video is encrypted. The text names the codec.
    case encrypted(String)
    /// A frame has more pixels than the limit. `width` and `height` are the first refused frame's.
    case tooLarge(width: Int, height: Int, limit: Int)
    /// The stream was read to its end and contained no frame.
    case noFrames(undecodablePackets: Int)
    /// The file was written to, replaced or removed while it was being read.
    case changed
    /// A read took longer than the limit, ``DecodingOptions/stallDeadlineSeconds``.
    case stalled(seconds: Double)
    /// A call of libav failed.
    case decode
    /// Scaling or colour conversion failed. The text names the pixel format.
    case convert(String)
    /// A JPEG could not be made.
    case encode
    /// Memory or a thread could not be allocated.
    case outOfMemory
  }

  /// The path of the video, as the caller gave it.
  public let path: FilePath
  /// The kind of failure, with its details.
  public let kind: Kind
  /// The operation that failed: `open`, `probe`, `read`, `decode` ...
  public let operation: String
  /// libav's status code, or the system's error number negated; 0 if neither applies.
  public let status: Int32
  /// The last line that libav logged about it, if known.
  public let detail: String?
  /// What an examination of the file found; nil if `kind` says everything.
  let finding: Finding?
  /// Whether this error stands for a `CancellationError`, which callers of this module get instead:
  /// see ``leaving``.
  private(set) var isCancellation = false

  /// What failed, and what the user can do about it.
  struct Finding: Hashable, Sendable {
    let failure: String
    let remedy: String

    init(_ failure: String, _ remedy: String) { (self.failure, self.remedy) = (failure, remedy) }
  }

  /// An error described by these values alone; the file is not examined.
  public init(path: FilePath, kind: Kind, operation: String, status: Int32 = 0, detail: String? = nil) {
    self.init(path: path, kind: kind, operation: operation, status: status, detail: detail, finding: nil)
  }

  init(path: FilePath, kind: Kind, operation: String, status: Int32, detail: String?, finding: Finding?) {
    self.path = path
    self.kind = kind
    self.operation = operation
    self.status = status
    self.detail = detail
    self.finding = finding
  }

  /// The same error. If the file is not media, it also says what the file is instead.
  func explained() -> DecodingError {
    guard kind == .notMedia else { return self }
    let finding = ForeignFile.finding(path, status: status, complaint: detail)
    return DecodingError(path: path, kind: kind, operation: operation, status: status, detail: detail, finding: finding)
  }
}

extension DecodingError {
  /// A cancellation while `path` was being read. Typed throws allow only one error type, so a
  /// cancellation is a `DecodingError` inside this module.
  static func cancelled(_ path: FilePath) -> DecodingError {
    var error = DecodingError(path: path, kind: .unreadable, operation: "read")
    error.isCancellation = true
    return error
  }

  /// The error that callers of this module get.
  package var leaving: any Error { isCancellation ? CancellationError() : self }
}

extension DecodingError: KeepframeFailure {
  /// An identifier such as `decoding.not-media`; docs/errors.md lists all codes.
  public var code: String {
    switch kind {
    case .noSuchFile: "decoding.no-such-file"
    case .notRegularFile: "decoding.not-a-file"
    case .unreadable: "decoding.unreadable"
    case .notMedia: "decoding.not-media"
    case .truncatedHeader: "decoding.truncated-header"
    case .noVideoStream: "decoding.no-video-stream"
    case .noSuchVideoStream: "decoding.no-such-stream"
    case .unsupportedCodec: "decoding.unsupported-codec"
    case .encrypted: "decoding.encrypted"
    case .tooLarge: "decoding.too-large"
    case .noFrames: "decoding.no-frames"
    case .changed: "decoding.changed"
    case .stalled: "decoding.stalled"
    case .decode: "decoding.failed"
    case .convert: "decoding.cannot-convert"
    case .encode: "decoding.cannot-encode"
    case .outOfMemory: "decoding.out-of-memory"
    }
  }

  /// The path, with control characters escaped.
  public var subject: String? { PrintableText.escaping(path) }
  /// What failed. libav's own words follow in brackets if they add something.
  public var failure: String { parts.failure }
  /// Advice that holds in any program; never nil.
  public var remedy: String? { parts.remedy }

  private var parts: (failure: String, remedy: String) {
    if let finding { return (finding.failure, finding.remedy) }
    return switch kind {
    case .noSuchFile: ("no such file", "check the path")
    case .notRegularFile(let what): ("\(what), not a regular file", "pass a video file")
    case .unreadable: ("cannot \(operation) it\(reason)", "check its permissions and the disk")
    case .notMedia: ("not a video file that Keepframe reads\(reason)", "pass a file such as .mp4, .mkv, .webm, .avi or .ts")
    case .truncatedHeader: ("cut off: its header (moov) comes last and is missing", "copy or download it again")
    case .noVideoStream(audio: 0): ("no video stream, and no sound either", "get another copy, its header may be damaged")
    case .noVideoStream(let audio):
      ("no video stream (\(audio) audio \(audio == 1 ? "stream" : "streams"))", "pass a file with video")
    case .noSuchVideoStream(let wanted, let available):
      ("no video stream \(wanted), it has \(available)", "choose from 0 to \(available - 1)")
    case .encrypted(let name): ("encrypted (\(PrintableText.escaping(name)))", "pass a copy without that protection")
    case .unsupportedCodec("[0][0][0][0]"): ("its header names no codec, it is damaged", "get another copy")
    case .unsupportedCodec(let name):
      ("cannot decode codec \(PrintableText.escaping(name))", "convert it to H.264, HEVC, VP9 or AV1 first")
    case .tooLarge(let width, let height, let limit):
      ("frames of \(width)x\(height) are over the limit of \(limit) pixels", "raise the limit if you trust the file")
    case .noFrames(undecodablePackets: 0):
      ("it has a header but no frame\(reason)", "the file is damaged or was never finished, get another copy")
    case .noFrames(let count):
      (
        "no frame could be decoded, \(count == 1 ? "its one packet is" : "all of its \(count) packets are") damaged\(reason)",
        "get another copy"
      )
    case .changed: ("the file changed while it was read", "run again when it is complete")
    case .stalled(let seconds):
      ("\(operation) hung for \(seconds) s", "check the disk or the network mount, or raise the deadline")
    case .decode: ("decoding failed\(reason)", "the file is damaged or uses a feature libavcodec lacks")
    case .convert(let format): ("cannot convert pixel format \(format)\(reason)", "convert the video to yuv420p first")
    case .encode: ("cannot encode a JPEG\(reason)", "check that FFmpeg was built with its mjpeg encoder")
    case .outOfMemory: ("out of memory in \(operation)", "close other programs, or decode with one thread")
    }
  }

  /// The reason in brackets, as in ` (Permission denied)`. "Invalid data" is left out, because
  /// `failure` already says more.
  private var reason: String {
    let words = status < 0 && status != averrorInvalidData ? statusText(status) : nil
    let parts = [words, detail.map(PrintableText.escaping)].compactMap(\.self)
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ": ")))"
  }
}

/// The words of libav, or of the system, for a status code.
func statusText(_ status: Int32) -> String {
  var text = [CChar](repeating: 0, count: 128)
  _ = av_strerror(status, &text, text.count)
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Returns a status code of 0 or more, and throws a negative one. Most of libav's numbers become
/// errors here.
@discardableResult
func check(
  _ path: FilePath, _ operation: String, _ status: Int32, kind: DecodingError.Kind = .decode, interrupt: Interrupt? = nil
) throws(DecodingError) -> Int32 {
  guard status < 0 else { return status }
  throw failure(path, operation, status, kind: kind, interrupt: interrupt)
}

/// The error for a negative status: `kind`, unless the code or the interrupt is more specific.
func failure(
  _ path: FilePath, _ operation: String, _ status: Int32, kind: DecodingError.Kind, interrupt: Interrupt?
) -> DecodingError {
  if let interrupt, interrupt.isCancelled { return .cancelled(path) }
  let kind: DecodingError.Kind =
    if let interrupt, status == averrorExit, interrupt.isLate {
      .stalled(seconds: interrupt.limitSeconds)
    } else if status == averrorNoMemory || status == averrorAgain, kind != .notMedia {
      .outOfMemory  // averrorAgain: no thread could be created
    } else {
      kind
    }
  return DecodingError(path: path, kind: kind, operation: operation, status: status, detail: LibavLog.lastLineOfThisThread)
}
