extension SequenceNetwork {
  /// Multiply-adds for one more vector, without reading a result out; nil for attention, which
  /// works only when it is read.
  package var stepMultiplyAdds: Int? {
    let (H, I) = (width, inputDimension)
    return switch kind {
    case .rnn: H * (I + H)
    case .gru: 3 * H * (I + H)
    case .lstm: 4 * H * (I + H)
    case .tcn: 3 * I * H + (Self.dilations.count - 1) * 3 * H * H
    case .flatAttention, .hierarchical, .mean, .gmp, .kMeans, .slots: nil
    }
  }

  /// Numbers that are read for one more vector: all weights of the step, the vector, and the state
  /// or what layers remember; nil for attention.
  package var stepReads: Int? {
    let (H, I) = (width, inputDimension)
    func cell(_ gates: Int) -> Int { gates * H * (I + H + 2) + I + stateCount * H }
    return switch kind {
    case .rnn: cell(1)
    case .gru: cell(3)
    case .lstm: cell(4)
    case .tcn: (stepMultiplyAdds ?? 0) + Self.dilations.count * H + 3 * I + (Self.dilations.count - 1) * 3 * H
    case .flatAttention, .hierarchical, .mean, .gmp, .kMeans, .slots: nil
    }
  }
}
