/// What the learned gate learned.
public struct GateWeights: Hashable, Sendable {
  /// The backbone whose embeddings it was trained on, and their length: likeness means something else to another.
  public let backbone: String
  public let dimension: Int
  /// ``GateFeatures`` to value; the second output is not used where nothing is seen ahead.
  package var live: GateNetwork
  /// ``GateFeatures`` to value and patience.
  package var ahead: GateNetwork
  /// ``ClarityFeatures`` to the log odds that the sample is in the middle of a transition.
  package var liveClarity: GateNetwork
  package var aheadClarity: GateNetwork
  /// Whether a kept frame answers a query made from another; nil before it was trained.
  package var match: MatchFunction?

  package static let hiddenCount = 6
  package static let clarityHiddenCount = 8

  /// Nothing learned: the gain as it is, and everything that is not blank is clear.
  public init(backbone: String, dimension: Int) {
    self.backbone = backbone
    self.dimension = dimension
    let judgement = GateNetwork(inputs: GateFeatures.count, hidden: Self.hiddenCount, outputs: 2)
    (live, ahead) = (judgement, judgement)
    // Log odds of 0 do not exceed 0.
    let clarity = GateNetwork(inputs: ClarityFeatures.count, hidden: Self.clarityHiddenCount, outputs: 1)
    (liveClarity, aheadClarity) = (clarity, clarity)
  }

  /// The networks with the names that they have in a file.
  static let parts: [(name: String, path: any WritableKeyPath<GateWeights, GateNetwork> & Sendable)] = [
    ("live", \.live), ("ahead", \.ahead), ("live_clarity", \.liveClarity), ("ahead_clarity", \.aheadClarity),
  ]
}
