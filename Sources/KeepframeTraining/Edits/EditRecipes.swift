/// What edits must hold, by name: kinds of joins, kinds of disturbances, and traits of shots and
/// programmes.
///
/// What is named comes often. What is not named does not come, with two exceptions: plain cuts
/// where the named joins leave room, and jumps where two shots happen to be similar.
package struct EditRecipes: Hashable, Sendable {
  private(set) var joins: Set<EditPlan.Join.Kind> = []
  private(set) var disturbances: Set<EditPlan.Disturbance.Kind> = []
  private(set) var traits: Set<Trait> = []

  enum Trait: String, CaseIterable, Sendable {
    /// A jump that moves the camera nearer or farther.
    case punchIn = "punch_in"
    /// Runs of shots of 1 to 5 frames.
    case shortShots = "short_shots"
    /// Cuts under a flash.
    case hiddenCut = "hidden_cut"
    case letterbox, logo, sides, wear, grain
    /// Every picture is shown several times, as in animation on twos and in slow captures.
    case heldFrames = "held_frames"
    case variableRate = "variable_rate"
    /// 1 to 5 frames a second.
    case slowRate = "slow_rate"
    /// 100 or 120 frames a second.
    case fastRate = "fast_rate"
    /// 50 fields a second, each of another moment.
    case interlaced
    /// 24 pictures a second as 60 fields.
    case telecined
  }

  package static let names =
    EditPlan.Join.Kind.allCases.map(\.rawValue) + EditPlan.Disturbance.Kind.allCases.map(\.rawValue)
    + Trait.allCases.map(\.rawValue)

  /// Why edits cannot hold all of these; nil if they can.
  package static func problem(in names: [String]) -> String? {
    if names.isEmpty { return "expected a kind" }
    if let unknown = names.first(where: { !Self.names.contains($0) }) { return "no kind is called \"\(unknown)\"" }
    let rates = [Trait.heldFrames, .slowRate, .fastRate, .interlaced, .telecined].map(\.rawValue).filter(names.contains)
    if rates.count > 1 { return "\(rates[0]) and \(rates[1]) exclude each other" }
    let woven = [Trait.interlaced, .telecined].map(\.rawValue).first(where: names.contains)
    guard let woven, names.contains(Trait.variableRate.rawValue) else { return nil }
    return "\(woven) and \(Trait.variableRate.rawValue) exclude each other"
  }

  /// - Parameter names: some of ``names``.
  /// - Returns: nil if ``problem(in:)`` finds a problem.
  package init?(_ names: [String]) {
    if Self.problem(in: names) != nil { return nil }
    for name in names {
      if let join = EditPlan.Join.Kind(rawValue: name) {
        joins.insert(join)
      } else if let disturbance = EditPlan.Disturbance.Kind(rawValue: name) {
        disturbances.insert(disturbance)
      } else if let trait = Trait(rawValue: name) {
        traits.insert(trait)
      }
    }
  }
}
