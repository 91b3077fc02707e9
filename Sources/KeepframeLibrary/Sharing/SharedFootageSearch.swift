internal import KeepframeNumerics
package import KeepframeSystem

/// Compares every video with every other.
///
/// Moments say which pairs are worth a closer look, and where. All samples of those are aligned.
package struct SharedFootageSearch: Sendable {
  let searched: any SearchedVideos
  /// The least score of a pair's best part.
  let least: Double
  /// Shorter parts are none.
  let leastSeconds: Double

  package init(_ searched: any SearchedVideos, least: Double, leastSeconds: Double = 0) {
    (self.searched, self.least, self.leastSeconds) = (searched, least, leastSeconds)
  }

  /// A moment that misses its level by this may yet stand for samples that do not.
  private static let slack: Float = 0.1
  /// At the offset in time of a part that is sure, a further part needs only this share of the
  /// least score. What was cut out of a copy, or is too altered, leaves several parts at one
  /// offset.
  private static let furtherShare = 0.5
  private static let sameOffsetSeconds = 1.0

  /// What is known of a video's moments.
  private struct Reached: Sendable {
    /// `[moments]`: what unrelated videos reach.
    var levels: [Float] = []
    /// Videos before it that may share something, and which moments of its own may match.
    var candidates: [(index: Int, moments: [Bool])] = []
  }

  /// - Parameters:
  ///   - accepts: whether a pair, by places in the searched videos, is to be compared.
  ///   - progress: gets the share that is done, in 0...1, in order.
  /// - Throws: ``LibraryError`` `damaged`; `CancellationError`.
  package func run(
    threads: Int, accepts: @Sendable (Int, Int) -> Bool = { _, _ in true },
    progress: (_ share: Double) -> Void = { _ in }, cancellation: Cancellation? = nil
  ) throws -> [SharedFootage] {
    let count = searched.videos.count
    var reached: [Reached] = []
    // A batch at a time, so that progress is told in between.
    for start in stride(from: 0, to: count, by: Self.batch) {
      progress(0.5 * Double(start) / Double(count))
      reached += try inParallel(min(Self.batch, count - start), threads: threads) { place in
        try cancellation?.check()
        return try reach(start + place, accepts)
      }
    }
    let pairs = reached.indices.flatMap { second in reached[second].candidates.map { (second, $0.index, $0.moments) } }
    var found: [SharedFootage] = []
    for start in stride(from: 0, to: pairs.count, by: Self.batch) {
      progress(0.5 + 0.5 * Double(start) / Double(pairs.count))
      let compared = try inParallel(min(Self.batch, pairs.count - start), threads: threads) { [reached] place in
        try cancellation?.check()
        let (second, first, moments) = pairs[start + place]
        return try compare(first, second, moments, reached[first].levels, reached[second].levels, cancellation)
      }
      found += compared.compactMap(\.self)
    }
    progress(1)
    return found.sorted { ($0.score, $1.first.id, $1.second.id) > ($1.score, $0.first.id, $0.second.id) }
  }

  private static let batch = 64

  private func reach(_ index: Int, _ accepts: (Int, Int) -> Bool) throws(LibraryError) -> Reached {
    let block = try searched.block(index)
    guard block.momentCount > 0 else { return Reached() }
    var reaches = try Reaches(block.moments, in: searched) { $1.codes }
    let levels = try reaches.cohort(without: searched.videos[index].id).levels
    var reached = Reached(levels: levels)
    for (place, other) in reaches.videos.enumerated() where other < index && accepts(other, index) {
      let active = zip(reaches.upper(place), levels).map { $0 - $1 > LocalAlignment.margin - Self.slack }
      if zip(reaches.upper(place), levels).contains(where: { $0 - $1 > LocalAlignment.margin }) {
        reached.candidates.append((other, active))
      }
    }
    return reached
  }

  private func compare(
    _ first: Int, _ second: Int, _ active: [Bool], _ firstLevels: [Float], _ secondLevels: [Float], _ cancellation: Cancellation?
  ) throws -> SharedFootage? {
    let (earlier, later) = (searched.videos[first], searched.videos[second])
    let stretches = try LocalAlignment.stretches(
      of: ComparedVideo(try searched.block(second), duration: later.durationSeconds, levels: secondLevels),
      and: ComparedVideo(try searched.block(first), duration: earlier.durationSeconds, levels: firstLevels),
      active: { active[$0] }, least: least * Self.furtherShare, cancellation: cancellation
    ).filter { Double($0.first.count) * ClipAlignment.stepSeconds >= leastSeconds }
    let sure = stretches.filter { $0.score >= least }
    guard !sure.isEmpty else { return nil }
    let kept = stretches.filter { stretch in
      stretch.score >= least
        || sure.contains { abs($0.offsetSeconds - stretch.offsetSeconds) <= Self.sameOffsetSeconds }
    }
    return SharedFootage(
      first: earlier, second: later,
      parts: kept.map {
        SharedPart(
          first: $0.secondSeconds(within: earlier.durationSeconds), second: $0.firstSeconds(within: later.durationSeconds),
          score: $0.score)
      })
  }
}
