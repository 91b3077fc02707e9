internal import CKeepframeFFmpeg
@_exported public import KeepframeSystem  // what every error is, and how to cancel, for who imports this product alone
public import SystemPackage

/// Why a video could not be opened or read on. Damage that leaves frames to show is no error: see
/// ``DecodingDamage``.
public struct DecodingError: Hashable, Sendable {
  /// What kind of failure it is, with what is known of it.
  public enum Kind: Hashable, Sendable {
    /// Nothing is there.
    case noSuchFile
    /// What it is instead: `a directory`, `a pipe` ...
    case notRegularFile(String)
    /// The system does not let it be opened or read.
    case unreadable
    /// No container that we read, or one that leads to other files.
    case notMedia
    /// The header says where things are, and it is cut off.
    case truncatedHeader
    /// Only sound, or nothing; says how many sound streams there are.
    case noVideoStream(audio: Int)
    /// It has fewer video streams: `wanted` counts from 0, `available` is their number.
    case noSuchVideoStream(wanted: Int, available: Int)
    /// libavcodec has no decoder; names the codec.
    case unsupportedCodec(String)
    /// Names the codec.
    case encrypted(String)
    /// In pixels; the size is that of the first frame refused.
    case tooLarge(width: Int, height: Int, limit: Int)
    /// The stream was read to its end and gave no frame.
    case noFrames(undecodablePackets: Int)
    /// Written to, replaced or removed between opening and the end.
    case changed
    /// A read took longer than the limit, which is ``DecodingOptions/stallDeadlineSeconds``.
    case stalled(seconds: Double)
    /// libav refused a call.
    case decode
    /// Scaling or colour conversion; names the pixel format.
    case convert(String)
    /// A JPEG could not be made.
    case encode
    /// Memory or a thread was refused.
    case outOfMemory
  }

  /// The video, by the path that it was given by.
  public let path: FilePath
  /// What kind of failure it is.
  public let kind: Kind
  /// What was being done: `open`, `probe`, `read`, `decode` ...
  public let operation: String
  /// libav's or, negated, the system's code; 0 where none applies.
  public let status: Int32
  /// What libav last logged about it, as far as known.
  public let detail: String?
  /// What was found out about this very file; nil where the kind says all there is to say.
  let finding: Finding?
  /// Whether it stands for a `CancellationError`, which is what leaves this module: see
  /// ``leaving``.
  private(set) var isCancellation = false

  /// What failed, and what helps.
  struct Finding: Hashable, Sendable {
    let failure: String
    let remedy: String

    init(_ failure: String, _ remedy: String) { (self.failure, self.remedy) = (failure, remedy) }
  }

  /// An error whose words come from these alone: the file itself is not looked at.
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

  /// The same, with what the file is instead of a video.
  func explained() -> DecodingError {
    guard kind == .notMedia else { return self }
    let finding = ForeignFile.finding(path, status: status, complaint: detail)
    return DecodingError(path: path, kind: kind, operation: operation, status: status, detail: detail, finding: finding)
  }
}

extension DecodingError {
  /// What was being read when it was cancelled. Typed throws carry one type, so inside this module
  /// a cancellation is one of these.
  static func cancelled(_ path: FilePath) -> DecodingError {
    var error = DecodingError(path: path, kind: .unreadable, operation: "read")
    error.isCancellation = true
    return error
  }

  /// What is thrown to those outside this module.
  package var leaving: any Error { isCancellation ? CancellationError() : self }
}

extension DecodingError: KeepframeFailure {
  /// Such as `decoding.not-media`; docs/errors.md lists every code.
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

  /// The path, its control characters escaped.
  public var subject: String? { PrintableText.escaping(path) }
  /// What failed; libav's own words follow in brackets where they say more.
  public var failure: String { parts.failure }
  /// What helps whichever program asks; never nil.
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

  /// ` (Permission denied)`; that data are invalid has been said already, and better.
  private var reason: String {
    let words = status < 0 && status != averrorInvalidData ? statusText(status) : nil
    let parts = [words, detail.map(PrintableText.escaping)].compactMap(\.self)
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ": ")))"
  }
}

/// libav's, or the system's, words for a status code.
func statusText(_ status: Int32) -> String {
  var text = [CChar](repeating: 0, count: 128)
  _ = av_strerror(status, &text, text.count)
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Lets a status code through, or throws it: the one place where libav's numbers become errors.
@discardableResult
func check(
  _ path: FilePath, _ operation: String, _ status: Int32, kind: DecodingError.Kind = .decode, interrupt: Interrupt? = nil
) throws(DecodingError) -> Int32 {
  guard status < 0 else { return status }
  throw failure(path, operation, status, kind: kind, interrupt: interrupt)
}

/// What a negative status means: `kind`, unless the code or the interrupt says it better.
func failure(
  _ path: FilePath, _ operation: String, _ status: Int32, kind: DecodingError.Kind, interrupt: Interrupt?
) -> DecodingError {
  if let interrupt, interrupt.isCancelled { return .cancelled(path) }
  let kind: DecodingError.Kind =
    if let interrupt, status == averrorExit, interrupt.isLate {
      .stalled(seconds: interrupt.limitSeconds)
    } else if status == averrorNoMemory || status == averrorAgain, kind != .notMedia {
      .outOfMemory  // averrorAgain: no thread to be had
    } else {
      kind
    }
  return DecodingError(path: path, kind: kind, operation: operation, status: status, detail: LibavLog.lastLineOfThisThread)
}
