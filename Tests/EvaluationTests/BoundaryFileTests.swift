import KeepframeBoundaries
import KeepframeDecoding
import KeepframeEvaluation
import Testing

private func cut(_ frame: Int) -> BoundaryTruth.Span { .init(kind: "cut", frames: frame...frame) }
private func fade(_ frames: ClosedRange<Int>) -> BoundaryTruth.Span { .init(kind: "gradual", frames: frames) }

@Suite struct `Labels of others` {
  private func labels(_ text: String, _ format: BoundaryTruth.Format = .auto) throws -> [BoundaryTruth.Labels] {
    try BoundaryTruth.labels(Array(text.utf8), format: format)
  }

  @Test func `ClipShots names many clips, each with its frames`() throws {
    let text = """
      {"b.mp4": {"transitions": [[0, 1], [40, 55], [11, 12], [55, 56]], "frame_num": 90.0},
       "a.mp4": {"transitions": [], "frame_num": 7}}
      """
    for format in [BoundaryTruth.Format.auto, .clipshots] {
      let labels = try labels(text, format)
      #expect(labels.map(\.clip) == ["a.mp4", "b.mp4"] && labels.allSatisfy { $0.format == .clipshots })
      #expect(labels[0].truth == BoundaryTruth(cuts: [], frameCount: 7) && labels[0].truth.isNegative)
      #expect(labels[1].truth == BoundaryTruth(cuts: [cut(1), cut(12), cut(56)], transitions: [fade(41...54)], frameCount: 90))
    }
  }

  @Test(arguments: ["0\t29\n30\t75\n86\t99\n", "0 29\r\n30 75\r\n\r\n86 99", "  0,29\n30, 75\n86 ,99\n", "0 30\n30 75\n86 99\n"])
  func `shots that follow one another are parted by a cut, others by a transition`(text: String) throws {
    for format in [BoundaryTruth.Format.auto, .shots] {
      let labels = try labels(text, format)
      #expect(labels.map(\.clip) == [nil] && labels[0].format == .shots)
      #expect(labels[0].truth == BoundaryTruth(cuts: [cut(30)], transitions: [fade(76...85)], frameCount: 100))
    }
  }

  @Test func `our own truth is told from them by its content`() throws {
    let labels = try labels("\n{\"cuts\": [5], \"transitions\": {\"transitions\": 1}}", .json)
    #expect(labels.map(\.format) == [.json] && labels[0].truth.cuts == [cut(5)])
    #expect(try self.labels("{\"cuts\": []}").map(\.format) == [.json])
  }

