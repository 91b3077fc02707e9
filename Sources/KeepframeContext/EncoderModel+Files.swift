public import KeepframeNumerics
public import SystemPackage

// Read and written as ``EncoderFile`` says.

extension EncoderModel {
  /// Reads a hierarchy that ``save(to:)`` or `keepframe train encoder` wrote.
  ///
  /// - Parameter inputDimension: length of the embeddings to encode, which the weights must be for; nil takes any.
  /// - Throws: ``WeightsError`` if the file is damaged, of another version or kind, or trained for another backbone.
  public init(contentsOf path: FilePath, inputDimension: Int? = nil) throws(WeightsError) {
    try self.init(WeightsReader(contentsOf: path, .encoder, format: EncoderFile.format), inputDimension: inputDimension)
  }

  package init(_ reader: WeightsReader, inputDimension: Int? = nil) throws(WeightsError) {
    var reader = reader
    let kind = try reader.value("kind", EncoderFile.hierarchical) { $0 == EncoderFile.hierarchical ? $0 : nil }
    let file = try EncoderFile(&reader, kind: kind, inputDimension: inputDimension)
    self.init(
      front: file.front, slots: SlotPooling(vectorsPerSlot: try reader.integer("vectors_per_slot")),
      voteTemperature: file.voteTemperature)
    try reader.checkAllTaken()
    provenance = file.provenance
  }

  /// Writes the weights, replacing what is there in one step.
  ///
  /// - Throws: ``WeightsError`` if the file cannot be written; then the old one, if any, is left as it was.
  public func save(to path: FilePath) throws(WeightsError) { try file.safetensors.write(.encoder, to: path) }

  /// What ``save(to:)`` writes.
  package var file: EncoderFile {
    var file = EncoderFile(
      kind: EncoderFile.hierarchical, front: front, voteTemperature: voteTemperature, provenance: provenance)
    file.slots = slots
    return file
  }
}
