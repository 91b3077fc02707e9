package import KeepframeFeatures
package import KeepframeNumerics

/// The file of an encoder of any kind: safetensors, F32.
///
/// Metadata: `format`, `kind`, `input_dimension`, `dimension`, `width` (0 for the hierarchy and the mean), `vectors_per_slot`,
/// `vote_temperature`, and words on where it comes from. Tensors: `front.weight` `[D, d]`, `front.bias` `[1, d]`, and `body.` before
/// the name of each further parameter, of which the hierarchy has none.
package struct EncoderFile {
  /// Goes up whenever an older reader would misread a newer file.
  package static let format = "keepframe-encoder-2"
  /// The ``kind`` of an ``EncoderModel``.
  package static let hierarchical = "hierarchical"
  private static let known: Set = [
    "format", "kind", "input_dimension", "dimension", "width", "vectors_per_slot", "vote_temperature",
  ]

  package var kind: String
  package var front: Projection
  package var voteTemperature: Float
  package var provenance: [String: String]
  package var width = 0
  package var slots = SlotPooling()
  package var body: [(name: String, values: Matrix)] = []

  package init(kind: String, front: Projection, voteTemperature: Float, provenance: [String: String]) {
    self.kind = kind
    self.front = front
    self.voteTemperature = voteTemperature
    self.provenance = provenance
  }

  /// What all kinds have; the rest is left in the reader.
  ///
  /// - Parameter inputDimension: length of the embeddings to encode, which the weights must be for; nil takes any.
  package init(_ reader: inout WeightsReader, kind: String, inputDimension: Int?) throws(WeightsError) {
    let (input, output) = (try reader.integer("input_dimension"), try reader.integer("dimension"))
    if let inputDimension, input != inputDimension {
      throw reader.refusal(
        .wrongBackbone(expected: "[\(inputDimension)]", got: embeddingsName(reader.metadata["backbone"], input)))
    }
    let front = Projection(
      weight: try reader.matrix("front.weight", rows: input, columns: output),
      bias: try reader.floats("front.bias", [1, output]))
    let temperature = try reader.value("vote_temperature", "a number above 0") { text in
      Float(text).flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    self.init(
      kind: kind, front: front, voteTemperature: temperature,
      provenance: reader.metadata.filter { !Self.known.contains($0.key) })
  }

  package var safetensors: SafetensorsFile {
    var metadata = provenance.filter { !Self.known.contains($0.key) }
    metadata["format"] = Self.format
    metadata["kind"] = kind
    metadata["input_dimension"] = "\(front.inputDimension)"
    metadata["dimension"] = "\(front.outputDimension)"
    metadata["width"] = "\(width)"
    metadata["vectors_per_slot"] = "\(slots.vectorsPerSlot)"
    metadata["vote_temperature"] = "\(voteTemperature)"
    let own = [
      SafetensorsFile.Tensor(name: "front.weight", front.weight),
      SafetensorsFile.Tensor(name: "front.bias", Matrix(rows: 1, columns: front.outputDimension, values: front.bias)),
    ]
    return SafetensorsFile(
      tensors: own + body.map { SafetensorsFile.Tensor(name: "body.\($0.name)", $0.values) }, metadata: metadata)
  }

  /// SHA-256 of the weights, in hexadecimal, whatever else the file states.
  package var digest: String {
    var bare = self
    bare.provenance = [:]
    return Digest.hex(of: bare.safetensors.encode())
  }
}
