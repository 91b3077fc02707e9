internal import CKeepframeWeights
internal import KeepframeNumerics

extension EncoderModel {
  /// The hierarchy that comes with the package: for embeddings of the default backbone, made by the command in docs/results.md.
  public static let shipped: EncoderModel = {
    let bytes = UnsafeRawBufferPointer(start: keepframe_encoder_weights.start, count: keepframe_encoder_weights.count)
    do {
      let file = try SafetensorsFile(bytes: bytes, name: "encoder.safetensors")
      return try EncoderModel(WeightsReader(file, name: "encoder.safetensors", .encoder, format: EncoderFile.format))
    } catch {
      preconditionFailure("the package's own weights cannot be read: \(error)")
    }
  }()

  /// ``digest`` of ``shipped``, which every index states.
  public static let shippedDigest = shipped.digest

  public var digest: String { file.digest }
}
