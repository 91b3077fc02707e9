/// Chooses, sample by sample, what the memory keeps.
///
/// A gate only judges. ``Retainer`` feeds it, stores what it keeps and writes the ledger, so every
/// gate is compared under the same rules.
package protocol Gate: Sendable {
  /// The name that the command line and the manifest use.
  static var name: String { get }

  /// Seconds that the gate sees beyond the moment it judges at. 0 is strictly live.
  var lookAhead: Double { get }

  /// How much of the past counts when the gate judges.
  var reach: Reach { get }

  /// What keeping one more frame costs, in the gate's own currency. Retention falls as the price
  /// rises, though not strictly.
  var price: Double { get }

  /// The weight of one second of this sample's display, 0...1.
  func importance(of sample: Sample) -> Float

  /// Judges the sample that is on display at the outlook's moment, without storing it.
  mutating func judge(_ outlook: Outlook) -> Verdict
}

extension Gate {
  package var lookAhead: Double { 0 }
  package var reach: Reach { .none }
  package func importance(of sample: Sample) -> Float { 1 }
}

/// How much of the past a gate takes into account.
package enum Reach: Hashable, Sendable {
  /// A sliding window of this many seconds over what was on display.
  case seconds(Double)
  /// All of the past, with weights that decay: what was on display t seconds ago counts exp(-t /
  /// this many seconds).
  case fading(Double)

  /// Nothing of the past: only the sample itself and those ahead.
  package static let none = Reach.seconds(0)
}

/// A gate's decision about one sample.
package struct Verdict: Hashable, Sendable {
  package let keeps: Bool
  /// What the gate compared with its price.
  package let score: Double
  package let reason: Reason

  /// A score exceeds the price only if it does so by more than this. So at a price of 0, a picture
  /// that does not change is kept once.
  package static let rounding = 1e-4

  package init(keeps: Bool, score: Double, reason: Reason) {
    self.keeps = keeps
    self.score = score
    self.reason = reason
  }

  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Kept: the memory was empty.
    case first
    /// Kept: worth more than its price.
    case worthItsPrice = "worth_its_price"
    /// Kept: its turn on a fixed schedule.
    case scheduled
    /// Skipped: the memory already holds something like it.
    case known
    /// Skipped: a frame within the look-ahead serves better.
    case betterAhead = "better_ahead"
    /// Skipped: not its turn.
    case unscheduled
    /// Skipped: black, white, or otherwise without anything to see.
    case blank
    /// Skipped: looks like the middle of a transition, or blurred.
    case unclear
  }
}
