import Glibc

/// One way to do some work: its name, what it does once, and how far its result is from ours.
struct Way {
  let name: String
  let difference: Double
  let body: () -> Void

  init(_ name: String, difference: Double = 0, _ body: @escaping () -> Void) {
    (self.name, self.difference, self.body) = (name, difference, body)
  }
}

/// Times ways to do the same in turns, ours first, and prints `KERNEL|WAY|MEDIAN|TENTH|DIFFERENCE`
/// a line, in microseconds a piece.
///
/// It is the time of this thread on the processor: others use the machine too. Ways start in turn,
/// so that none is always the one that finds the cache as another left it.
///
/// - Parameter pieces: that a call of a body does.
func compare(_ kernel: String, repetitions: Int, pieces: Int = 1, _ ways: [Way]) {
  var times = ways.map { _ in [Double]() }
  for way in ways { way.body() }
  for turn in 0..<repetitions {
    for offset in ways.indices {
      let way = (turn + offset) % ways.count
      let start = processorTime()
      ways[way].body()
      times[way].append((processorTime() - start) / Double(pieces))
    }
  }
  for (way, times) in zip(ways, times) {
    let sorted = times.sorted()
    print(kernel, way.name, sorted[sorted.count / 2], sorted[sorted.count / 10], way.difference, separator: "|")
  }
}

/// Microseconds of this thread.
private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

func greatestDifference(_ a: [Float], _ b: [Float]) -> Double {
  precondition(a.count == b.count, "expected \(a.count) values, got \(b.count)")
  return zip(a, b).map { Double(($0 - $1).magnitude) }.max() ?? 0
}

func greatestDifference(_ a: [UInt8], _ b: [UInt8]) -> Int {
  precondition(a.count == b.count, "expected \(a.count) values, got \(b.count)")
  return zip(a, b).map { abs(Int($0) - Int($1)) }.max() ?? 0
}
