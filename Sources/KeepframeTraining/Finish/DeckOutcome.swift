/// What a gate keeps of slides that are built line by line.
package struct DeckOutcome: Hashable, Sendable {
  package private(set) var slideCount = 0
  /// Number of slides of which a frame with all lines is kept.
  package private(set) var completeCount = 0
  /// Number of kept frames that show a slide, complete or not.
  package private(set) var keptCount = 0

  package init() {}

  /// - Parameter seconds: times of the kept frames.
  package init(_ truth: DeckTruth, kept seconds: [Double]) {
    slideCount = truth.slides.count
    completeCount = Set(seconds.compactMap(truth.slideCompleted)).count
    keptCount = seconds.count(where: truth.showsSlide)
  }

  package static func + (a: DeckOutcome, b: DeckOutcome) -> DeckOutcome {
    var sum = a
    sum.slideCount += b.slideCount
    sum.completeCount += b.completeCount
    sum.keptCount += b.keptCount
    return sum
  }

  /// The share of the slides that are kept complete: 0...1.
  package var completeShare: Double { Double(completeCount) / Double(max(1, slideCount)) }
  package var keptPerSlide: Double { Double(keptCount) / Double(max(1, slideCount)) }
  /// Dice's coefficient of what is wanted and what is kept: 1 if each slide is kept complete, and
  /// nothing else is kept.
  package var agreement: Double { 2 * Double(completeCount) / Double(max(1, slideCount + keptCount)) }
}
