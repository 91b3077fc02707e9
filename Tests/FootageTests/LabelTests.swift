import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFootage

@Suite struct `A file of labels` {
  private func file(_ text: String) throws -> LabelFile { try LabelFile(Array(text.utf8), from: "labels") }

  @Test func `says of a moment or a span what is to be seen, as JSON or as CSV`() throws {
    let json = """
      {"video": "a.mp4", "start_s": 0, "end_s": 2.5, "labels": ["people", "face"], "by": "me"}

      {"video": "b/c.mp4", "t": "01:02.5", "labels": []}
      """
    let csv = """
      labels,video,t,start_s,end_s\r
      people; face,a.mp4,,0,0:02.5\r
      \r
      ,"b/c.mp4",62.5,,\r
      """
    let expected = [
      MomentLabel(video: "a.mp4", place: .span(0..<2.5), word: .names(["people", "face"]), line: 1),
      MomentLabel(video: "b/c.mp4", place: .moment(62.5), word: .names([]), line: 3),
    ]
    #expect(try file(json).labels == expected)
    #expect(try file("\u{FEFF}" + json).labels == expected)
    let lines = try file(csv).labels
    #expect(lines.map(\.video) == expected.map(\.video) && lines.map(\.place) == expected.map(\.place))
    #expect(lines.map(\.word) == expected.map(\.word) && lines.map(\.line) == [2, 4])
  }

