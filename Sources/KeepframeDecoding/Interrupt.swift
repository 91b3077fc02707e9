internal import CKeepframeFFmpeg
internal import KeepframeSystem

/// Tells libavformat, while it waits for bytes, whether to give up: when the read is cancelled or
/// past its deadline.
///
/// A class because libav keeps its address. Only the thread that is inside a libav call reads it.
final class Interrupt {
  private let cancellation: Cancellation?
  let limitSeconds: Double
  private var deadline: ContinuousClock.Instant?

  init(cancellation: Cancellation?, limitSeconds: Double) {
    self.cancellation = cancellation
    self.limitSeconds = limitSeconds
  }

  var isCancelled: Bool { cancellation?.isCancelled ?? false }
  var isLate: Bool { deadline.map { ContinuousClock.now > $0 } ?? false }

  /// Starts the clock for one open, probe or read.
  func restart() {
    deadline = limitSeconds.isFinite && limitSeconds < 1e9 ? ContinuousClock.now + .seconds(limitSeconds) : nil
  }

  /// - Precondition: The caller keeps `self` alive as long as it keeps the result.
  var callback: AVIOInterruptCB {
    AVIOInterruptCB(
      callback: { opaque in
        let interrupt = Unmanaged<Interrupt>.fromOpaque(opaque!).takeUnretainedValue()
        return interrupt.isCancelled || interrupt.isLate ? 1 : 0
      },
      opaque: Unmanaged.passUnretained(self).toOpaque())
  }
}
