import KeepframeDecoding
import Testing

@testable import KeepframeBoundaries

@Suite struct `Capture schedule` {
  private func taken(seconds: Double, growth: Double, edges: Set<Int> = []) -> [Int] {
    var schedule = CaptureSchedule(growth: growth)
    return (0..<Int(seconds * 25)).filter { schedule.isDue(at: Double($0) / 25, isEdge: $0 == 0 || edges.contains($0)) }
  }

  @Test func `some picture is near every place in a scene of any length`() {
    for length in [1.0, 4, 30, 600] {
      let frames = taken(seconds: length, growth: 6).map { Double($0) / 25 }
      for place in places(3, in: 0...length).dropLast() {
        let distance = frames.map { ($0 - place).magnitude }.min() ?? .infinity
        #expect(distance <= max(0.2, length / 12) + 0.04, "\(distance) s from \(place) of \(length)")
      }
    }
  }

  @Test func `pictures grow with the logarithm of the length`() {
    #expect(taken(seconds: 3600, growth: 6).count < 80)
  }

  @Test func `edges are always taken, and begin anew`() {
    let frames = taken(seconds: 60, growth: 6, edges: [1001, 1003])
    #expect(frames.contains(1001) && frames.contains(1003) && frames.contains(1008))
  }

  @Test func `a shot keeps its first and latest pictures when there are many`() {
    var open = OpenShot<Int>()
    for index in 0..<1000 {
      open.append(index, at: FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index)))
    }
    let shots = open.close(at: nil).map(\.time.index)
    #expect(shots.count <= 48 && shots.first == 0 && shots.suffix(4) == [996, 997, 998, 999])
    #expect(shots.contains { (300...700).contains($0) }, "and something between: \(shots)")
  }

  @Test func `pictures inside a transition are left to neither side`() {
    var open = OpenShot<Int>()
    for index in stride(from: 0, to: 100, by: 5) {
      open.append(index, at: FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index)))
    }
    let dissolve = Transition(kind: .dissolve, frames: 40..<60, score: 1)
    let before = open.close(at: Boundary(frame: 50, cause: .transition(dissolve), score: 1)).map(\.time.index)
    let after = open.close(at: nil).map(\.time.index)
    #expect(before == Array(stride(from: 0, to: 40, by: 5)) && after == Array(stride(from: 60, to: 100, by: 5)))
  }

  @Test func `shots are handed over where boundaries are certain, the last at the end`() throws {
    var captured = ShotCapture<Int>(growth: 6)
    func time(_ index: Int) -> FrameTime {
      FrameTime(index: index, pts: Int64(index), durationTicks: 1, seconds: Double(index) / 25)
    }
    var shots: [[Int]] = []
    for index in 0..<100 {
      if captured.isDue(at: time(index), isCutCandidate: index == 40) { captured.append(index, at: time(index)) }
      // The detector is certain ten frames late.
      let certain = index == 50 ? [Boundary(frame: 40, cause: .cut, score: 1)] : []
      shots += captured.close(at: certain, now: time(index)).map { $0.map(\.take) }
    }
    shots += captured.finish(at: []).map { $0.map(\.take) }
    try #require(shots.count == 2)
    #expect(shots[0].first == 0 && shots[1].first == 40)
    #expect(
      shots[0].allSatisfy { $0 < 40 } && shots[1].allSatisfy { $0 >= 40 } && shots.joined().contains { (41..<50).contains($0) })
  }

  @Test func `those wanted of a shot lie evenly, also where few were taken`() {
    let shot: CapturedShot<Int> = [0, 5, 11, 20].map { (FrameTime(index: $0, pts: 0, durationTicks: 1, seconds: Double($0)), $0) }
    #expect(shot.evenlySpread(3).map(\.take) == [0, 11, 20])
    #expect(shot.evenlySpread(1).map(\.take) == [11])
    #expect(Array(shot.prefix(1)).evenlySpread(2).map(\.take) == [0, 0])
  }
}
