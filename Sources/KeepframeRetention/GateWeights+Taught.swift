extension GateWeights {
  /// Gates that were taught what a kind of footage is looked at for, by the name of the pipeline for it.
  package static let taught: [String: GateWeights] = [:]
}
