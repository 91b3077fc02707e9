/// What the learned gate learned.
public struct GateWeights: Hashable, Sendable {
  /// The backbone whose embeddings it was trained on: likeness means something else to another.
  public let backbone: String
  /// D, the length of those embeddings.
  public let dimension: Int
  /// ``ClarityFeatures`` to the log odds that the sample is in the middle of a transition: where
  /// nothing is seen ahead, and where it is.
  package var liveClarity: GateNetwork
  package var aheadClarity: GateNetwork
  /// How much a sample matters to the application; nil if all matter alike.
  package var worth: Worth?

  /// When a picture is complete, for what is built up on the screen; nil where all are.
  package var finish: Finish?
  /// `[D]`: the mean embedding of the footage that it was trained on, what examples are told apart
  /// from; nil before it was trained.
  package var background: [Float]?

  package static let clarityHiddenCount = 8

  /// Nothing learned: everything that is not blank is clear, and all of it matters alike.
  public init(backbone: String, dimension: Int) {
    self.backbone = backbone
    self.dimension = dimension
    // Log odds of 0 do not exceed 0.
    let clarity = GateNetwork(inputs: ClarityFeatures.count, hidden: Self.clarityHiddenCount, outputs: 1)
    (liveClarity, aheadClarity) = (clarity, clarity)
  }

  /// The same, as if nobody had said what matters.
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
