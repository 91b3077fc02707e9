/// Chooses, sample by sample, what the memory keeps.
///
/// A gate judges; ``Retainer`` feeds it, stores what it keeps and writes the ledger, so every gate is compared under the same rules.
public protocol Gate: Sendable {
  /// The name that the command line and the manifest use.
  static var name: String { get }

  /// Samples the gate must see beyond the one it judges: it decides that much late. 0 is strictly live.
  var lookAhead: Int { get }

  /// What one memory slot costs, in the gate's own currency. A higher price never keeps more (up to ties).
  var price: Double { get }

  /// Judges the sample at the outlook's position without storing it.
  mutating func judge(_ outlook: Outlook) -> Verdict
}

/// A gate's decision about one sample.
public struct Verdict: Hashable, Sendable {
  public let keeps: Bool
  /// What the gate compared with its price.
  public let score: Double
  public let reason: Reason

  /// A score within this of the price has not passed it: the cosine of a vector with itself misses 1 by up to 1e-6 in Float32, and a
  /// gain sums a few dozen of them. At a price of 0, then, what does not change is kept once.
  public static let rounding = 1e-4

  public init(keeps: Bool, score: Double, reason: Reason) {
    self.keeps = keeps
    self.score = score
    self.reason = reason
  }

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
  }
}

/// What a gate may look at when it judges one sample: its neighbourhood and what the memory makes of it.
public struct Outlook: Sendable {
  /// The sample to judge and those around it, in time order.
  public let samples: [Sample]
  /// Index of the sample to judge in ``samples``.
  public let position: Int
  /// For each of ``samples``, the similarity of its nearest memory row; 0 while the memory is empty.
  public let best: [Float]
  /// `[samples.count * samples.count]`, row-major cosine similarities between ``samples``.
  let similarities: [Float]
  /// The judged sample's nearest memory row; nil while the memory is empty.
  public let nearest: Memory.Neighbour?
  /// Similarity of the judged sample to the row stored last; nil while the memory is empty.
  public let similarityToLast: Float?

  public var candidate: Sample { samples[position] }

  /// Cosine similarity of two of ``samples``.
  public func similarity(_ a: Int, _ b: Int) -> Float { similarities[a * samples.count + b] }

  /// What storing `samples[index]` would add to the coverage of the neighbourhood:
  /// the sum over its frames of `max(0, similarity - best)`.
  ///
  /// - Parameter rival: a sample that counts as stored already; nil for none.
  public func gain(ofStoring index: Int, after rival: Int? = nil) -> Double {
    var gain = 0.0
    for other in samples.indices {
      let known = rival.map { max(best[other], similarity($0, other)) } ?? best[other]
      gain += Double(max(0, similarity(index, other) - known))
    }
    return gain
  }
}
