import KeepframeBoundaries
import KeepframeEvaluation
import Testing

private func cut(_ frame: Int) -> BoundaryTruth.Span { .init(kind: "cut", frames: frame...frame) }
private func fade(_ frames: ClosedRange<Int>) -> BoundaryTruth.Span { .init(kind: "gradual", frames: frames) }
private func score(_ frames: [Int], _ truth: BoundaryTruth, _ tolerance: Int) -> BoundaryScore {
  BoundaryScore(BoundaryDetections(frames: frames), against: truth, tolerance: tolerance)
}

@Suite struct `Boundary score` {
  @Test func `a cut is found within the tolerance, once`() {
    let truth = BoundaryTruth(cuts: [cut(10), cut(50)])
    for (tolerance, found) in [(0, 1), (1, 1), (2, 2)] {
      let score = score([10, 48], truth, tolerance)
      #expect(score.found == found && score.falseAlarms == 2 - found && score.missed == 2 - found, "at tolerance \(tolerance)")
    }
    let twice = score([9, 11], truth, 2)
    #expect(twice.found == 1 && twice.falseAlarms == 1 && twice.missed == 1)
    #expect(twice.meanOffset == 1 && twice.exactShare == 0)
  }

  @Test func `the nearest detection finds a cut, and leaves the other to the next cut`() {
    let score = score([10, 12], BoundaryTruth(cuts: [cut(10), cut(13)]), 2)
    #expect(score.found == 2 && score.meanOffset == 0.5 && score.exactShare == 0.5)
  }

  @Test func `a transition is found by one detection inside it, a second is false`() {
    let truth = BoundaryTruth(cuts: [], transitions: [fade(20...30)])
    #expect(score([20], truth, 0).found == 1 && score([30], truth, 0).found == 1)
    #expect(score([31], truth, 0).found == 0 && score([31], truth, 1).found == 1)
    let two = score([22, 28], truth, 0)
    #expect(two.found == 1 && two.falseAlarms == 1)
    #expect(two.meanOffset == nil, "only cuts have an offset")
  }

  @Test func `a detection on a cut beside a transition finds the cut`() {
    let truth = BoundaryTruth(cuts: [cut(32)], transitions: [fade(20...31)])
    #expect(score([25, 32], truth, 2).found == 2)
    #expect(score([32], truth, 2).kinds["cut"]?.found == 1)
  }

  @Test func `ambiguous frames count neither way`() {
    let truth = BoundaryTruth(cuts: [cut(10)], ambiguous: [40...40])
    #expect(score([10, 42], truth, 0).falseAlarms == 0)
    #expect(score([10, 43], truth, 0).falseAlarms == 1)
    #expect(score([10], truth, 0).missed == 0)
  }

  @Test func `false alarms on negatives are told apart by kind`() {
    let flash = BoundaryTruth.Span(kind: "flash", frames: 60...62)
    let pan = BoundaryTruth.Span(kind: "pan", frames: 80...90)
    let score = score([10, 61, 62, 99], BoundaryTruth(cuts: [cut(10)], negatives: [flash, pan]), 1)
    #expect(score.falseAlarms == 3)
    #expect(score.negatives["flash"]?.found == 1, "a negative is taken for a boundary or not, however often")
    #expect(score.negatives["pan"]?.found == 0 && score.negatives["pan"]?.count == 1)
  }

  @Test func `precision, recall and F1 are those of the counts`() {
    let score = score([10, 20, 30, 77], BoundaryTruth(cuts: [10, 20, 30, 40, 50].map(cut)), 0)
    #expect(score.precision == 0.75 && score.recall == 0.6)
    #expect(abs(score.f1 - 2 / 3) < 1e-12)
    #expect(BoundaryScore(tolerance: 0).f1 == 1, "nothing there, nothing said")
  }

