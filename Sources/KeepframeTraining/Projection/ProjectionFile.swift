package import KeepframeFeatures
package import KeepframeNumerics
package import SystemPackage

/// The file of a trained projection: safetensors, F32.
///
/// Metadata: `format`, `input_dimension`, `dimension`, and where the weights come from. Tensors:
/// `front.weight` `[D, d]` and `front.bias` `[1, d]`, as in an encoder's file.
package struct ProjectionFile: Sendable {
  /// The number is raised whenever an older reader would misread a newer file.
  package static let format = "keepframe-projection-1"
  private static let known: Set = ["format", "input_dimension", "dimension"]

  package var projection: Projection
  package var provenance: [String: String]

  package init(_ projection: Projection, provenance: [String: String] = [:]) {
    self.projection = projection
    self.provenance = provenance
  }

  /// - Parameter inputDimension: length of the embeddings that the weights must be for; nil takes
  ///   any.
  /// - Throws: ``WeightsError`` if the file is damaged, of another version or kind, or trained for
  ///   another backbone.
  package init(contentsOf path: FilePath, inputDimension: Int? = nil) throws(WeightsError) {
    var reader = try WeightsReader(contentsOf: path, .projection, format: Self.format)
    let (input, output) = (try reader.integer("input_dimension"), try reader.integer("dimension"))
    if let inputDimension, input != inputDimension {
      let made = reader.metadata["backbone"].map { "\($0) [\(input)]" } ?? "[\(input)]"
      throw reader.refusal(.wrongBackbone(expected: "[\(inputDimension)]", got: made))
    }
    projection = Projection(
      weight: try reader.matrix("front.weight", rows: input, columns: output),
      bias: try reader.floats("front.bias", [1, output]))
    try reader.checkAllTaken()
    provenance = reader.metadata.filter { !Self.known.contains($0.key) }
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``WeightsError`` if the file cannot be written; then the old one, if any, is left as
  ///   it was.
  package func save(to path: FilePath) throws(WeightsError) {
    var metadata = provenance.filter { !Self.known.contains($0.key) }
    metadata["format"] = Self.format
    metadata["input_dimension"] = "\(projection.inputDimension)"
    metadata["dimension"] = "\(projection.outputDimension)"
    let file = SafetensorsFile(
      tensors: [
        .init(name: "front.weight", projection.weight),
        .init(name: "front.bias", Matrix(rows: 1, columns: projection.outputDimension, values: projection.bias)),
      ], metadata: metadata)
    try file.write(.projection, to: path)
  }
}
