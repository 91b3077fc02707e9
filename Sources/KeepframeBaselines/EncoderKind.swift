/// The models that sum up a memory: the hierarchy, and those that it has to be compared with.
package enum EncoderKind: String, Sendable, CaseIterable {
  /// Attention over windows, and windows of windows: ``HierarchicalEncoder``.
  case hierarchical
  /// The mean of all vectors: the simplest baseline.
  case mean
  /// A sum in which equal vectors count only once: ``GeneralizedMaxPooling``.
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

  /// Whether it is recurrent, so that it does all its work vector by vector.
  package var isRecurrent: Bool { [.rnn, .lstm, .gru].contains(self) }

  /// Whether, with `count` vectors for a clip, it gives the same as the mean. Clusters and slots
  /// differ from the mean only with two vectors or more.
  package func isMean(atContexts count: Int) -> Bool { count == 1 && [.kMeans, .slots].contains(self) }
}
