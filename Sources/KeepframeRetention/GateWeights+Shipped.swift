internal import CKeepframeWeights
internal import KeepframeNumerics

extension GateWeights {
  /// The weights that come with the package: for the default backbone, made by the command in docs/results.md.
  public static let shipped: GateWeights = {
    let bytes = UnsafeRawBufferPointer(start: keepframe_gate_weights.start, count: keepframe_gate_weights.count)
    do {
      let file = try SafetensorsFile(bytes: bytes, name: "gate.safetensors")
      return try GateWeights(WeightsReader(file, name: "gate.safetensors", .gate, format: format))
    } catch {
      preconditionFailure("the package's own weights cannot be read: \(error)")
    }
  }()

  /// ``digest`` of ``shipped``, which every index states.
  public static let shippedDigest = shipped.digest
}
