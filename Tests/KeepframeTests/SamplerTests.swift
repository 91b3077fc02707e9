import KeepframeBoundaries
import KeepframeDecoding
import Testing

@testable import Keepframe

@Suite struct `Sampling` {
  private func snapshot(_ index: Int, framesPerSecond: Double = 25) -> Snapshot {
    Snapshot(
      time: FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index) / framesPerSecond),
      still: nil, thumbnail: Thumbnail(),
      quality: FrameQuality(Thumbnail(), previous: nil))
  }

  @Test(arguments: [(25.0, 4.0), (24000.0 / 1001, 4.0), (12.5, 4.0), (60.0, 1.0), (10.0, 8.0)])
  func `takes the steady number a second, whatever the frame rate`(framesPerSecond: Double, samplesPerSecond: Double) {
    var grid = SampleGrid(samplesPerSecond: samplesPerSecond)
    let seconds = 60.0
    let taken = (0..<Int(seconds * framesPerSecond)).filter { grid.isDue(at: Double($0) / framesPerSecond) }
    let expected = seconds * min(samplesPerSecond, framesPerSecond)
    #expect(abs(Double(taken.count) - expected) <= 1, "\(taken.count) samples of \(seconds) s")
    #expect(taken.first == 0, "the first frame is always a sample")
  }

  @Test func `takes each frame once where frames are fewer than asked for`() {
    var grid = SampleGrid(samplesPerSecond: 8)
    #expect([0, 0.4, 0.8, 5, 5.01].map { grid.isDue(at: $0) } == [true, true, true, true, false])
  }

  @Test func `keeps a candidate that turns out to be a cut, drops one that does not, and never changes the order`() {
    var sampler = Sampler(samplesPerSecond: 4, detectorDelay: 10)
    sampler.add(snapshot(0), isCertain: true)
    sampler.add(snapshot(3), isCertain: false)
    sampler.add(snapshot(5), isCertain: false)
    sampler.add(snapshot(7), isCertain: true)
    #expect(sampler.release(after: 7).map(\.time.index) == [0], "3 is not decided yet, so 7 must wait")
    sampler.confirm([Boundary(frame: 5, cause: .cut, score: 1)])
    #expect(sampler.release(after: 12).map(\.time.index) == [], "3 may still be confirmed")
    #expect(sampler.release(after: 13).map(\.time.index) == [5, 7])
  }

  @Test func `decides everything at the end`() {
    var sampler = Sampler(samplesPerSecond: 4, detectorDelay: 100)
    sampler.add(snapshot(0), isCertain: false)
    sampler.add(snapshot(1), isCertain: true)
    #expect(sampler.release(after: 2).isEmpty)
    #expect(sampler.release(after: nil).map(\.time.index) == [1])
  }
}
