internal import CKeepframeWeights
internal import KeepframeNumerics

extension GateWeights {
  /// Weights of gates that were taught what matters in one kind of footage, by the name of its
  /// pipeline. The commands in docs/gates.md made them.
  package static let taught: [String: GateWeights] = [
    "film": shipped(keepframe_film_weights), "lecture": shipped(keepframe_lecture_weights),
    "surveillance": shipped(keepframe_surveillance_weights),
  ]

  private static func shipped(_ bytes: keepframe_bytes) -> GateWeights {
    WeightsReader.shipped(bytes.start, count: bytes.count, .gate, format: format) { reader throws(WeightsError) in
      try GateWeights(reader)
    }
  }
}
