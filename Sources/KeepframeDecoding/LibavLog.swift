internal import CKeepframeFFmpeg
internal import Glibc
internal import Synchronization

/// libav's log. It belongs to the whole process, so it is left alone until a program calls
/// ``capture()``.
///
/// The callback runs on any thread, including libav's own. libav may hold locks when it calls.
public enum LibavLog {
  private struct Line {
    var thread: pthread_t
    var text: String
  }

  /// The last error line of each thread, newest last.
  ///
  /// A list of the last lines of all threads would not do: a file whose damage causes many lines
  /// would push out the line that another thread is about to quote.
  private static let lines = Mutex<[Line]>([])

  /// Keeps libav quiet on standard error from now on, and lets an error quote the line that libav
  /// last logged about it.
  ///
  /// For programs in which only Keepframe uses libav: this replaces the callback of the whole
  /// process, whoever set it. Only the first call does anything.
  ///
  /// Without it, libav logs as before, and less is known here:
  /// - a ``DecodingError`` has no ``DecodingError/detail``;
  /// - ``DecodingDamage`` counts only frames that the decoder marks as concealed, which H.264's
  ///   decoder does and HEVC's does not always;
  /// - memory that ran out inside a decoder may count as damage;
  /// - pixels of a damaged video may depend on the number of threads.
  public static func capture() { _ = captured }

  /// The most threads whose lines are kept. Ended threads count too, since nothing reports their
  /// end.
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
        // H.264's decoder fills in lost frames and conceals cut slices, and says so only at these
        // levels.
        if level == AV_LOG_DEBUG, strncmp(format, "Frame num gap", 13) == 0 {
          DecoderLog.of(object)?.noteGap()
        } else if level == AV_LOG_INFO, strncmp(format, "concealing", 10) == 0 {
          DecoderLog.of(object)?.noteConcealment()
        }
        return
      }
      DecoderLog.of(object)?.note(isShortOfMemory: isShortOfMemory)
      // Where memory ran out, there is none for the text either.
      if !isShortOfMemory { LibavLog.remember(object, level, format, arguments) }
    }
  }()

  /// Keeps a line as this thread's last.
  ///
  /// Memory may be short, so this allocates nothing but the text itself. Even a coroutine of the
  /// standard library, such as that of a reversed slice, crashes then.
  private static func remember(
    _ object: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>, _ arguments: CVaListPointer
  ) {
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> String in
      var printsPrefix: Int32 = 0  // no "[mov,mp4 @ 0x55...]": an address would differ from run to run
      _ = av_log_format_line2(object, level, format, arguments, buffer.baseAddress, Int32(buffer.count), &printsPrefix)
      var (start, end) = (0, strnlen(buffer.baseAddress!, buffer.count))
      while start < end, isspace(Int32(UInt8(bitPattern: buffer[start]))) != 0 { start += 1 }
      while start < end, isspace(Int32(UInt8(bitPattern: buffer[end - 1]))) != 0 { end -= 1 }
      return String(decoding: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[start..<end])), as: UTF8.self)
    }
    // ffmpeg's own log writes this line in place of repeated ones.
    guard !text.isEmpty, !text.hasPrefix("Last message repeated") else { return }
    lines.withLock { lines in
      lines.removeAll { pthread_equal($0.thread, pthread_self()) != 0 }
      if lines.count == mostThreads { lines.removeFirst() }
      lines.append(Line(thread: pthread_self(), text: text))
    }
  }

  /// Forgets this thread's last line; called before a file is opened.
  static func clearThisThread() {
    lines.withLock { lines in lines.removeAll { $0.thread == pthread_self() } }
  }

  static var lastLineOfThisThread: String? {
    lines.withLock { lines in lines.last { $0.thread == pthread_self() }?.text }
  }
}

/// Counts the error lines of one decoder, from any of its threads.
final class DecoderLog: Sendable {
  private let errors = Atomic(0)
  private let shortages = Atomic(0)
  private let concealments = Atomic(0)
  /// Whether a gap in the frame numbers is an error.
  private let countsGaps: Bool

  init(countsGaps: Bool) { self.countsGaps = countsGaps }

  /// The log of the decoder that logs a line; nil if something else logs it.
  static func of(_ object: UnsafeMutableRawPointer?) -> DecoderLog? {
    codecOpaque(object).map { Unmanaged<DecoderLog>.fromOpaque($0).takeUnretainedValue() }
  }

  var errorCount: Int { errors.load(ordering: .relaxed) }

  /// Whether the decoder began to conceal errors in a frame, which may be one that comes out later:
  /// frames that are shown before it may have been predicted from it.
  var hasSeenConcealment: Bool { concealments.load(ordering: .relaxed) > 0 }

  /// Whether memory had run out when a line was logged. Decoders report that as "invalid data". But
  /// the thread's `errno` still shows it, because an allocation that succeeds does not change
  /// `errno`.
  var hasSeenShortage: Bool { shortages.load(ordering: .relaxed) > 0 }

  func note(isShortOfMemory: Bool) {
    if isShortOfMemory { shortages.add(1, ordering: .relaxed) }
    errors.add(1, ordering: .relaxed)
  }

  func noteConcealment() { concealments.add(1, ordering: .relaxed) }

  func noteGap() { if countsGaps { errors.add(1, ordering: .relaxed) } }
}
