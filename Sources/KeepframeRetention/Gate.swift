/// Chooses, sample by sample, what the memory keeps.
///
/// A gate only judges. Its caller feeds it, stores what it keeps and writes the ledger, so every
/// gate runs under the same rules. ``CustomGate`` puts a gate of your own into the settings.
public protocol Gate: Sendable {
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
  /// 0: strictly live.
  public var lookAhead: Double { 0 }
  /// ``Reach/none``: each sample is judged once.
  public var reach: Reach { .none }
  /// 1: every second counts the same.
  public func importance(of sample: Sample) -> Float { 1 }
}

/// How much of the past a gate takes into account.
public enum Reach: Hashable, Sendable {
  /// A sliding window of this many seconds over what was on display.
  case seconds(Double)
  /// All of the past, with weights that decay: what was on display t seconds ago counts exp(-t /
  /// this many seconds).
  case fading(Double)

  /// Nothing of the past: only the sample itself and those ahead.
  public static let none = Reach.seconds(0)
}

/// A gate's decision about one sample.
public struct Verdict: Hashable, Sendable {
  /// Whether the memory stores the sample.
  public let keeps: Bool
  /// What the gate compared with its price.
  public let score: Double
  /// Why, as the ledger states it.
  public let reason: Reason

  /// A score exceeds the price only if it does so by more than this. So at a price of 0, a picture
  /// that does not change is kept once.
  public static let rounding = 1e-4

  /// The ledger states all three; nothing is derived from the score.
  public init(keeps: Bool, score: Double, reason: Reason) {
    self.keeps = keeps
    self.score = score
    self.reason = reason
  }

  /// Why a sample was kept or skipped.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
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
