import KeepframeBoundaries
import KeepframeDecoding
import KeepframeTestSupport
import Testing

@Suite struct `Scene assembler` {
  let timeBase = Rational(1, 1000)

  func cut(_ frame: Int) -> Boundary { Boundary(frame: frame, cause: .cut, score: 0.9) }

  /// `count` frames of 40 ms from pts 100 on.
  func steady(_ count: Int) -> SceneAssembler {
    var assembler = SceneAssembler()
    for index in 0..<count {
      assembler.push(FrameTime(index: index, pts: 100 + Int64(index) * 40, durationTicks: 40, seconds: Double(index) * 0.04))
    }
    return assembler
  }

  @Test(arguments: 1...20)
  func `scenes tile the video`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var assembler = SceneAssembler()
    var pts = Int64.random(in: -500...500, using: &random)
    let count = Int.random(in: 1...200, using: &random)
    var duration: Int64 = 1
    let first = pts
    for index in 0..<count {
      duration = Int64.random(in: 1...90, using: &random)
      assembler.push(FrameTime(index: index, pts: pts, durationTicks: duration, seconds: Double(pts - first) / 1000))
      pts += duration
    }
    let boundaries = (0..<(count + 3)).filter { _ in Int.random(in: 0..<9, using: &random) == 0 }.map(cut)
    let minimum = [0, 0.2, 0.6][Int(seed % 3)]
    let list = assembler.finish(
      boundaries: boundaries, timeBase: timeBase, minimumSceneSeconds: minimum, mergeLast: seed % 2 == 0)

    #expect(list.scenes.first?.frames.lowerBound == 0 && list.scenes.first?.pts.lowerBound == first)
    #expect(list.scenes.last?.frames.upperBound == count && list.scenes.last?.pts.upperBound == pts)
    for (a, b) in zip(list.scenes, list.scenes.dropFirst()) {
      #expect(a.frames.upperBound == b.frames.lowerBound && a.pts.upperBound == b.pts.lowerBound)
      #expect(a.seconds.upperBound == b.seconds.lowerBound)
    }
    for scene in list.scenes {
      #expect(!scene.frames.isEmpty && !scene.pts.isEmpty && !scene.seconds.isEmpty)
      #expect(scene.seconds.lowerBound == Double(scene.pts.lowerBound - first) / 1000)
    }
    for scene in list.scenes.dropLast() { #expect(scene.seconds.upperBound - scene.seconds.lowerBound >= minimum - 1e-9) }
    #expect(Set(list.scenes.dropFirst().map(\.frames.lowerBound)).isSubset(of: boundaries.map(\.frame)))
  }

  @Test func `one frame is one scene`() {
    let list = steady(1).finish(boundaries: [], timeBase: timeBase)
    #expect(list.scenes == [Segment(frames: 0..<1, pts: 100..<140, seconds: 0..<0.04)])
  }

  @Test func `no frame is no scene`() {
    let list = SceneAssembler().finish(boundaries: [], timeBase: timeBase)
    #expect(list.scenes.isEmpty && list.frameCount == 0)
  }

  @Test func `a cut too close to the one before is dropped`() {
    let list = steady(100).finish(boundaries: [10, 20, 30, 36].map(cut), timeBase: timeBase, frameRate: Rational(25, 1))
    #expect(list.boundaries.map(\.frame) == [20, 36], "0.6 s are 15 frames; 30 is 10 after 20")
    #expect(list.scenes.map(\.frames) == [0..<20, 20..<36, 36..<100])
  }

  @Test func `of two that are too close the surer stays, whichever comes first`() {
    func boundaries(_ scores: [Double]) -> [Boundary] {
      zip([30, 36, 60], scores).map { Boundary(frame: $0, cause: .cut, score: $1) }
    }
    for (scores, expected) in [([0.7, 0.9, 0.6], [36, 60]), ([0.9, 0.7, 0.6], [30, 60]), ([0.9, 0.9, 0.6], [30, 60])] {
      let list = steady(100).finish(boundaries: boundaries(scores), timeBase: timeBase, frameRate: Rational(25, 1))
      #expect(list.boundaries.map(\.frame) == expected, "\(scores)")
    }
  }

  @Test func `exactly the minimum is long enough at NTSC rates`() {
    // 14 frames at 24000/1001 are 0.583917 s, but 0.6 s round to 14 frames: PySceneDetect keeps the
    // cut.
    var assembler = SceneAssembler()
    for index in 0..<60 {
      assembler.push(
        FrameTime(index: index, pts: Int64(index) * 1001, durationTicks: 1001, seconds: Double(index) * 1001 / 24000))
    }
    let base = Rational(1, 24000)
    let rated = assembler.finish(boundaries: [cut(14)], timeBase: base, frameRate: Rational(24000, 1001))
    #expect(rated.scenes.count == 2)
    #expect(assembler.finish(boundaries: [cut(14)], timeBase: base).scenes.count == 1, "without a rate, seconds decide")
  }

  @Test func `a short last scene is kept, merged or dropped, as asked`() {
    let assembler = steady(100)
    let boundaries = [cut(50), cut(95)]
    func frames(dropShort: Bool = false, mergeLast: Bool = false) -> [Range<Int>] {
      assembler.finish(
        boundaries: boundaries, timeBase: timeBase, frameRate: Rational(25, 1), dropShort: dropShort, mergeLast: mergeLast
      ).scenes.map(\.frames)
    }
    #expect(frames() == [0..<50, 50..<95, 95..<100])
    #expect(frames(mergeLast: true) == [0..<50, 50..<100])
    #expect(frames(dropShort: true) == [0..<50, 50..<95])
    #expect(frames(dropShort: true, mergeLast: true) == [0..<50, 50..<100])
  }

  @Test func `keeps transitions and says how a scene begins`() {
    let dissolve = Transition(kind: .dissolve, frames: 40..<60, score: 0.8)
    let list = steady(100).finish(
      boundaries: [Boundary(frame: 50, cause: .transition(dissolve), score: 0.8)], timeBase: timeBase)
    #expect(list.transitions == [dissolve])
    #expect(list.opening(of: list.scenes[0]) == nil)
    #expect(list.opening(of: list.scenes[1])?.cause == .transition(dissolve))
  }
}
