internal import Features
public import SystemPackage
public import Tensors

/// The file: safetensors, F32. Metadata: `format`, `backbone`, `dimension`. Tensors: `hidden` [H, F], `hidden_bias` [H], `output` [O, H] and
/// `output_bias` [O] of each network, after its name: `live.`, `ahead.`, `live_clarity.`, `ahead_clarity.`; and, where it was trained,
/// `match.weight` [D, d], `match.bias` [d] and `match.calibration` [2], slope and offset.
extension GateWeights {
  /// Goes up whenever an older reader would misread a newer file.
  static let format = "keepframe-gate-1"

  /// Reads weights that ``save(to:metadata:)`` or `keepframe train gate` wrote.
  ///
  /// - Throws: ``GateWeightsError`` if the file is damaged, of another version, or holds tensors of other shapes.
  public init(contentsOf path: FilePath) throws(GateWeightsError) {
    let file: SafetensorsFile
    do throws(TensorError) { file = try SafetensorsFile(contentsOf: path) } catch { throw .file(error) }
    try self.init(file, name: path.string)
  }

  /// - Parameter name: what an error calls the file.
  init(_ file: SafetensorsFile, name: String) throws(GateWeightsError) {
    guard file.metadata["format"] == Self.format, let backbone = file.metadata["backbone"],
      let dimension = file.metadata["dimension"].flatMap({ Int($0) })
    else { throw .wrongFormat(name: name, expected: Self.format, got: file.metadata["format"]) }
    self.init(backbone: backbone, dimension: dimension)
    for (prefix, path) in Self.parts { self[keyPath: path] = try GateNetwork(file, prefix, like: self[keyPath: path], name) }
    guard let width = file["match.weight"]?.shape.last else { return }
    let weight = try file.floats("match.weight", [dimension, width], name)
    let calibration = try file.floats("match.calibration", [2], name)
    match = MatchFunction(
      projection: Projection(
        weight: Matrix(rows: dimension, columns: width, values: weight), bias: try file.floats("match.bias", [width], name)),
      slope: calibration[0], offset: calibration[1])
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Parameter metadata: what they were made by, beside what the format needs.
  /// - Throws: ``GateWeightsError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath, metadata: [String: String] = [:]) throws(GateWeightsError) {
    do throws(TensorError) { try file(metadata: metadata).write(to: path) } catch { throw .file(error) }
  }

  /// SHA-256 of the weights, in hexadecimal, whatever else a file of them states.
  public var digest: String { Digest.hex(of: file(metadata: [:]).encode()) }

  private func file(metadata: [String: String]) -> SafetensorsFile {
    let own = ["format": Self.format, "backbone": backbone, "dimension": "\(dimension)"]
    return SafetensorsFile(
      tensors: Self.parts.flatMap { self[keyPath: $0.path].tensors(prefix: $0.name) } + (match?.tensors ?? []),
      metadata: metadata.merging(own) { $1 })
  }

  /// Whether they were trained for embeddings like these.
  ///
  /// - Throws: ``GateWeightsError/wrongBackbone(name:expected:got:)`` if not.
  public func check(backbone: String, dimension: Int) throws(GateWeightsError) {
    guard backbone == self.backbone, dimension == self.dimension else {
      throw .wrongBackbone(
        trained: "\(self.backbone) [\(self.dimension)]", used: "\(backbone) [\(dimension)]")
    }
  }
}

extension GateNetwork {
  private var shapes: [(name: String, shape: [Int])] {
    [
      ("hidden", [hiddenCount, inputCount]), ("hidden_bias", [hiddenCount]), ("output", [outputCount, hiddenCount]),
      ("output_bias", [outputCount]),
    ]
  }

  fileprivate func tensors(prefix: String) -> [SafetensorsFile.Tensor] {
    var start = 0
    return shapes.map { name, shape in
      let count = shape.reduce(1, *)
      defer { start += count }
      return .init(name: "\(prefix).\(name)", shape: shape, elements: .float32(Array(parameters[start..<start + count])))
    }
  }

  fileprivate init(_ file: SafetensorsFile, _ prefix: String, like other: GateNetwork, _ name: String) throws(GateWeightsError) {
    var parameters: [Float] = []
    for (part, shape) in other.shapes { parameters += try file.floats("\(prefix).\(part)", shape, name) }
    self.init(inputs: other.inputCount, hidden: other.hiddenCount, outputs: other.outputCount, parameters: parameters)
  }
}

extension MatchFunction {
  fileprivate var tensors: [SafetensorsFile.Tensor] {
    [
      .init(name: "match.weight", projection.weight),
      .init(name: "match.bias", shape: [projection.bias.count], elements: .float32(projection.bias)),
      .init(name: "match.calibration", shape: [2], elements: .float32([slope, offset])),
    ]
  }
}

extension SafetensorsFile {
  /// The finite values of a tensor that must be there, in this shape.
  fileprivate func floats(_ tensor: String, _ shape: [Int], _ name: String) throws(GateWeightsError) -> [Float] {
    guard let found = self[tensor], found.shape == shape, case .float32(let values) = found.elements else {
      throw .wrongShape(name: name, tensor: tensor, expected: shape, got: self[tensor]?.shape)
    }
    guard values.allSatisfy(\.isFinite) else { throw .notFinite(name: name, tensor: tensor) }
    return values
  }
}

/// Why weights of a gate cannot be used.
public enum GateWeightsError: Error, Hashable {
  /// The file cannot be read or written, or is no safetensors file.
  case file(TensorError)
  /// Its metadata names another format, a later version of this one, or none.
  case wrongFormat(name: String, expected: String, got: String?)
  /// A tensor has another shape than this version needs; `got` is nil if it is missing.
  case wrongShape(name: String, tensor: String, expected: [Int], got: [Int]?)
  /// A weight is NaN or infinite.
  case notFinite(name: String, tensor: String)
  /// It was trained on other embeddings.
  case wrongBackbone(trained: String, used: String)
}

extension GateWeightsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error):
      return "\(error)"
    case .wrongFormat(let name, let expected, let got):
      let found = got.map { "`\(printable($0))`" } ?? "no such metadata"
      return "\(printable(name)): expected metadata `format` = `\(expected)` with backbone and dimension, got \(found); "
        + "pass weights made by `keepframe train gate`"
    case .wrongShape(let name, let tensor, let expected, let got):
      let found = got.map { "\($0)" } ?? "no such tensor"
      return "\(printable(name)): expected \(tensor) \(expected), got \(found); train the gate again"
    case .notFinite(let name, let tensor):
      return "\(printable(name)): expected finite weights, got NaN or infinity in \(tensor); train the gate again"
    case .wrongBackbone(let trained, let used):
      return "the gate learned was trained on \(trained), this run uses \(used); "
        + "take --gate coverage, or train one and pass it with --gate-weights"
    }
  }
}
