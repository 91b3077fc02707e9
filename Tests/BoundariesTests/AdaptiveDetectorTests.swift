import KeepframeBoundaries
import KeepframeDecoding
import KeepframeTestSupport
import Testing

@Suite struct `Adaptive detector` {
  let here = Place(seed: 1)
  let there = Place(seed: 2)

  /// `count` frames of a slow pan.
  func shot(_ place: Place, _ count: Int) -> [Thumbnail] { (0..<count).map { place.seen(x: 10 + $0 / 4, y: 20) } }

  @Test func `finds a cut at its exact frame`() {
    let found = Detection(shot(here, 30) + shot(there, 31) + shot(here, 29))
    #expect(found.frames == [30, 61])
    #expect(found.boundaries.allSatisfy { $0.cause == .cut && $0.score > 0.9 })
    #expect(found.violations.isEmpty)
  }

  @Test(arguments: [0.1, 0.2])
  func `finds a cut in the dark`(gain: Double) {
    let dark = (0..<30).map { here.seen(x: $0 / 4, gain: gain) } + (0..<30).map { there.seen(x: $0 / 4, gain: gain) }
    #expect(Detection(dark).frames == [30])
  }

  @Test func `finds a cut between letterboxed pictures`() {
    let bars = (shot(here, 30) + shot(there, 30)).map { picture in
      var picture = picture
      for cell in 0..<(7 * Thumbnail.width) {
        picture.luma[cell] = 0
        picture.luma[picture.luma.count - 1 - cell] = 0
      }
      return picture
    }
    #expect(Detection(bars).frames == [30])
  }

  @Test(arguments: [1, 2, 3])
  func `sees through a flash`(length: Int) {
    var video = shot(here, 70)
    for frame in 30..<(30 + length) { video[frame] = here.seen(x: 10 + frame / 4, y: 20, gain: 0.4, lift: 150) }
    #expect(Detection(video).frames.isEmpty)
  }

  @Test func `sees through white frames and strobe`() {
    var video = shot(here, 80)
    video[20] = blank(255)
    for frame in stride(from: 40, to: 60, by: 3) { video[frame] = blank(250) }
    #expect(Detection(video).frames.isEmpty)
  }

  @Test(arguments: [1, 2, 4])
  func `does not cut a pan`(cellsPerFrame: Int) {
    let pan = (0..<30).map { here.seen(x: $0 * cellsPerFrame, y: 5) }
    #expect(Detection(pan).frames.isEmpty)
  }

  @Test func `does not cut an exposure ramp or a lamp switched on`() {
    let still = here.seen()
    let ramp = (0..<40).map { here.seen(gain: 0.3 + 0.015 * Double($0)) }
    let lamp = (0..<30).map { _ in here.seen(gain: 0.4) } + (0..<30).map { _ in here.seen(gain: 0.9) }
    #expect(Detection(Array(repeating: still, count: 20) + ramp + lamp).frames.isEmpty)
  }

  @Test(arguments: [2, 3])
  func `finds the same cuts when every frame is shown several times`(times: Int) {
    let video = (0..<20).map { here.seen(x: $0 * 2) } + (0..<20).map { there.seen(x: $0 * 2) }
    let repeated = video.flatMap { Array(repeating: $0, count: times) }
    let found = Detection(repeated)
    #expect(found.frames == [20 * times])
    #expect(found.violations.isEmpty)
  }

  @Test(arguments: [8, 16, 30])
  func `gives a dissolve as an interval`(length: Int) throws {
    let mix = (1...length).map { blend(here.seen(), there.seen(), Double($0) / Double(length + 1)) }
    let video = Array(repeating: here.seen(), count: 40) + mix + Array(repeating: there.seen(), count: 60)
    let found = Detection(video)
    let boundary = try #require(found.boundaries.first)
    guard case .transition(let transition) = boundary.cause else {
      Issue.record("expected a transition, got \(boundary)")
      return
    }
    #expect(found.boundaries.count == 1)
    #expect(transition.kind == .dissolve)
    #expect(abs(transition.frames.lowerBound - 40) <= 2)
    #expect(abs(transition.frames.upperBound - (40 + length)) <= 2)
    #expect(abs(boundary.frame - (40 + length / 2)) <= 2)
    #expect(found.violations.isEmpty)
  }