  @Test func `or how much it is wanted`() throws {
    let json = """
      {"video": "a.mp4", "t": 1, "mark": "keep"}
      {"video": "a.mp4", "t": 2, "mark": "skip"}
      {"video": "a.mp4", "t": 3, "weight": 0.25}
      """
    let csv = "video,t,mark,weight\na.mp4,1,keep,\na.mp4,2,skip,\n\"a.mp4\",3,,0.25\n"
    for text in [json, csv] { #expect(try file(text).labels.map(\.word) == [.weight(1), .weight(0), .weight(0.25)]) }
  }

  @Test func `takes a quote that stands twice for one, and a comma between quotes for no border`() throws {
    #expect(try file("video,t,mark\n\"a \"\"b\"\", c.mp4\",1,keep\n").labels.map(\.video) == ["a \"b\", c.mp4"])
  }

  static let bad: [(text: String, line: Int, problem: String)] = [
    ("{\"video\": \"a\", \"t\": 1, \"mark\": \"keep\"}\n{\"video\": \"a\"", 2, "is no JSON object"),
    ("{\"video\": 5, \"t\": 1, \"mark\": \"keep\"}", 1, "video is not what it should be"),
    ("{\"t\": 1, \"mark\": \"keep\"}", 1, "names no video"),
    ("{\"video\": \"a\", \"mark\": \"keep\"}", 1, "expected a time t, or start_s and end_s"),
    ("{\"video\": \"a\", \"t\": 1, \"end_s\": 2, \"mark\": \"keep\"}", 1, "expected a time t, or start_s and end_s"),
    ("{\"video\": \"a\", \"t\": -1, \"mark\": \"keep\"}", 1, "expected a time from 0 on, got -1.0"),
    ("{\"video\": \"a\", \"t\": \"1:75\", \"mark\": \"keep\"}", 1, "expected seconds, MM:SS.nnn or HH:MM:SS.nnn, got 1:75"),
    ("{\"video\": \"a\", \"start_s\": 3, \"end_s\": 3, \"mark\": \"keep\"}", 1, "ends at 3.0 s, not after its start at 3.0 s"),
    ("{\"video\": \"a\", \"t\": 1, \"mark\": \"drop\"}", 1, "expected keep or skip, got drop"),
    ("{\"video\": \"a\", \"t\": 1, \"weight\": 1.5}", 1, "expected a weight of 0 to 1, got 1.5"),
    ("{\"video\": \"a\", \"t\": 1}", 1, "expected one of mark, weight and labels"),
    ("{\"video\": \"a\", \"t\": 1, \"mark\": \"keep\", \"labels\": []}", 1, "expected one of mark, weight and labels"),
    ("{\"video\": \"a\", \"t\": 1, \"labels\": [\"\"]}", 1, "holds a label without a name"),
    (
      "{\"video\": \"a\", \"t\": 1, \"labels\": []}\n{\"video\": \"a\", \"t\": 1, \"mark\": \"keep\"}", 2,
      "expected labels as in the lines before"
    ),
    ("a.mp4,1,keep\n", 1, "expected a JSON object, or a header with video, t or start_s and end_s, and mark, weight or labels"),
    ("video,t,t,mark\n", 1, "has two columns t"),
    ("video,t,mark\n\na,1\n", 3, "expected 3 fields, got 2"),
    ("video,t,mark\n\"a,1,keep\n", 2, "has a quote that does not close, or text after one"),
    ("video,t,weight\na,1,much\n", 2, "expected a weight of 0 to 1, got much"),
  ]

  @Test(arguments: bad) func `says which line is wrong, and how`(text: String, line: Int, problem: String) throws {
    #expect(throws: LabelError.badLine(file: "labels", line: line, problem: problem)) { try file(text) }
  }

  @Test(arguments: [("", "holds no label"), (" \n\n", "holds no label"), ("video,t,mark\n", "holds no label")])
  func `is refused where it holds nothing`(text: String, problem: String) {
    #expect(throws: LabelError.unusable(file: "labels", problem: problem)) { try file(text) }
  }

  @Test func `is refused where it is no text`() {
    #expect(throws: LabelError.unusable(file: "labels", problem: "is not text")) { try LabelFile([0xFF, 0xFE], from: "labels") }
  }

  /// Where it is there: 325 segments of 89 clips, as its page says.
  @Test(.enabled(if: footageRoot() != nil)) func `of the shared footage is read as it is`() throws {
    let file = try LabelFile(contentsOf: #require(footageRoot()).appending("labels.jsonl"))
    #expect(file.labels.count == 325 && Set(file.labels.map(\.video)).count == 89 && file.isNamed)
    #expect(file.names == ["animal", "empty", "face", "outdoor", "people", "screen", "text", "vehicle"])
  }
}

@Suite struct `Labels of footage` {
  /// Four samples a second, eight seconds each.
  private let clips = ["x/a.mp4", "x/b.mp4", "y/b.mp4"].map { MadeFootage.clip($0, source: "s", shots: [15, 16]) }

  private func labelled(_ lines: [String], wanting names: [String]? = nil) throws -> LabelledFootage {
    let text = lines.map { "{\($0)}" }.joined(separator: "\n").replacing("'", with: "\"")
    return try LabelledFootage(LabelFile(Array(text.utf8), from: "labels"), wanting: names, in: clips)
  }

  /// Where the values of one clip change, as sample and value; -1 stands for nothing said.
  private func runs(_ clip: LabelledFootage.Clip) -> [[Double]] {
    let values = clip.wanted.map { $0 ?? -1 }
    return values.indices.filter { $0 == 0 || values[$0] != values[$0 - 1] }.map { [Double($0), values[$0]] }
  }

  @Test func `belong to the path below the folder, else to the file name that one video alone has`() throws {
    let found = try labelled([
      "'video': 'y/b.mp4', 't': 0, 'mark': 'keep'", "'video': '/elsewhere/a.mp4', 't': 0, 'mark': 'keep'",
      "'video': '/footage/x/b.mp4', 't': 0, 'mark': 'keep'",
    ])
    #expect(found.clips.map(\.clip.name) == ["x/a.mp4", "x/b.mp4", "y/b.mp4"] && found.notes == [])
    let problem = "b.mp4 may be x/b.mp4 or y/b.mp4"
    #expect(throws: LabelError.badLine(file: "labels", line: 1, problem: problem)) {
      try labelled(["'video': 'b.mp4', 't': 0, 'mark': 'keep'"])
    }
  }

  @Test func `of a moment mark the sample on display, those of a span all in it, and the later line counts`() throws {
    let found = try labelled([
      "'video': 'a.mp4', 'start_s': 1, 'end_s': 3, 'mark': 'skip'", "'video': 'a.mp4', 't': 2.3, 'mark': 'keep'",
      "'video': 'a.mp4', 'start_s': 7, 'end_s': 99, 'weight': 0.5",
    ])
    // Of 32 samples a quarter of a second apart: 4 from 1 s, 9 from 2.25 s, 12 from 3 s, 28 from 7
    // s.
    #expect(runs(found.clips[0]) == [[0, -1], [4, 0], [9, 1], [10, 0], [12, -1], [28, 0.5]])
  }

  @Test func `with names add up, any that is wanted counts, and spans leave nothing unsaid`() throws {
    let lines = [
      "'video': 'a.mp4', 'start_s': 1, 'end_s': 3, 'labels': ['face']",
      "'video': 'a.mp4', 'start_s': 2, 'end_s': 4, 'labels': ['text', 'face']",
      "'video': 'a.mp4', 'start_s': 5, 'end_s': 6, 'labels': []", "'video': 'x/b.mp4', 't': 1, 'labels': ['text']",
    ]
    let both = try labelled(lines, wanting: ["face", "text"])
    #expect(runs(both.clips[0]) == [[0, 0], [4, 1], [16, 0]])
    #expect(runs(try labelled(lines, wanting: ["text"]).clips[0]) == [[0, 0], [8, 1], [16, 0]])
    #expect(runs(both.clips[1]) == [[0, -1], [4, 1], [5, -1]], "of moments alone nothing follows for the rest")
  }

  @Test func `of videos that are not there, or after the end, are passed over and told`() throws {
    let found = try labelled([
      "'video': 'a.mp4', 't': 1, 'mark': 'keep'", "'video': 'q.mp4', 't': 1, 'mark': 'keep'",
      "'video': 'r.mp4', 't': 1, 'mark': 'keep'", "'video': 'a.mp4', 'start_s': 8, 'end_s': 9, 'mark': 'skip'",
    ])
    #expect(
      found.notes == [
        "labels, line 2: no video q.mp4 in the footage, nor 1 others that have labels",
        "labels, line 4: after the end of x/a.mp4",
      ])
    #expect(throws: LabelError.noVideo(file: "labels", first: "q.mp4")) {
      try labelled(["'video': 'q.mp4', 't': 1, 'mark': 'keep'"])
    }
  }

  @Test func `are asked for by names that they have, and only if they have names`() throws {
    let named = ["'video': 'a.mp4', 't': 1, 'labels': ['face', 'text']"]
    #expect(throws: LabelError.nothingWanted(file: "labels", names: ["face", "text"])) { try labelled(named) }
    #expect(throws: LabelError.unknownName(file: "labels", name: "faces", names: ["face", "text"])) {
      try labelled(named, wanting: ["faces"])
    }
    #expect(throws: LabelError.notNamed(file: "labels")) {
      try labelled(["'video': 'a.mp4', 't': 1, 'mark': 'keep'"], wanting: ["face"])
    }
  }
}
