import FoundationEssentials
import KeepframeBoundaries
import KeepframeEvaluation
import KeepframeSystem
import KeepframeTestSupport
import Testing

private typealias Detection = BoundaryDetections.Detection

private func cut(_ frame: Int, _ kind: String = "cut") -> BoundaryTruth.Span { .init(kind: kind, frames: frame...frame) }
private func fade(_ frames: ClosedRange<Int>) -> BoundaryTruth.Span { .init(kind: "gradual", frames: frames) }
private func found(_ frames: ClosedRange<Int>) -> Detection {
  Detection(frame: (frames.lowerBound + frames.upperBound) / 2, kind: .transition(frames))
}
private func score(_ said: [Detection], _ truth: BoundaryTruth, _ tolerance: Int = 0) -> BoundaryScore {
  BoundaryScore(BoundaryDetections(said), against: truth, tolerance: tolerance)
}

@Suite struct `Range F1` {
  private let truth = BoundaryTruth(cuts: [], transitions: [fade(20...29)])

  @Test(arguments: [(25...34, 0), (20...24, 1), (24...32, 0), (23...32, 1), (15...34, 1), (14...34, 0), (20...29, 1)])
  func `finds a transition that shares half of the frames of both`(span: ClosedRange<Int>, hits: Int) {
    let range = score([found(span)], truth, 2).range
    #expect(range?.found == hits && range?.missed == 1 - hits && range?.falseAlarms == 1 - hits)
  }

  @Test func `takes no cut for a transition, which the count of boundaries does`() {
    let score = score([Detection(frame: 25, kind: .cut)], truth)
    #expect(score.found == 1 && score.range?.found == 0 && score.range?.falseAlarms == 1 && score.range?.f1 == 0)
  }

  @Test func `finds a cut within the tolerance, by a transition only if both of its ends are`() {
    let truth = BoundaryTruth(cuts: [cut(100)])
    #expect(score([Detection(frame: 102, kind: .jump)], truth, 2).range?.found == 1)
    #expect(score([Detection(frame: 103, kind: .cut)], truth, 2).range?.found == 0)
    #expect(score([found(99...100)], truth, 1).range?.found == 1)
    #expect(score([found(100...100)], truth, 0).range?.found == 0)
    #expect(score([found(98...102)], truth, 2).range?.found == 0, "a frame past the tolerance at its end")
  }

  @Test func `finds each once, and forgives what is near an ambiguous frame`() {
    let twice = score([found(20...28), found(21...29)], truth)
    #expect(twice.range?.found == 1 && twice.range?.falseAlarms == 1)
    let ambiguous = BoundaryTruth(cuts: [], transitions: [fade(20...29)], ambiguous: [60...60])
    #expect(score([found(20...29), found(58...62)], ambiguous).range?.f1 == 1)
  }

  @Test func `is unknown where any clip states no kinds`() {
    let known = score([found(20...29)], truth)
    let unknown = BoundaryScore(BoundaryDetections(frames: [25]), against: truth, tolerance: 0)
    #expect(known.range?.f1 == 1 && known.transitionIoU == 1)
    #expect(unknown.range == nil && unknown.transitionIoU == nil && unknown.jumpsTold == nil)
    var sum = BoundaryScore(tolerance: 0)
    sum += known
    #expect(sum == known)
    sum += unknown
    #expect(sum.range == nil && sum.found == 2)
  }
}

@Suite struct `Measures of boundaries` {
  @Test func `the mean overlap is that of the transitions found by transitions`() throws {
    let truth = BoundaryTruth(cuts: [cut(5)], transitions: [fade(20...29), fade(40...49), fade(60...69), fade(80...89)])
    let said = [
      found(20...29), found(45...54), Detection(frame: 65, kind: .cut), Detection(frame: 5, kind: .cut), found(200...210),
    ]
    let score = score(said, truth)
    #expect(score.overlapCount == 2 && score.kinds["gradual"]?.found == 3)
    let mean = try #require(score.transitionIoU)
    #expect(abs(mean - 2.0 / 3) < 1e-12, "1 and a third")
    #expect(Self.nothingFound.transitionIoU == nil)
  }

  private static let nothingFound = score([], BoundaryTruth(cuts: [], transitions: [fade(20...29)]))

