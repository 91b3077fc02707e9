internal import FoundationEssentials
internal import KeepframeSystem
internal import SystemPackage

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

  static func path(for model: FilePath) -> FilePath {
    model.removingLastComponent().appending("\(model.stem ?? "").keepframe.json")
  }

  static func read(for model: FilePath) throws(FeatureError) -> Sidecar {
    let path = path(for: model)
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: 1 << 16)
    } catch .noSuchFileOrDirectory {
      let example = #"{"width": 224, "height": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}"#
      let name = path.lastComponent?.string ?? ""
      throw .modelMissing(model: model, problem: "no sidecar \(name)", remedy: "write one such as \(example)")
    } catch {
      throw .modelMissing(model: path, problem: "cannot be read: \(error)", remedy: nil)
    }
    do {
      return try parse(bytes)
    } catch {
      throw .modelMismatch(model: path, problem: error.description, remedy: nil)
    }
  }

  static func parse(_ bytes: [UInt8]) throws(Problem) -> Sidecar {
    do {
      return try JSONDecoder().decode(Sidecar.self, from: Data(bytes))
    } catch let problem as Problem {
      throw problem
    } catch let error as DecodingError {
      throw Problem(error)
    } catch {
      throw Problem(description: "\(error)")
    }
  }

  struct Problem: Error, CustomStringConvertible {
    let description: String
  }
}

extension Sidecar: Decodable {
  private enum Key: String, CodingKey, CaseIterable {
    case width, height, mean, std, scale, layout, channels, pooling, input, output
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys where Key(rawValue: key.stringValue) == nil {
      let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(description: "unknown key `\(oneLine(key.stringValue, limit: 40))`; known are \(known)")
    }
    let values = try decoder.container(keyedBy: Key.self)
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

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ values: KeyedDecodingContainer<Key>, _ key: Key
  ) throws -> Choice? {
    guard let text = try values.decodeIfPresent(String.self, forKey: key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let allowed = Choice.allCases.map(\.rawValue).joined(separator: " or ")
    throw Problem(description: "\(key.rawValue): expected \(allowed), got `\(oneLine(text, limit: 40))`")
  }

  private func check() throws(Problem) {
    for (name, value) in [("width", width), ("height", height)] where !(1...4096).contains(value) {
      throw Problem(description: "\(name): expected 1 to 4096 pixels, got \(value)")
    }
    for (name, values) in [("mean", mean), ("std", std)] where values.count != 3 || !values.allSatisfy(\.isFinite) {
      throw Problem(description: "\(name): expected three numbers, one each for R, G and B, got \(values)")
    }
    guard std.allSatisfy({ $0 > 0 }) else { throw Problem(description: "std: expected numbers above 0, got \(std)") }
    guard scale.isFinite, scale > 0 else { throw Problem(description: "scale: expected a number above 0, got \(scale)") }
  }
}

extension Sidecar.Problem {
  /// Turns the decoder's errors into our words.
  fileprivate init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, _):
      description = "`\(key.stringValue)` is missing; width, height, mean and std must be given"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let place = context.codingPath.first?.stringValue ?? "the file"
      description = "\(place): \(oneLine(context.debugDescription, limit: 120))"
    case .dataCorrupted(let context):
      description = "not JSON: \(oneLine(context.debugDescription, limit: 120))"
    @unknown default:
      description = oneLine("\(error)", limit: 120)
    }
  }
}
