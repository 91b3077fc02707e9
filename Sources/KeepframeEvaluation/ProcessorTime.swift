internal import Glibc  // `clock_gettime`

/// Whose time: of this thread alone, or of all the process's.
enum Processor {
  case thread, process
}

/// The time that the processor spent on `work`, whatever else it did meanwhile.
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
