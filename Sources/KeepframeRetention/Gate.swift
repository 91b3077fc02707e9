/// Chooses, sample by sample, what the memory keeps.
///
/// A gate judges; ``Retainer`` feeds it, stores what it keeps and writes the ledger, so every gate is compared under the same rules.
package protocol Gate: Sendable {
  /// The name that the command line and the manifest use.
  static var name: String { get }

  /// Samples the gate must see beyond the one it judges: it decides that much late. 0 is strictly live.
  var lookAhead: Int { get }

  /// Which samples of the past its decisions can still serve.
  var reach: Reach { get }

  /// What one memory slot costs, in the gate's own currency. A higher price never keeps more (up to ties).
  var price: Double { get }

  /// Judges the sample at the outlook's position without storing it.
  mutating func judge(_ outlook: Outlook) -> Verdict
}

/// How much of the past a gate takes into account.
package struct Reach: Hashable, Sendable {
  package enum Forgetting: Hashable, Sendable {
    /// The earliest goes first: what is seen is a window that slides.
    case earliest
    /// The one that the memory stands for best goes first: no decision can serve it much better.
    case bestCovered
  }

  /// Samples before the one judged, 0 or more.
  package let samples: Int
  package let forgets: Forgetting

  /// Nothing but the sample itself and those ahead.
  package static let none = Reach(samples: 0, forgets: .earliest)

  package init(samples: Int, forgets: Forgetting) {
    self.samples = samples
    self.forgets = forgets
  }
}

extension Gate {
  package var reach: Reach { .none }
}

/// A gate's decision about one sample.
package struct Verdict: Hashable, Sendable {
  package let keeps: Bool
  /// What the gate compared with its price.
  package let score: Double
  package let reason: Reason

  /// A score within this of the price has not passed it: the cosine of a vector with itself misses 1 by up to 1e-6 in Float32, and a
  /// gain sums a few dozen of them. At a price of 0, then, what does not change is kept once.
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
