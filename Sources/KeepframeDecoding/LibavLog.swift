internal import CKeepframeFFmpeg
internal import Glibc
internal import Synchronization

/// libav's log, which belongs to the whole process: it is left alone until a program calls
/// ``capture()``.
///
/// The callback runs on any thread, libav's own included, and may be called while locks of libav
/// are held.
public enum LibavLog {
  private struct Line {
    var thread: pthread_t
    var text: String
  }

  /// The last error line of each thread, newest last.
  ///
  /// Not the last few of all: a file whose damage makes many lines would drop what another thread
  /// is about to quote.
  private static let lines = Mutex<[Line]>([])

  /// Keeps libav quiet on standard error from now on, and lets errors quote its last line that
  /// belongs to them.
  ///
  /// For programs whose only user of libav is Keepframe: it replaces the callback of the whole
  /// process, whoever set it. Only the first call does anything.
  ///
  /// Without it, libav says what it has to say where it did before, and less is known here: a
  /// ``DecodingError`` has no ``DecodingError/detail``; ``DecodingDamage`` counts the frames that
  /// the decoder marks as patched up, which H.264's does and HEVC's does not always; and memory
  /// that was refused inside a decoder may count as damage.
  public static func capture() { _ = captured }

  /// Those of threads that ended are among them: nobody says that one did.
  private static let mostThreads = 256

  private static let isOn = Atomic(false)

  /// Whether ``capture()`` was called.
  static var isCaptured: Bool { isOn.load(ordering: .relaxed) }

  private static let captured: Void = {
    isOn.store(true, ordering: .relaxed)
    av_log_set_callback { object, level, format, arguments in
      let isShortOfMemory = errno == ENOMEM  // before anything else sets it
      guard let format, let arguments else { return }
      guard level <= AV_LOG_ERROR else {
        // H.264's decoder fills lost frames in and mentions it to those who debug it only.
        if level == AV_LOG_DEBUG, strncmp(format, "Frame num gap", 13) == 0, let opaque = codecOpaque(object) {
          Unmanaged<DecoderLog>.fromOpaque(opaque).takeUnretainedValue().noteGap()
        }
        return
      }
      var buffer = [CChar](repeating: 0, count: 512)
      var printsPrefix: Int32 = 0  // the "[mov,mp4 @ 0x55...]" in front: an address would make messages differ from run to run
      _ = av_log_format_line2(object, level, format, arguments, &buffer, Int32(buffer.count), &printsPrefix)
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self).trimmed
      // What ffmpeg's own log puts for lines that it leaves out.
      if !text.isEmpty, !text.hasPrefix("Last message repeated") { LibavLog.remember(text) }
      if let opaque = codecOpaque(object) {
        Unmanaged<DecoderLog>.fromOpaque(opaque).takeUnretainedValue().note(isShortOfMemory: isShortOfMemory)
      }
    }
  }()

  private static func remember(_ text: String) {
    lines.withLock { lines in
      lines.removeAll { pthread_equal($0.thread, pthread_self()) != 0 }
      if lines.count == mostThreads { lines.removeFirst() }
      lines.append(Line(thread: pthread_self(), text: text))
    }
  }

  /// Forgets what this thread caused so far; called before a file is opened.
  static func clearThisThread() {
    lines.withLock { lines in lines.removeAll { $0.thread == pthread_self() } }
  }

  static var lastLineOfThisThread: String? {
    lines.withLock { lines in lines.last { $0.thread == pthread_self() }?.text }
  }
}

/// Counts the error lines of one decoder, whichever of its threads wrote them.
final class DecoderLog: Sendable {
  private let errors = Atomic(0)
  private let shortages = Atomic(0)
  /// Whether a gap in the numbers of frames is an error.
  private let countsGaps: Bool

  init(countsGaps: Bool) { self.countsGaps = countsGaps }

  var errorCount: Int { errors.load(ordering: .relaxed) }

  /// Whether memory was refused when a line was written. Decoders turn that into "invalid data" on
  /// the way up; the thread's `errno`, which an allocation that succeeds leaves alone, still tells.
  var hasSeenShortage: Bool { shortages.load(ordering: .relaxed) > 0 }

  func note(isShortOfMemory: Bool) {
    if isShortOfMemory { shortages.add(1, ordering: .relaxed) }
    errors.add(1, ordering: .relaxed)
  }

  func noteGap() { if countsGaps { errors.add(1, ordering: .relaxed) } }
}

extension String {
  /// Without white space at either end.
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
