internal import CKeepframeWeights
internal import KeepframeFeatures
public import KeepframeNumerics
public import SystemPackage

/// The file: safetensors, F32. Metadata: `format`, `backbone`, `dimension`. Tensors: `hidden` [H, F], `hidden_bias` [H], `output` [O, H] and
/// `output_bias` [O] of each network, after its name: `live.`, `ahead.`, `live_clarity.`, `ahead_clarity.`; and, where it was trained,
/// `match.weight` [D, d], `match.bias` [d] and `match.calibration` [2], slope and offset.
extension GateWeights {
  /// Goes up whenever an older reader would misread a newer file.
  static let format = "keepframe-gate-1"

  /// Reads weights that ``save(to:metadata:)`` or `keepframe train gate` wrote.
  ///
  /// - Throws: ``WeightsError`` if the file is damaged, of another version, or holds other tensors.
  public init(contentsOf path: FilePath) throws(WeightsError) {
    try self.init(WeightsReader(contentsOf: path, .gate, format: Self.format))
  }

  init(_ reader: WeightsReader) throws(WeightsError) {
    var reader = reader
    self.init(backbone: try reader.value("backbone", "a name") { $0 }, dimension: try reader.integer("dimension"))
    for (prefix, path) in Self.parts { self[keyPath: path] = try GateNetwork(&reader, prefix, like: self[keyPath: path]) }
    if reader.holds("match.weight") {
      let weight = try reader.matrix("match.weight", rows: dimension)
      let bias = try reader.floats("match.bias", [weight.columns])
      let calibration = try reader.floats("match.calibration", [2])
      match = MatchFunction(projection: Projection(weight: weight, bias: bias), slope: calibration[0], offset: calibration[1])
    }
    try reader.checkAllTaken()
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Parameter metadata: what they were made by, beside what the format needs.
  /// - Throws: ``WeightsError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath, metadata: [String: String] = [:]) throws(WeightsError) {
    try file(metadata: metadata).write(.gate, to: path)
  }

  /// SHA-256 of the weights, in hexadecimal, whatever else a file of them states.
  public var digest: String { Digest.hex(of: file(metadata: [:]).encode()) }

  private func file(metadata: [String: String]) -> SafetensorsFile {
    let own = ["format": Self.format, "backbone": backbone, "dimension": "\(dimension)"]
    return SafetensorsFile(
      tensors: Self.parts.flatMap { self[keyPath: $0.path].tensors(prefix: $0.name) } + (match?.tensors ?? []),
      metadata: metadata.merging(own) { $1 })
  }

  /// The weights that come with the package: for the default backbone, made by the command in docs/results.md.
  public static let shipped = WeightsReader.shipped(
    keepframe_gate_weights.start, count: keepframe_gate_weights.count, .gate, format: format
  ) { reader throws(WeightsError) in try GateWeights(reader) }

  /// ``digest`` of ``shipped``, which every index states.
  public static let shippedDigest = shipped.digest

  /// Whether they were trained for embeddings like these.
  ///
  /// - Throws: ``WeightsError`` if not.
  public func check(backbone: String, dimension: Int) throws(WeightsError) {
    guard backbone == self.backbone, dimension == self.dimension else {
      throw WeightsError(
        .gate, "gate",
        .wrongBackbone(expected: "\(backbone) [\(dimension)]", got: "\(self.backbone) [\(self.dimension)]"))
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

  fileprivate init(_ reader: inout WeightsReader, _ prefix: String, like other: GateNetwork) throws(WeightsError) {
    var parameters: [Float] = []
    for (part, shape) in other.shapes { parameters += try reader.floats("\(prefix).\(part)", shape) }
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