  @Test func `jumps are found or not, told or not, and so are cuts`() {
    let truth = BoundaryTruth(cuts: [cut(10), cut(20, "jump"), cut(30, "jump"), cut(40), cut(50, "jump")])
    let said = [
      Detection(frame: 10, kind: .jump), Detection(frame: 20, kind: .jump), Detection(frame: 30, kind: .cut),
      Detection(frame: 40, kind: .cut), Detection(frame: 70, kind: .jump),
    ]
    let score = score(said, truth)
    #expect(score.jumps.count == 3 && score.jumps.found == 2 && score.cutsFound == 4)
    #expect(score.jumpsTold?.ofJumps == 1 && score.jumpsTold?.ofCuts == 1)
    var report = BoundaryReport(tolerances: [0])
    report.add("a.mp4", BoundaryDetections(said), against: truth)
    #expect(report.table().contains("told as jumps: 1 of 2 jumps found, 1 of 2 other cuts found\n"))
    #expect(
      report.json().compact().contains(
        #""jumps":{"count":3,"found":2,"told_as_jump":1,"cuts_found":2,"cuts_told_as_jump":1}"#))
  }

  @Test func `misses are told apart by the shorter shot beside them`() {
    // Shots of 5, 6, 12, 13, then a transition, 25, 26, 50 and 51 frames.
    let truth = BoundaryTruth(
      cuts: [5, 11, 23, 71, 97, 147].map { cut($0) }, transitions: [fade(36...45)], frameCount: 198)
    let score = score([5, 23, 40, 147].map { Detection(frame: $0, kind: .cut) }, truth)
    #expect(score.shots.map(\.count) == [1, 2, 2, 2, 0], "5; 6, 12; 13, 25; 26, 50")
    #expect(score.shots.map(\.found) == [1, 1, 1, 1, 0])

    let open = BoundaryTruth(cuts: [cut(60)])
    #expect(shots(open, frames: nil) == [0, 0, 0, 0, 1], "where the video ends is not known")
    #expect(shots(open, frames: 63) == [1, 0, 0, 0, 0], "the tool knows where")
    let touching = BoundaryTruth(cuts: [], transitions: [fade(60...69), fade(70...79)], frameCount: 200)
    #expect(shots(touching, frames: nil) == [2, 0, 0, 0, 0], "no frame between them")
  }

  private func shots(_ truth: BoundaryTruth, frames: Int?) -> [Int] {
    BoundaryScore(BoundaryDetections([], frameCount: frames), against: truth, tolerance: 0).shots.map(\.count)
  }

  @Test func `false alarms count per frame of the clips whose frames are counted`() {
    var report = BoundaryReport(tolerances: [0, 2])
    report.add("a.mp4", BoundaryDetections(frames: [10, 32]), against: BoundaryTruth(cuts: [cut(10), cut(30)], frameCount: 400))
    report.add("b.mp4", BoundaryDetections(frames: [7]), against: BoundaryTruth(cuts: [cut(20)]))
    report.add("still.mp4", BoundaryDetections([], frameCount: 100), against: BoundaryTruth(cuts: []))
    let rates = report.alarmRates()
    #expect(rates.map(\.frames) == [500, 500] && rates.map(\.clips) == [2, 2])
    #expect(rates.map(\.perThousandFrames) == [2, 0])
    #expect(report.table().contains("false alarms per 1,000 frames: 0.000 (0 in 500; clips 2 of 3)\n"))
    #expect(
      report.json().compact().contains(
        #""false_alarm_rates":[{"tolerance":0,"clips":2,"frames":500,"false":1,"per_1000_frames":2.0}"#))
    #expect(BoundaryReport(tolerances: [0]).alarmRates()[0].perThousandFrames == nil)
  }
}

@Suite struct `TransNetV2's protocol` {
  private func tally(_ said: [Detection], _ truth: BoundaryTruth, _ tolerance: Int) -> [Int] {
    let tally = BoundaryTally(transNetV2: BoundaryDetections(said), against: truth, tolerance: tolerance)
    return [tally.found, tally.falseAlarms, tally.missed]
  }

  @Test(arguments: 0...3) func `finds a cut as many frames away as are tolerated`(tolerance: Int) {
    for frame in [10 - tolerance, 10 + tolerance] {
      #expect(tally([Detection(frame: frame, kind: .unstated)], BoundaryTruth(cuts: [cut(10)]), tolerance) == [1, 0, 0])
    }
    for frame in [10 - tolerance - 1, 10 + tolerance + 1] {
      #expect(tally([Detection(frame: frame, kind: .cut)], BoundaryTruth(cuts: [cut(10)]), tolerance) == [0, 1, 1])
    }
  }

  @Test func `finds a transition that is touched, however little`() {
    let truth = BoundaryTruth(cuts: [], transitions: [fade(20...29)])
    #expect(tally([found(29...60)], truth, 0) == [1, 0, 0])
    #expect(tally([found(30...60)], truth, 0) == [1, 0, 0], "the time between frames 29 and 30 is of both")
    #expect(tally([found(31...60)], truth, 0) == [0, 1, 1])
    #expect(tally([Detection(frame: 20, kind: .cut)], truth, 0) == [1, 0, 0])
    #expect(tally([Detection(frame: 31, kind: .cut)], truth, 0) == [0, 1, 1])
  }

  @Test func `goes through both lists once, in order`() {
    let truth = BoundaryTruth(cuts: [cut(10), cut(13)], ambiguous: [40...40])
    #expect(tally([8, 10, 13].map { Detection(frame: $0, kind: .cut) }, truth, 2) == [2, 1, 0])
    #expect(tally([8, 13].map { Detection(frame: $0, kind: .cut) }, truth, 2) == [2, 0, 0])
    #expect(tally([10, 40].map { Detection(frame: $0, kind: .cut) }, truth, 2) == [1, 1, 1], "ambiguous or not")
  }

  @Test func `is told of all clips, those without boundaries too`() {
    var report = BoundaryReport(tolerances: [2])
    report.add("a.mp4", BoundaryDetections(frames: [10]), against: BoundaryTruth(cuts: [cut(10)]))
    report.add("still.mp4", BoundaryDetections(frames: [7]), against: BoundaryTruth(cuts: []))
    #expect(report.table().contains("TransNetV2's evaluate_scenes, all clips, tolerance 2: F1 .667, P .500, R 1.000\n"))
    #expect(
      report.json().compact().hasSuffix(
        #""transnetv2":[{"tolerance":2,"f1":0.6666666666666666,"precision":0.5,"recall":1.0,"found":1,"false":1,"missed":0}]}"#))
  }

  /// The 200 test videos of SHOT with AutoShot's output. Its authors state the figures of the
  /// protocol; those of one-to-one matching, of the shots' first frames, were worked out apart from
  /// this package.
  @Test(.enabled(if: footage("autoshot.json") != nil, "no footage here"))
  func `gives AutoShot the known figures`() throws {
    struct Video: Decodable {
      let frames: Int
      let truth: [[Int]]
      let detected: [[Int]]
    }
    struct Document: Decodable { let videos: [String: Video] }
    let path = try #require(footage("autoshot.json"))
    let document = try JSONDecoder().decode(Document.self, from: Data(FileSystem.read(path)))
    #expect(document.videos.count == 200)

    var ranged = BoundaryReport(tolerances: [2])
    var starts = BoundaryReport(tolerances: [2])
    for (name, video) in document.videos {
      func lines(_ shots: [[Int]]) -> [UInt8] { Array(shots.map { "\($0[0]) \($0[1])\n" }.joined().utf8) }
      let truth = try #require(BoundaryTruth.labels(lines(video.truth)).first).truth
      ranged.add(name, try BoundaryDetections(lines(video.detected), format: .transNetV2), against: truth)
      starts.add(name, BoundaryDetections(frames: video.detected.map { $0[0] }), against: truth)
    }
    let tally = ranged.transNetV2()[0]
    #expect([tally.f1, tally.precision, tally.recall].map { fixed($0, digits: 4) } == ["0.8405", "0.8473", "0.8339"])

    var oneToOne = starts.total()[0]
    oneToOne += starts.total(negative: true)[0]
    #expect(fixed(oneToOne.f1, digits: 3) == "0.838")
  }
}
