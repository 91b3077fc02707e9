internal import CKeepframeWeights
internal import KeepframeFeatures
internal import KeepframeNumerics

extension EncoderModel {
  /// The hierarchy that comes with the package: for embeddings of the default backbone, made by the command in docs/results.md.
  public static let shipped = WeightsReader.shipped(
    keepframe_encoder_weights.start, count: keepframe_encoder_weights.count, .encoder, format: format
  ) { reader throws(WeightsError) in try EncoderModel(reader) }

  /// ``digest`` of ``shipped``, which every index states.
  public static let shippedDigest = shipped.digest

  /// The backbone whose embeddings it was trained on, if it says.
  public var backbone: String? { provenance["backbone"] }

  /// SHA-256 of the weights, in hexadecimal, wherever they come from.
  public var digest: String {
    var bare = self
    bare.provenance = [:]
    return Digest.hex(of: bare.file.encode())
  }
}
