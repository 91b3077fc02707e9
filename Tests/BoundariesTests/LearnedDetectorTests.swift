import KeepframeDecoding
import Testing

@testable import KeepframeBoundaries

@Suite struct `Learned detector` {
  let here = Place(seed: 1)
  let there = Place(seed: 2)

  func shot(_ place: Place, _ count: Int) -> [Thumbnail] { (0..<count).map { place.seen(x: 10 + $0 / 4, y: 20) } }

  func detect(_ video: [Thumbnail], threshold: Double = 0.5, frameRate: Double = 25) -> Detection {
    Detection(video, by: LearnedDetector(threshold: threshold, frameRate: frameRate), threshold: threshold)
  }

  @Test func `finds a cut at its exact frame`() {
    let found = detect(shot(here, 40) + shot(there, 41) + shot(here, 39))
    #expect(found.frames == [40, 81])
    #expect(found.boundaries.allSatisfy { $0.cause == .cut })
    #expect(found.violations.isEmpty)
  }

  @Test func `finds a cut at its exact frame at 60 frames a second`() {
    for first in [80, 81] {
      let found = detect(shot(here, first) + shot(there, 80), frameRate: 60)
      #expect(found.frames == [first])
      #expect(found.violations.isEmpty)
    }
  }

  @Test(arguments: [(0.2, 1), (1, 1), (1, 3), (2, 2), (5, 4), (5, 5), (25, 25)])
  func `finds every slide, however few frames a second there are`(rate: Double, frames: Int) {
    let slides = (1...12).map { Place(seed: UInt64($0)).seen() }
    let found = detect(slides.flatMap { Array(repeating: $0, count: frames) }, frameRate: rate)
    #expect(found.frames == (1..<12).map { $0 * frames })
    #expect(found.violations.isEmpty)
  }

  /// `thumbnail` with black rows above and below, and black columns at both sides.
  func barred(_ thumbnail: Thumbnail, rows: Int, columns: Int) -> Thumbnail {
    var thumbnail = thumbnail
    for row in 0..<Thumbnail.height {
      for column in 0..<Thumbnail.width
      where min(row, Thumbnail.height - 1 - row) < rows || min(column, Thumbnail.width - 1 - column) < columns {
        thumbnail.luma[row * Thumbnail.width + column] = 16
        let cell = row / 4 * Thumbnail.chromaWidth + column / 4
        (thumbnail.cb[cell], thumbnail.cr[cell]) = (128, 128)
      }
    }
    return thumbnail
  }

  @Test func `bars that appear are no cut, and a cut between bars is one`() {
    let calm = shot(here, 100)
    let bars = calm[..<50] + calm[50...].map { barred($0, rows: 4, columns: 0) }
    #expect(detect(Array(bars)).frames.isEmpty)
    let upright = (shot(here, 50) + shot(there, 50)).map { barred($0, rows: 0, columns: 20) }
    #expect(detect(upright).frames == [50])
  }

  @Test(arguments: [12, 24]) func `gives a dissolve as an interval`(length: Int) throws {
    let mix = (1...length).map { blend(here.seen(), there.seen(), Double($0) / Double(length + 1)) }
    let found = detect(Array(repeating: here.seen(), count: 50) + mix + Array(repeating: there.seen(), count: 60))
    let boundary = try #require(found.boundaries.first)
    #expect(found.boundaries.count == 1)
    guard case .transition(let transition) = boundary.cause else {
      Issue.record("expected a transition, got \(boundary)")
      return
    }
    #expect((50..<50 + length).contains(boundary.frame))
    #expect(abs(transition.frames.lowerBound - 50) <= 4 && abs(transition.frames.upperBound - 50 - length) <= 4)
    #expect(found.violations.isEmpty)
  }

  @Test func `sees through flashes, a slow pan and a lamp switched on`() {
    var video = shot(here, 80)
    for frame in 30..<32 { video[frame] = here.seen(x: 10 + frame / 4, y: 20, gain: 0.4, lift: 150) }
    #expect(detect(video).frames.isEmpty)
    #expect(detect((0..<60).map { here.seen(x: $0 / 2, y: 5) }).frames.isEmpty)
    #expect(detect((0..<40).map { _ in here.seen(gain: 0.6) } + (0..<40).map { _ in here.seen(gain: 0.9) }).frames.isEmpty)
  }

  /// Column by column, `old` leaves to the left and `new` follows it.
  func push(_ old: Thumbnail, _ new: Thumbnail, by columns: Int) -> Thumbnail {
    var thumbnail = old
    for row in 0..<Thumbnail.height {
      for column in 0..<Thumbnail.width {
        let from = column + columns
        thumbnail.luma[row * Thumbnail.width + column] =
          from < Thumbnail.width
          ? old.luma[row * Thumbnail.width + from] : new.luma[row * Thumbnail.width + from - Thumbnail.width]
      }
    }
    return thumbnail
  }

  @Test func `tells a slide from a camera that turns as fast`() {
    let (old, new) = (here.seen(gain: 0.5), there.seen(gain: 0.5, lift: 110))
    let slide = (1..<16).map { push(old, new, by: 4 * $0) }
    let slid = detect(Array(repeating: old, count: 60) + slide + Array(repeating: new, count: 60))
    #expect(slid.boundaries.count == 1 && (58...77).contains(slid.frames.first ?? 0), "\(slid.boundaries)")
    // Half round, in a room whose other side is much like this one.
    let turn = (1..<12).map { push(old, old, by: 3 * $0) }
    let turned = detect(Array(repeating: old, count: 60) + turn + Array(repeating: push(old, old, by: 36), count: 60))
    #expect(turned.frames.isEmpty, "\(turned.boundaries)")
  }