  @Test(
    arguments: [
      ("0 29\n30\n", .noShot(number: 2, line: "30")), ("0 29\n\n30 x\n", .noShot(number: 3, line: "30 x")),
      ("0 29\n28 50\n", .noShot(number: 2, line: "28 50")), ("9 3\n", .noShot(number: 1, line: "9 3")),
      ("0 29\n30 99999999999999\n", .noShot(number: 2, line: "30 99999999999999")),
      ("0 29\n-4 50\n", .noShot(number: 2, line: "-4 50")),
      (#"{"a.mp4": {"transitions": [[9, 3]], "frame_num": 9}}"#, .noTransition(clip: "a.mp4", text: "[9, 3]")),
      (#"{"a.mp4": {"transitions": [[9]], "frame_num": 9}}"#, .noTransition(clip: "a.mp4", text: "[9]")),
      (#"{"a.mp4": {"transitions": [[-1, 3]]}}"#, .noTransition(clip: "a.mp4", text: "[-1, 3]")),
      (#"{"a.mp4": {"transitions": 3, "frame_num": 9}}"#, .noTransitions(clip: "a.mp4")),
      (#"{"a.mp4": {"transitions": [], "frame_num": 9.5}}"#, .noTransitions(clip: "a.mp4")),
      (#"{"a.mp4": {"transitions": []}, "b.mp4": {"frame_num": 9}}"#, .noTransitions(clip: "b.mp4")),
      ("{\"a.mp4\": {\"transitions\": [", .notTruth), ("shots\n", .notTruth), ("", .notTruth), ("[]", .notTruth),
      (#"{"cuts": [9223372036854775807]}"#, .noSuchFrame(Int.max)),
    ] as [(String, BoundaryFileError.Problem)])
  func `say what is wrong with them, and where`(text: String, problem: BoundaryFileError.Problem) {
    #expect(throws: BoundaryFileError(problem)) { try labels(text) }
  }

  @Test func `are no ClipShots if they are called so and are not`() {
    #expect(throws: BoundaryFileError(.notClipShots)) { try labels("0 29\n30 75\n", .clipshots) }
    #expect(throws: BoundaryFileError(.noShot(number: 1, line: "{}"))) { try labels("{}", .shots) }
    #expect(throws: BoundaryFileError(.notTruth)) { try labels("\n", .shots) }
    #expect(throws: BoundaryFileError(.notText)) { try BoundaryTruth.labels([0xFF, 0xFE]) }
  }

  @Test func `move with the frames that another decoder counts before them`() {
    let truth = BoundaryTruth(
      cuts: [cut(1), cut(30)], transitions: [fade(40...49)], ambiguous: [60...60], negatives: [fade(70...71)], frameCount: 99,
      framesPerSecond: 25)
    #expect(
      truth.shifted(by: -1)
        == BoundaryTruth(
          cuts: [cut(29)], transitions: [fade(39...48)], ambiguous: [59...59], negatives: [fade(69...70)], frameCount: 98,
          framesPerSecond: 25))
    #expect(truth.shifted(by: 1).cuts == [cut(2), cut(31)] && truth.shifted(by: 0) == truth)
  }
}

@Suite struct `Kinds of detections` {
  private typealias Detection = BoundaryDetections.Detection

  private func read(_ text: String, _ format: BoundaryDetections.Format = .auto) throws -> BoundaryDetections {
    try BoundaryDetections(Array(text.utf8), format: format)
  }

  @Test func `are in keepframe's JSON`() throws {
    let read = try read(
      """
      {"video": {"frames": 120},
       "scenes": [{"start_frame": 0, "end_frame": 12, "in": {"type": "start"}},
        {"start_frame": 12, "in": {"type": "jump", "score": 1}},
        {"start_frame": 30, "in": {"type": "dissolve"}}, {"start_frame": 60, "in": {"type": "cut"}},
        {"start_frame": 90, "in": {"type": "unknown"}}],
       "transitions": [{"kind": "fade", "start_frame": 25, "end_frame": 35},
        {"kind": "dissolve", "start_frame": 26, "end_frame": 36},
        {"kind": "dissolve", "start_frame": 92, "end_frame": 99}]}
      """)
    #expect(
      read.detections == [
        Detection(frame: 12, kind: .jump), Detection(frame: 30, kind: .transition(26...35)), Detection(frame: 60, kind: .cut),
        Detection(frame: 90, kind: .unstated),
      ])
    #expect(read.statesKinds && read.frameCount == 120)
  }

  @Test func `are in TransNetV2's scenes, as frames between two`() throws {
    let read = try read("0 29\n30 75\n86 99\n")
    #expect(read.detections == [Detection(frame: 30, kind: .cut), Detection(frame: 81, kind: .transition(76...85))])
    #expect(read.statesKinds && read.frameCount == 100)
  }

  @Test(arguments: ["1,Start Frame\n1,1\n2,31\n", "[30]", "[{\"frame\": 30}]", "{\"scenes\": [{\"start_frame\": 30}]}"])
  func `are in no other format`(text: String) throws {
    #expect(try read(text).detections == [Detection(frame: 30, kind: .unstated)])
    #expect(try !read(text).statesKinds)
  }

  @Test func `are those of our own detector`() throws {
    let dissolve = Transition(kind: .dissolve, frames: 26..<36, score: 1)
    let boundaries = [
      Boundary(frame: 12, cause: .jump, score: 1), Boundary(frame: 30, cause: .transition(dissolve), score: 1),
      Boundary(frame: 60, cause: .cut, score: 1),
    ]
    let list = SceneList(
      scenes: [], transitions: [dissolve], boundaries: boundaries, boundaryPTS: [12, 30, 60], timeBase: Rational(1, 25),
      frameRate: nil, frameCount: 90, startPTS: 0)
    let found = BoundaryDetections(list)
    #expect(found.detections.map(\.kind) == [.jump, .transition(26...35), .cut] && found.frames == [12, 30, 60])
    #expect(found.statesKinds && found.frameCount == 90)
  }

  @Test func `come with no frame that no video has`() {
    #expect(throws: BoundaryFileError(.noSuchFrame(Int.max))) { try read("[9223372036854775807]") }
  }
}
