/// The models that sum up a memory: the hierarchy, and those that it has to be compared with.
package enum EncoderKind: String, Sendable, CaseIterable {
  /// Attention over windows, and windows of windows: ``HierarchicalEncoder``.
  case hierarchical
  /// The mean of all vectors: what one gets for nothing.
  case mean
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
}