  @Test func `a fade-in at the start and a fade-out at the end separate nothing`() {
    func fade(x: Int) -> [Thumbnail] { (1...12).map { here.seen(x: x, y: 20, gain: Double($0) / 13) } }
    let dark = Array(repeating: blank(0), count: 8)
    let video = dark + fade(x: 10) + shot(here, 60) + fade(x: 10 + 59 / 4).reversed() + dark
    #expect(detect(video).frames.isEmpty, "\(detect(video).boundaries)")
  }

  @Test(arguments: [0, 1, 2, 30]) func `takes videos of any length`(count: Int) {
    let found = detect(shot(here, count))
    #expect(found.frames.isEmpty && found.violations.isEmpty)
  }

  @Test func `obeys the detector's laws under a network that says anything`() {
    var video = shot(here, 50) + shot(there, 3) + (0..<60).map { blend(here.seen(), there.seen(), Double($0) / 60) }
    video += (0..<200).map { Place(seed: UInt64($0 / 3)).seen(x: $0 % 7) }
    for seed in 1...2 {
      for rate in [1.0, 5, 25, 60] {
        let network = BoundaryNetworkTests.network(seed: UInt64(seed))
        let found = Detection(video, by: LearnedDetector(network: network, threshold: 0.3, frameRate: rate), threshold: 0.3)
        #expect(found.violations.isEmpty, "seed \(seed), \(rate) frames a second")
      }
    }
  }
}

@Suite struct `Jumps within a take` {
  @Test func `are kept, dropped, or all that is kept`() {
    let boundaries = [
      Boundary(frame: 10, cause: .cut, score: 0.9), Boundary(frame: 30, cause: .jump, score: 0.8),
      Boundary(
        frame: 60, cause: .transition(Transition(kind: .dissolve, frames: 55..<66, score: 0.7)), score: 0.7),
    ]
    func frames(_ jumps: DetectorSettings.Jumps) -> [Int] { boundaries.filter { jumps.keeps($0) }.map(\.frame) }
    #expect(frames(.keep) == [10, 30, 60])
    #expect(frames(.drop) == [10, 60])
    #expect(frames(.only) == [30])
  }

  /// What the reader takes for a peak of one answer among calm ones.
  func peak(cut: Float, jump: Float) -> AnswerReader.Peak? {
    var reader = AnswerReader(peakThreshold: 0.03, runThreshold: 0.5)
    func answer(_ cut: Float, _ jump: Float) -> NetworkAnswer {
      var values = [Float](repeating: -9, count: BoundaryNetwork.outputs)
      (values[0], values[BoundaryNetwork.jumpOutput]) = (cut, jump)
      return NetworkAnswer(values, kind: .dissolve)
    }
    let answers = [answer(-9, -9), answer(-9, -9), answer(cut, jump), answer(-9, -9), answer(-9, -9)]
    return answers.compactMap { reader.push($0).peak }.first
  }

  @Test func `are told by the network's own answer, and found by the likelier of the two`() throws {
    let cut = try #require(peak(cut: 5, jump: -0.1))
    #expect(!cut.isJump && cut.logit == 5 && cut.frame == 2)
    let jump = try #require(peak(cut: -2, jump: 3))
    #expect(jump.isJump && jump.logit == 3)
    #expect(peak(cut: -8, jump: -7) == nil)
  }
}

@Suite struct `A judge` {
  @Test func `takes a boundary for likelier where a frame lasts longer`() {
    let evidence = BoundaryJudge.CutEvidence(network: -1, rules: 0, inside: 0, calm: 0)
    let (fast, slow) = (BoundaryJudge.network.score(evidence), BoundaryJudge.network.score(evidence, looks: 8))
    #expect(abs(fast / (1 - fast) * 8 - slow / (1 - slow)) < 1e-9)
  }
}

@Suite struct `Peaks and runs` {
  func peaks(_ values: [Double]) -> [Int] {
    var finder = PeakFinder(threshold: 0.5)
    return (values + [0, 0]).compactMap { finder.push($0)?.frame }
  }

  @Test func `a peak is the highest for two frames around`() {
    #expect(peaks([0, 0.6, 0.9, 0.6, 0, 0, 0.7]) == [2, 6])
    #expect(peaks([0.4, 0.49]) == [])
    #expect(peaks([0.9, 0.9, 0.9]) == [0], "the first of equals")
  }

  func runs(_ values: [Double]) -> [RunFinder.Run] {
    var finder = RunFinder(threshold: 0.5)
    let found = values.enumerated().compactMap { finder.push($1, kind: .wipe, at: $0) }
    return found + [finder.close()].compactMap(\.self)
  }

  @Test func `a run bridges one frame and ends at two`() {
    let found = runs([0, 0.8, 0.9, 0.1, 0.9, 0.8, 0.1, 0.1, 0])
    #expect(found.map { [$0.start, $0.end, $0.middle] } == [[1, 6, 3]])
    #expect(found.first?.kind == .wipe && abs((found.first?.logit ?? 0) - 2.197_224_6) < 1e-6)
    #expect(runs([0, 0.9, 0, 0]).isEmpty, "one frame is no transition")
    #expect(runs([0, 0.9, 0.9]).count == 1, "the end of the video ends it")
  }

  @Test func `a run that never ends is cut off once`() {
    #expect(runs(Array(repeating: 0.9, count: 300)).map(\.count) == [RunFinder.longest])
  }
}