  @Test func `scores of clips add up, clips without boundaries apart`() {
    var report = BoundaryReport(tolerances: [2, 0])
    report.add("a.mp4", BoundaryDetections(frames: [10, 31]), against: BoundaryTruth(cuts: [cut(10), cut(30)]))
    report.add("b.mp4", BoundaryDetections(frames: [5]), against: BoundaryTruth(cuts: [cut(5)], transitions: [fade(8...9)]))
    report.add("still.mp4", BoundaryDetections(frames: [7]), against: BoundaryTruth(cuts: [], frameCount: 100))
    #expect(report.total().map(\.found) == [2, 3] && report.total().map(\.falseAlarms) == [1, 0])
    #expect(report.total(negative: true).map(\.falseAlarms) == [1, 1])
    #expect(
      report.table() == """
        clip   truth  F1@0   F1@2      P      R  found  false  missed  offset  exact  range  IoU
        a.mp4      2  .500  1.000  1.000  1.000      2      0       0    0.50   .500      -    -
        b.mp4      2  .667   .667  1.000   .500      1      0       1    0.00  1.000      -    -
        all        4  .571   .857  1.000   .750      3      0       1    0.33   .667      -    -

        cut: 3 of 3 found, recall 1.000
        gradual: 0 of 1 found, recall .000
        missed, by frames of the shorter shot beside: 1-5: 1 of 2, 6-12: 0 of 1, 13-25: 0 of 1
        1 clips without boundaries (100 frames): 1 false alarms
          still.mp4: 1
        false alarms per 1,000 frames: 10.000 (1 in 100; clips 1 of 3)
        TransNetV2's evaluate_scenes, all clips, tolerance 2: F1 .750, P .750, R .750

        """)
    #expect(report.json().compact().hasPrefix("{\"schema\":\"keepframe.eval-boundaries/1\",\"clips\":[{\"clip\":\"a.mp4\""))
  }
}

@Suite struct `Boundary files` {
  private func frames(_ text: String, _ format: BoundaryDetections.Format = .auto, fps: Double? = nil) throws -> [Int] {
    try BoundaryDetections(Array(text.utf8), format: format, framesPerSecond: fps).frames
  }

  @Test func `PySceneDetect's CSV, with and without its list of cuts`() throws {
    let body = "Scene Number,Start Frame,Start Timecode\n1,1,00:00:00.000\n2,31,00:00:01.200\n3,77,00:00:03.040\n"
    #expect(try frames("Timecode List:,00:00:01.200,00:00:03.040\n" + body) == [30, 76])
    #expect(try frames("\n" + body) == [30, 76])
    #expect(throws: BoundaryFileError.self) { try frames("Start Frame\nx\n") }
  }

  @Test func `TransNetV2's scenes, a transition by its middle`() throws {
    #expect(try frames("0 29\n30 75\n86 99\n") == [30, 81])
    #expect(try frames("0 99\n") == [])
  }

  @Test func `ffmpeg's scdet, as metadata and as a log`() throws {
    let metadata = """
      frame:0    pts:0       pts_time:0
      lavfi.scd.mafd=0.000
      lavfi.scd.score=0.000
      frame:52   pts:2167    pts_time:2.167
      lavfi.scd.mafd=20.1
      lavfi.scd.score=19.8
      lavfi.scd.time=2.167
      frame:53   pts:2208    pts_time:2.208
      lavfi.scd.score=0.3

      """
    #expect(try frames(metadata) == [52])
    let log = "[scdet @ 0x55] lavfi.scd.score: 19.800, lavfi.scd.time: 2.167\n"
    #expect(try frames(log, fps: 24) == [52])
    #expect(throws: BoundaryFileError.self) { try frames(log) }
    #expect(try frames("", .scdet) == [], "no scene change was found")
  }

  @Test func `JSON of several shapes`() throws {
    #expect(try frames("{\"scenes\": [{\"start_frame\": 0}, {\"start_frame\": 12}]}") == [12])
    #expect(try frames("[12, 5]") == [5, 12])
    #expect(try frames("[{\"frame\": 12, \"score\": 0.5}]") == [12])
    #expect(throws: BoundaryFileError.self) { try frames("{}") }
    #expect(throws: BoundaryFileError.self) { try frames("who knows\n") }
  }

  @Test func `truth with and without kinds`() throws {
    let text = """
      {"fps": 25.0, "frames": 100, "cuts": [10, {"frame": 20, "kind": "jump"}], "gradual": [[30, 40], [50, 60, "wipe"]],
       "ambiguous": [70, [72, 74]], "negatives": [{"first": 80, "last": 82, "kind": "flash"}], "note": "and more"}
      """
    let truth = try BoundaryTruth(json: Array(text.utf8))
    #expect(truth.cuts == [cut(10), .init(kind: "jump", frames: 20...20)])
    #expect(truth.transitions == [fade(30...40), .init(kind: "wipe", frames: 50...60)])
    #expect(truth.ambiguous == [70...70, 72...74] && truth.negatives == [.init(kind: "flash", frames: 80...82)])
    #expect(truth.frameCount == 100 && truth.framesPerSecond == 25)
    #expect(throws: BoundaryFileError.self) { try BoundaryTruth(json: Array("{\"cuts\": [[9, 3]]}".utf8)) }
  }
}
