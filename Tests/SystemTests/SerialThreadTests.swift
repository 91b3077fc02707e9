import Glibc
import KeepframeSystem
import Synchronization
import Testing

@Suite struct `A serial thread` {
  @Test func `does its work in order`() throws {
    let done = Mutex<[Int]>([])
    let thread = try #require(SerialThread())
    let isFinished = Mutex(false)
    for number in 0..<100 { thread.run { done.withLock { $0.append(number) } } }
    thread.run { isFinished.withLock { $0 = true } }
    while !isFinished.withLock({ $0 }) {}
    #expect(done.withLock { $0 } == Array(0..<100))
  }

  @Test func `that goes waits for what it has begun`() throws {
    let begun = Atomic(false)
    let ended = Atomic(false)
    var thread = SerialThread()
    try #require(thread != nil)
    thread?.run {
      begun.store(true, ordering: .sequentiallyConsistent)
      usleep(20_000)
      ended.store(true, ordering: .sequentiallyConsistent)
    }
    while !begun.load(ordering: .sequentiallyConsistent) {}
    thread = nil
    let hasEnded = ended.load(ordering: .sequentiallyConsistent)
    #expect(hasEnded)
  }
}
