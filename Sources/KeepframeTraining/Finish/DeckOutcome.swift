/// What is kept of slides that are built line by line.
package struct DeckOutcome: Hashable, Sendable {
  package private(set) var slideCount = 0
  /// Slides of which a frame with all its lines is kept.
  package private(set) var completeCount = 0
  /// Frames of slides that are kept, with whatever lines.
  package private(set) var keptCount = 0

  package init() {}

  /// - Parameter seconds: of the frames that are kept.
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

  /// Of the slides, those kept complete: 0...1.
  package var completeShare: Double { Double(completeCount) / Double(max(1, slideCount)) }
  package var keptPerSlide: Double { Double(keptCount) / Double(max(1, slideCount)) }
  /// 1 where each slide is kept complete and nothing else is: Dice's coefficient of what is wanted
  /// and what is kept.
  package var agreement: Double { 2 * Double(completeCount) / Double(max(1, slideCount + keptCount)) }
}
