/// What edits are asked to hold, by name: kinds of joins, of disturbances, and traits of shots and programmes.
///
/// What is named comes often, and of what is not named there is nothing but plain cuts where no join is named.
package struct EditRecipes: Hashable, Sendable {
  private(set) var joins: Set<EditPlan.Join.Kind> = []
  private(set) var disturbances: Set<EditPlan.Disturbance.Kind> = []
  private(set) var traits: Set<Trait> = []

  enum Trait: String, CaseIterable, Sendable {
    /// A jump to nearer or farther.
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
  }

  package static let names =
    EditPlan.Join.Kind.allCases.map(\.rawValue) + EditPlan.Disturbance.Kind.allCases.map(\.rawValue)
    + Trait.allCases.map(\.rawValue)

  /// - Parameter names: of ``names``; nil if one is none of them, or there are none.
  package init?(_ names: [String]) {
    for name in names {
      if let join = EditPlan.Join.Kind(rawValue: name) {
        joins.insert(join)
      } else if let disturbance = EditPlan.Disturbance.Kind(rawValue: name) {
        disturbances.insert(disturbance)
      } else if let trait = Trait(rawValue: name) {
        traits.insert(trait)
      } else {
        return nil
      }
    }
    if names.isEmpty { return nil }
  }
}
