internal import CKeepframeWeights
internal import KeepframeNumerics

extension GateWeights {
  /// Gates that were taught what a kind of footage is looked at for, by the name of the pipeline
  /// for it: made by the commands in docs/gates.md.
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
