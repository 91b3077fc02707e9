/// What the learned gate learned.
public struct GateWeights: Hashable, Sendable {
  /// The backbone whose embeddings it was trained on. Cosines mean something else with another one.
  public let backbone: String
  /// D, the length of those embeddings.
  public let dimension: Int
  /// Maps ``ClarityFeatures`` to the log odds that a sample is in the middle of a transition.
  /// `liveClarity` is for a look-ahead of 0, `aheadClarity` for a longer one.
  package var liveClarity: GateNetwork
  package var aheadClarity: GateNetwork
  /// How much a sample matters to the application; nil if all matter alike.
  package var worth: Worth?

  /// Tells when a picture that is built up on the screen is complete; nil if every picture is.
  package var finish: Finish?
  /// `[D]`: the mean embedding of the training footage, against which examples of what matters are
  /// compared; nil before training.
  package var background: [Float]?

  package static let clarityHiddenCount = 8

  /// Untrained weights: every sample that is not blank is clear, and all samples matter alike.
  public init(backbone: String, dimension: Int) {
    self.backbone = backbone
    self.dimension = dimension
    // Log odds of at most 0 mean clear, and this network always gives 0.
    let clarity = GateNetwork(inputs: ClarityFeatures.count, hidden: Self.clarityHiddenCount, outputs: 1)
    (liveClarity, aheadClarity) = (clarity, clarity)
  }

  /// The same weights without what was taught: all samples matter alike.
  package var withoutWorth: GateWeights {
    var weights = self
    weights.worth = nil
    return weights
  }

  /// The networks with the names that they have in a file.
  static let networks: [(name: String, path: any WritableKeyPath<GateWeights, GateNetwork> & Sendable)] = [
    ("live_clarity", \.liveClarity), ("ahead_clarity", \.aheadClarity),
  ]
}
