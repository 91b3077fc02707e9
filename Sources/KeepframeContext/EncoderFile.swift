package import KeepframeFeatures
package import KeepframeNumerics

/// The file of an encoder of any kind: safetensors, F32.
///
/// Metadata: `format`, `kind`, `input_dimension`, `dimension` (of projected vectors), what the kind
/// itself needs, and the provenance. Tensors: `front.weight` `[D, d]` and `front.bias` `[1, d]` of
/// the projection, and those of the kind.
package struct EncoderFile {
  /// Goes up whenever an older reader would misread a newer file.
  package static let format = "keepframe-encoder-4"
  private static let known: Set = ["format", "kind", "input_dimension", "dimension"]

  package var kind: String
  package var projection: Projection
  package var provenance: [String: String]
  /// Further metadata that the kind needs.
  package var settings: [String: String] = [:]
  package var tensors: [(name: String, values: Matrix)] = []

  package init(kind: String, projection: Projection, provenance: [String: String]) {
    self.kind = kind
    self.projection = projection
    self.provenance = provenance
  }

  /// Reads what all kinds have. The rest is left in the reader.
  ///
  /// - Parameters:
  ///   - inputDimension: length of the embeddings to encode, which the weights must fit; nil takes
  ///     any.
  ///   - settings: the metadata keys that the kind needs, which do not belong to the provenance.
  package init(
    _ reader: inout WeightsReader, kind: String, inputDimension: Int?, settings: Set<String>
  ) throws(WeightsError) {
    let (input, output) = (try reader.integer("input_dimension"), try reader.integer("dimension"))
    if let inputDimension, input != inputDimension {
      throw reader.refusal(
        .wrongBackbone(expected: "[\(inputDimension)]", got: embeddingsName(reader.metadata["backbone"], input)))
    }
    let projection = Projection(
      weight: try reader.matrix("front.weight", rows: input, columns: output),
      bias: try reader.floats("front.bias", [1, output]))
    self.init(
      kind: kind, projection: projection,
      provenance: reader.metadata.filter { !Self.known.contains($0.key) && !settings.contains($0.key) })
  }

  package var safetensors: SafetensorsFile {
    var metadata = provenance.merging(settings) { $1 }
    metadata["format"] = Self.format
    metadata["kind"] = kind
    metadata["input_dimension"] = "\(projection.inputDimension)"
    metadata["dimension"] = "\(projection.outputDimension)"
    let own = [
      SafetensorsFile.Tensor(name: "front.weight", projection.weight),
      SafetensorsFile.Tensor(name: "front.bias", Matrix(rows: 1, columns: projection.outputDimension, values: projection.bias)),
    ]
    return SafetensorsFile(tensors: own + tensors.map { SafetensorsFile.Tensor(name: $0.name, $0.values) }, metadata: metadata)
  }

  /// SHA-256 of the weights and settings, in hexadecimal. The provenance does not change it.
  package var digest: String {
    var bare = self
    bare.provenance = [:]
    return Digest.hex(of: bare.safetensors.encode())
  }
}
