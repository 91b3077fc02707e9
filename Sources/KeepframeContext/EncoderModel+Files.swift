internal import KeepframeAutograd
internal import KeepframeFeatures
public import KeepframeNumerics
public import SystemPackage

/// The file: safetensors, F32. Metadata: `format`, `kind`, `input_dimension`, `dimension`, `width` (0 for the hierarchy and the
/// mean), `vectors_per_slot`, `vote_temperature`, and words on where it comes from. Tensors: `front.weight` `[D, d]`, `front.bias`
/// `[1, d]`, and `body.` before the name of each parameter of the ``SequenceNetwork``.
extension EncoderModel {
  /// Goes up whenever an older reader would misread a newer file.
  public static let format = "keepframe-encoder-2"
  private static let known: Set = [
    "format", "kind", "input_dimension", "dimension", "width", "vectors_per_slot", "vote_temperature",
  ]

  /// Reads what ``save(to:)`` or `keepframe train encoder` wrote.
  ///
  /// - Parameter inputDimension: length of the embeddings to encode, which the weights must be for; nil takes any.
  /// - Throws: ``WeightsError`` if the file is damaged, of another version, or trained for another backbone.
  public init(contentsOf path: FilePath, inputDimension: Int? = nil) throws(WeightsError) {
    try self.init(WeightsReader(contentsOf: path, .encoder, format: Self.format), inputDimension: inputDimension)
  }

  init(_ reader: WeightsReader, inputDimension: Int? = nil) throws(WeightsError) {
    var reader = reader
    let kinds = EncoderKind.allCases.map(\.rawValue).joined(separator: ", ")
    let kind = try reader.value("kind", "one of \(kinds)") { EncoderKind(rawValue: $0) }
    let (input, output) = (try reader.integer("input_dimension"), try reader.integer("dimension"))
    if let inputDimension, input != inputDimension {
      throw reader.refusal(
        .wrongBackbone(expected: "[\(inputDimension)]", got: Self.embeddings(of: reader.metadata["backbone"], input)))
    }
    let front = Projection(
      weight: try reader.matrix("front.weight", rows: input, columns: output),
      bias: try reader.floats("front.bias", [1, output]))
    let temperature = try reader.value("vote_temperature", "a number above 0") { text in
      Float(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    if kind == .hierarchical {
      let slots = SlotPooling(vectorsPerSlot: try reader.integer("vectors_per_slot"))
      self.init(front: front, slots: slots, voteTemperature: temperature)
    } else {
      let width = try reader.integer("width", in: 0...65_536)
      guard kind != .flatAttention || output.isMultiple(of: SequenceNetwork.headCount) else {
        let expected = "a number that \(SequenceNetwork.headCount) heads divide"
        throw reader.refusal(.wrongMetadata(key: "dimension", expected: expected, got: "\(output)"))
      }
      let network = SequenceNetwork(kind, dimension: output, width: width)
      var random = SeededGenerator(seed: 0)
      var parameters: Parameters<Float> = network.initialParameters(using: &random)
      for name in parameters.names {
        let (rows, columns) = (parameters[name].rows, parameters[name].columns)
        parameters[name] = Values(try reader.matrix("body.\(name)", rows: rows, columns: columns))
      }
      self.init(front: front, network: network, parameters: parameters, voteTemperature: temperature)
    }
    try reader.checkAllTaken()
    provenance = reader.metadata.filter { !Self.known.contains($0.key) }
  }

  /// Whether it was trained for embeddings like these.
  ///
  /// - Throws: ``WeightsError`` if they are of another length.
  public func check(backbone: String, dimension: Int) throws(WeightsError) {
    guard dimension == inputDimension else {
      throw WeightsError(
        .encoder, "encoder",
        .wrongBackbone(
          expected: Self.embeddings(of: backbone, dimension), got: Self.embeddings(of: self.backbone, inputDimension)))
    }
  }

  private static func embeddings(of backbone: String?, _ dimension: Int) -> String {
    (backbone.map { "\($0) " } ?? "") + "[\(dimension)]"
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``WeightsError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath) throws(WeightsError) { try file.write(.encoder, to: path) }

  /// What ``save(to:)`` writes.
  public var file: SafetensorsFile {
    var metadata = provenance.filter { !Self.known.contains($0.key) }
    metadata["format"] = Self.format
    metadata["kind"] = kind.rawValue
    metadata["input_dimension"] = "\(inputDimension)"
    metadata["dimension"] = "\(dimension)"
    metadata["width"] = "\(network?.width ?? 0)"
    metadata["vectors_per_slot"] = "\(slots.vectorsPerSlot)"
    metadata["vote_temperature"] = "\(voteTemperature)"
    let front = [
      SafetensorsFile.Tensor(name: "front.weight", self.front.weight),
      SafetensorsFile.Tensor(name: "front.bias", Matrix(rows: 1, columns: dimension, values: self.front.bias)),
    ]
    let body = parameters.names.map { SafetensorsFile.Tensor(name: "body.\($0)", Matrix(parameters[$0])) }
    return SafetensorsFile(tensors: front + body, metadata: metadata)
  }
}
