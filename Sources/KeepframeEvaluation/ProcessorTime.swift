internal import Glibc  // `clock_gettime`

/// Whose time is measured: that of this thread, or that of all threads of the process.
enum Processor {
  case thread, process
}

/// The processor time of `work`, without that of other work at the same time.
func processorSeconds(_ processor: Processor, _ work: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(processor == .thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
  let start = now()
  try work()
  return now() - start
}
