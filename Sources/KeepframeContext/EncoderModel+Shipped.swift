internal import CKeepframeWeights
internal import KeepframeNumerics

extension EncoderModel {
  /// The hierarchy that comes with the package, for embeddings of the default backbone. The command
  /// in docs/results.md made it.
  public static let shipped = WeightsReader.shipped(
    keepframe_encoder_weights.start, count: keepframe_encoder_weights.count, .encoder, format: EncoderFile.format
  ) { reader throws(WeightsError) in try EncoderModel(reader) }

  /// ``digest`` of ``shipped``, which every index states.
  public static let shippedDigest = shipped.digest

  /// SHA-256 of the weights, in hexadecimal. It does not depend on ``provenance``.
  public var digest: String { file.digest }
}
