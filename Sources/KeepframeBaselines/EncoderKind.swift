/// The models that sum up a memory: the hierarchy, and those that it has to be compared with.
package enum EncoderKind: String, Sendable, CaseIterable {
  /// Attention over windows, and windows of windows: ``HierarchicalEncoder``.
  case hierarchical
  /// The mean of all vectors: what one gets for nothing.
  case mean
  /// The sum in which every vector counts once, however often it comes: ``GeneralizedMaxPooling``.
  case gmp
  /// Means of clusters: ``SphericalKMeans``.
  case kMeans = "k-means"
  /// Slot attention without weights: ``SlotPooling``.
  case slots
  /// Elman's recurrent network.
  case rnn
  /// Long short-term memory.
  case lstm
  /// Gated recurrent units.
  case gru
  /// Causal dilated convolutions.
  case tcn
  /// One attention over all vectors.
  case flatAttention = "flat-attention"

  /// Whether it is a network with weights of its own: ``SequenceNetwork``.
  package var isNetwork: Bool {
    switch self {
    case .rnn, .lstm, .gru, .tcn, .flatAttention: true
    case .hierarchical, .mean, .gmp, .kMeans, .slots: false
    }
  }

  /// Whether it does all its work step by step.
  package var isRecurrent: Bool { [.rnn, .lstm, .gru].contains(self) }

  /// Whether it makes of a clip, in one vector, what the mean makes: clusters and slots differ from
  /// it from two vectors on.
  package func isMean(atContexts count: Int) -> Bool { count == 1 && [.kMeans, .slots].contains(self) }
}
