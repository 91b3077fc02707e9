internal import CKeepframeWeights
internal import KeepframeFeatures
public import KeepframeNumerics
public import SystemPackage

/// The file format: safetensors, F32.
///
/// Metadata: `format`, `backbone`, `dimension`.
///
/// Tensors of each network, prefixed with `live_clarity.` or `ahead_clarity.`: `hidden` [H, F],
/// `hidden_bias` [H], `output` [1, H] and `output_bias` [1].
///
/// Once trained: `background` [D], the mean embedding of the footage. ``Worth`` and ``Finish`` add
/// their own entries.
extension GateWeights {
  /// Goes up whenever an older reader would misread a newer file.
  static let format = "keepframe-gate-2"

  /// Reads weights that ``save(to:metadata:)`` or `keepframe train gate` wrote.
  ///
  /// - Throws: ``WeightsError`` if the file is damaged, of another version, or holds other tensors.
  public init(contentsOf path: FilePath) throws(WeightsError) {
    try self.init(WeightsReader(contentsOf: path, .gate, format: Self.format))
  }

  init(_ reader: WeightsReader) throws(WeightsError) {
    var reader = reader
    self.init(backbone: try reader.value("backbone", "a name") { $0 }, dimension: try reader.integer("dimension"))
    for (prefix, path) in Self.networks { self[keyPath: path] = try GateNetwork(&reader, prefix, like: self[keyPath: path]) }
    worth = try Worth(&reader, dimension: dimension)
    finish = try Finish(reader)
    if reader.holds("background") { background = try reader.floats("background", [dimension]) }
    try reader.checkAllTaken()
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Parameter metadata: how the weights were made; the format's own keys are added.
  /// - Throws: ``WeightsError`` if the file cannot be written. An existing file then stays as it
  ///   was.
  public func save(to path: FilePath, metadata: [String: String] = [:]) throws(WeightsError) {
    try file(metadata: metadata).write(.gate, to: path)
  }

  /// SHA-256 of the weights, in hexadecimal. The metadata passed to ``save(to:metadata:)`` does not
  /// change it.
  public var digest: String { Digest.hex(of: file(metadata: [:]).encode()) }

  private func file(metadata: [String: String]) -> SafetensorsFile {
    var own = ["format": Self.format, "backbone": backbone, "dimension": "\(dimension)"]
    own.merge(worth?.metadata ?? [:]) { $1 }
    own.merge(finish?.metadata ?? [:]) { $1 }
    return SafetensorsFile(
      tensors: Self.networks.flatMap { self[keyPath: $0.path].tensors(prefix: $0.name) } + (worth?.tensors ?? [])
        + (background.map { [.init(name: "background", shape: [$0.count], elements: .float32($0))] } ?? []),
      metadata: metadata.merging(own) { $1 })
  }

  /// The weights that come with the package, for the default backbone. The command in
  /// docs/results.md made them.
  public static let shipped = WeightsReader.shipped(
    keepframe_gate_weights.start, count: keepframe_gate_weights.count, .gate, format: format
  ) { reader throws(WeightsError) in try GateWeights(reader) }

  /// ``digest`` of ``shipped``, which every index states.
  public static let shippedDigest = shipped.digest

  /// Checks that the weights were trained on embeddings of this backbone and dimension.
  ///
  /// - Throws: ``WeightsError`` if they were not.
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
