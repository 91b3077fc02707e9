internal import KeepframeSystem

/// What a model's file does not say: how pixels become its input, and what to read from its output.
///
/// A JSON file beside the model, `clip.keepframe.json` for `clip.onnx`:
///
/// ```json
/// {"width": 224, "height": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
/// ```
///
/// Channel *c* of the input is `(byte * scale - mean[c]) / std[c]`. Mean and std are in R G B order
/// whatever `channels` says. Size, mean and std must be given: a wrong guess would quietly make
/// embeddings worse. Unknown keys are errors.
struct Sidecar: Hashable, Sendable {
  enum Layout: String, CaseIterable { case nchw = "NCHW", nhwc = "NHWC" }
  enum Channels: String, CaseIterable { case rgb = "RGB", bgr = "BGR" }
  /// How the output becomes one vector: it already is one (`none`), the mean over tokens or
  /// positions (`mean`), or the first token (`cls`).
  enum Pooling: String, CaseIterable { case none, mean, cls }

  var width: Int
  var height: Int
  var mean: [Float]
  var std: [Float]
  var scale: Float = 1 / 255
  var layout = Layout.nchw
  var channels = Channels.rgb
  var pooling = Pooling.none
  /// Names of the model's input and output; needed only if it has several.
  var input: String?
  var output: String?
}

extension Sidecar: SidecarFile {
  enum Key: String, CodingKey, CaseIterable {
    case width, height, mean, std, scale, layout, channels, pooling, input, output
  }

  static let example = #"{"width": 224, "height": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}"#
  static let required = "width, height, mean and std"

  init(from decoder: any Decoder) throws {
    let values = try Self.values(decoder)
    width = try values.decode(Int.self, forKey: .width)
    height = try values.decode(Int.self, forKey: .height)
    mean = try values.decode([Float].self, forKey: .mean)
    std = try values.decode([Float].self, forKey: .std)
    scale = try values.decodeIfPresent(Float.self, forKey: .scale) ?? scale
    layout = try Self.choice(values, .layout) ?? layout
    channels = try Self.choice(values, .channels) ?? channels
    pooling = try Self.choice(values, .pooling) ?? pooling
    input = try values.decodeIfPresent(String.self, forKey: .input)
    output = try values.decodeIfPresent(String.self, forKey: .output)
    try check()
  }

  private func check() throws(FileProblem) {
    for (name, value) in [("width", width), ("height", height)] where !(1...4096).contains(value) {
      throw FileProblem("\(name): expected 1 to 4096 pixels, got \(value)")
    }
    for (name, values) in [("mean", mean), ("std", std)] where values.count != 3 || !values.allSatisfy(\.isFinite) {
      throw FileProblem("\(name): expected three numbers, one each for R, G and B, got \(values)")
    }
    guard std.allSatisfy({ $0 > 0 }) else { throw FileProblem("std: expected numbers above 0, got \(std)") }
    guard scale.isFinite, scale > 0 else { throw FileProblem("scale: expected a number above 0, got \(scale)") }
  }
}
