import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeFeatures

@Suite struct `A model's sidecar` {
  private static let least = #""width": 8, "height": 6, "mean": [0, 0.5, 1], "std": [1, 0.5, 0.25]"#

  private func problem(_ text: String) -> String {
    do {
      _ = try Sidecar.parse(Array(text.utf8))
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test func `needs size, mean and std, and has defaults for the rest`() throws {
    let sidecar = try Sidecar.parse(Array("{\(Self.least)}".utf8))
    #expect(sidecar == Sidecar(width: 8, height: 6, mean: [0, 0.5, 1], std: [1, 0.5, 0.25]))
    #expect(sidecar.scale == Float(1) / 255)
    #expect(sidecar.layout == .nchw)
    #expect(sidecar.channels == .rgb)
    #expect(sidecar.pooling == .none)
  }

  @Test func `can say everything`() throws {
    let rest = #""scale": 1, "layout": "NHWC", "channels": "BGR", "pooling": "cls", "input": "x", "output": "y""#
    let all = "{\(Self.least), \(rest)}"
    let expected = Sidecar(
      width: 8, height: 6, mean: [0, 0.5, 1], std: [1, 0.5, 0.25], scale: 1, layout: .nhwc, channels: .bgr, pooling: .cls,
      input: "x", output: "y")
    #expect(try Sidecar.parse(Array(all.utf8)) == expected)
  }

  @Test(arguments: [
    (
      "{\(least), \"pool\": \"cls\"}",
      "unknown key `pool`; known are width, height, mean, std, scale, layout, channels, pooling, input, output"
    ),
    ("{\"width\": 8}", "`height` is missing; width, height, mean and std must be given"),
    ("{\(least), \"layout\": \"NCWH\"}", "layout: expected NCHW or NHWC, got `NCWH`"),
    ("{\(least), \"pooling\": \"max\"}", "pooling: expected none or mean or cls, got `max`"),
    (#"{"width": 0, "height": 6, "mean": [0, 0, 0], "std": [1, 1, 1]}"#, "width: expected 1 to 4096 pixels, got 0"),
    (#"{"width": 8, "height": 99999, "mean": [0, 0, 0], "std": [1, 1, 1]}"#, "height: expected 1 to 4096 pixels, got 99999"),
    (
      #"{"width": 8, "height": 6, "mean": [0, 0], "std": [1, 1, 1]}"#,
      "mean: expected three numbers, one each for R, G and B, got [0.0, 0.0]"
    ),
    (#"{"width": 8, "height": 6, "mean": [0, 0, 0], "std": [1, 0, 1]}"#, "std: expected numbers above 0, got [1.0, 0.0, 1.0]"),
    ("{\(least), \"scale\": -1}", "scale: expected a number above 0, got -1.0"),
  ])
  func `says what is wrong with it`(text: String, expected: String) {
    #expect(problem(text) == expected)
  }

  @Test(arguments: [
    "", "{", "[]", "null", #"{"width": "8", "height": 6, "mean": [0,0,0], "std": [1,1,1]}"#, "\u{0}\u{1b}[2J",
  ])
  func `is refused in one line if it is not such JSON`(text: String) {
    let problem = problem(text)
    #expect(problem != "accepted")
    #expect(!problem.contains("\n") && !problem.contains("\u{1b}"))
  }

  @Test func `lies beside its model`() {
    #expect(Sidecar.path(for: "/models/clip.vit.onnx") == "/models/clip.vit.keepframe.json")
    #expect(Sidecar.path(for: "clip.xml") == "clip.keepframe.json")
  }

  @Test func `is asked for where there is none`() throws {
    let folder = Folder()
    let model = folder.path.appending("clip.onnx")
    let error = try #require(throws: FeatureError.self) { try Sidecar.read(for: model) }
    #expect(error.isMissingComponent)
    #expect(
      error.description == """
        \(model): no sidecar clip.keepframe.json; write one such as \
        {"width": 224, "height": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
        """)
  }
}