  @Test(arguments: [UInt8(0), 255])
  func `gives a fade through black or white as one boundary`(level: UInt8) throws {
    let out = (1...12).map { blend(here.seen(), blank(level), Double($0) / 12) }
    let back = (1...12).map { blend(blank(level), there.seen(), Double($0) / 12) }
    let video =
      Array(repeating: here.seen(), count: 40) + out + Array(repeating: blank(level), count: 5) + back
      + Array(repeating: there.seen(), count: 60)
    let found = Detection(video)
    #expect(found.boundaries.count == 1)
    let boundary = try #require(found.boundaries.first)
    #expect(boundary.cause.name == "fade")
    #expect((50...58).contains(boundary.frame), "in the black, got \(boundary.frame)")
  }

  @Test(arguments: [(20, 5, 20), (8, 20, 8), (14, 12, 26), (30, 20, 30)], [25.0, 60])
  func `joins a fade-out and a fade-in however long they take`(
    lengths: (out: Int, black: Int, back: Int), frameRate: Double
  ) throws {
    let times = frameRate > 45 ? 2 : 1
    let (out, black, back) = (lengths.out * times, lengths.black * times, lengths.back * times)
    let video =
      Array(repeating: here.seen(), count: 60) + (1...out).map { blend(here.seen(), blank(0), Double($0) / Double(out)) }
      + Array(repeating: blank(0), count: black) + (1...back).map { blend(blank(0), there.seen(), Double($0) / Double(back)) }
      + Array(repeating: there.seen(), count: 150)
    let found = Detection(video, frameRate: frameRate)
    #expect(found.boundaries.map(\.cause.name) == ["fade"])
    let boundary = try #require(found.boundaries.first)
    let (dark, light) = (60 + out, 60 + out + black)
    #expect(((dark - 2 * times)...(light + 2 * times)).contains(boundary.frame), "in the black, got \(boundary.frame)")
    #expect(found.violations.isEmpty)
  }

  @Test func `a fade-in at the start and a fade-out at the end separate nothing`() {
    let leader = Array(repeating: blank(0), count: 8)
    let rise = (1...15).map { blend(blank(0), here.seen(), Double($0) / 15) }
    let video = leader + rise + Array(repeating: here.seen(), count: 60) + rise.reversed() + leader
    #expect(Detection(video).frames.isEmpty)
  }

  @Test func `finds a cut at 60 frames a second as at 25`() {
    let video = (0..<80).map { here.seen(x: $0 / 8) } + (0..<80).map { there.seen(x: $0 / 8) }
    #expect(Detection(video, frameRate: 60).frames == [80])
  }

  @Test func `dissolves at 60 frames a second are found at twice the length`() throws {
    let mix = (1...40).map { blend(here.seen(), there.seen(), Double($0) / 41) }
    let video = Array(repeating: here.seen(), count: 80) + mix + Array(repeating: there.seen(), count: 120)
    let found = Detection(video, frameRate: 60)
    #expect(found.boundaries.map(\.cause.name) == ["dissolve"])
    #expect(abs((found.frames.first ?? 0) - 100) <= 4)
    #expect(found.violations.isEmpty)
  }

  @Test func `a lower threshold finds at least as much, and no cut without candidate`() {
    var random = SplitMix(state: 7)
    var video: [Thumbnail] = []
    for _ in 0..<12 {
      let place = Place(seed: random.next())
      let speed = Int.random(in: 0...3, using: &random)
      video += (0..<Int.random(in: 5...25, using: &random)).map { place.seen(x: $0 * speed) }
    }
    let strict = Detection(video, threshold: 0.9)
    let loose = Detection(video, threshold: 0.1)
    #expect(strict.violations.isEmpty && loose.violations.isEmpty)
    #expect(strict.candidates.isSubset(of: loose.candidates))
    #expect(strict.boundaries.count <= loose.boundaries.count)
  }

  @Test(arguments: [0, 1, 2, 5])
  func `survives a video of a few frames`(count: Int) {
    let found = Detection(Array(shot(here, max(1, count)).prefix(count)))
    #expect(found.frames.isEmpty && found.candidates.isEmpty)
  }

  @Test func `measures every frame`() {
    var detector = AdaptiveDetector()
    _ = detector.push(here.seen())
    #expect(detector.lastMetrics == [0, 0, detector.lastMetrics[2], 0], "the first frame differs from nothing")
    _ = detector.push(there.seen())
    let metrics = Dictionary(uniqueKeysWithValues: zip(AdaptiveDetector.metricNames, detector.lastMetrics))
    #expect(metrics["content"]! > 10 && metrics["structure"]! > 0.5 && metrics["cut_bound"]! > 0.9)
    #expect(AdaptiveDetector.metricNames == AdaptiveDetector.metricNames.sorted())
  }
}
