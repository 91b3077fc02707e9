import KeepframeSystem
import Testing

@testable import KeepframeFeatures

@Suite struct `A text model's sidecar` {
  private static let least = #""backbone": "clip.onnx", "length": 77"#

  @Test func `needs backbone and length, and has defaults for the rest`() throws {
    #expect(try TextSidecar.parse(Array("{\(Self.least)}".utf8)) == TextSidecar(backbone: "clip.onnx", length: 77))
  }

  @Test func `can say everything`() throws {
    let rest = #"""
      "tokenizer": "words.json", "pad": 1, "lowercase": true, "prompt": "a photo of {}", "input": "x", "output": "y",
      "pooling": "mean"
      """#
    let expected = TextSidecar(
      backbone: "clip.onnx", tokenizer: "words.json", length: 77, pad: 1, lowercase: true, prompt: "a photo of {}",
      input: "x", output: "y", pooling: .mean)
    #expect(try TextSidecar.parse(Array("{\(Self.least), \(rest)}".utf8)) == expected)
  }

  @Test(arguments: [
    (
      "{\(least), \"width\": 8}",
      "unknown key `width`; known are backbone, tokenizer, length, pad, lowercase, prompt, input, output, pooling"
    ),
    (#"{"length": 77}"#, "`backbone` is missing; backbone and length must be given"),
    (#"{"backbone": "clip.onnx"}"#, "`length` is missing; backbone and length must be given"),
    (#"{"backbone": "../clip.onnx", "length": 7}"#, "backbone: expected the name of a file, without folders"),
    ("{\(least), \"tokenizer\": \"/etc/x.json\"}", "tokenizer: expected the name of a file, without folders"),
    ("{\(least), \"tokenizer\": \"..\"}", "tokenizer: expected the name of a file, without folders"),
    ("{\(least), \"tokenizer\": \"\"}", "tokenizer: expected the name of a file, without folders"),
    (#"{"backbone": "clip.onnx", "length": 0}"#, "length: expected 1 to 4096 tokens, got 0"),
    (#"{"backbone": "clip.onnx", "length": 4097}"#, "length: expected 1 to 4096 tokens, got 4097"),
    ("{\(least), \"pad\": -1}", "pad: expected an id from 0 to 4194303, got -1"),
    ("{\(least), \"prompt\": \"a photo\"}", "prompt: expected a short text with {} once, where the words go"),
    ("{\(least), \"prompt\": \"{} {}\"}", "prompt: expected a short text with {} once, where the words go"),
    ("{\(least), \"pooling\": \"max\"}", "pooling: expected none or mean or cls, got `max`"),
  ])
  func `says what is wrong with it`(text: String, expected: String) {
    let error = #expect(throws: FileProblem.self) { _ = try TextSidecar.parse(Array(text.utf8)) }
    #expect(error?.description == expected)
  }
}
