/// What each sample of a query reaches in videos that are no answer. Only what exceeds that is one.
///
/// The videos of the library are the cohort. Of each the largest similarity counts. The best is
/// left out, and so are those that come as close: copies of a video, or an intro that many have.
/// The next ``count`` are averaged. A blurred picture is like something in many videos, so it
/// answers nothing.
///
/// Speaker verification calls this cohort or T-normalisation (Auckenthaler et al. 2000, "Score
/// normalization for text-independent speaker verification systems").
package struct Cohort: Sendable {
  /// So many videos are averaged.
  static let count = 8
  /// What stands in for a video where a library has too few: the cosine of unrelated pictures under
  /// the projection that comes with the package.
  static let usual: Float = 0.45
  /// No level is higher, so that a picture that most videos hold is found.
  static let most: Float = 0.75

  /// `[Q]`
  let levels: [Float]

  /// As close to a query as the best video are those within this of it, and no further than
  /// ``close``.
  static let nearBest: Float = 0.1
  static let close: Float = 0.7

  /// - Parameter largest: for each sample, the largest similarity in each video but the one that
  ///   the query was taken from; as long for each.
  package init(_ largest: [[Float]]) {
    levels = largest.map { similarities in
      let sorted = similarities.sorted(by: >)
      guard let best = sorted.first else { return Self.usual }
      let others = sorted.dropFirst().drop { $0 > best - Self.nearBest && $0 >= Self.close }.prefix(Self.count)
      let mean = (others.reduce(0, +) + Float(Self.count - others.count) * Self.usual) / Float(Self.count)
      return min(mean, Self.most)
    }
  }

  /// Of queries that are not normalised.
  init(usualOf count: Int) { levels = [Float](repeating: Self.usual, count: count) }

  /// No answer of a video has a larger score: each sample votes once at each offset, and sums are
  /// rounded alike.
  ///
  /// - Parameter upper: `[Q]`, what no similarity of the video to each sample exceeds.
  package func bound(_ upper: some Collection<Float>) -> Double {
    var sum = 0.0
    for (similarity, level) in zip(upper, levels) { sum += Double(max(0, similarity - level)) }
    return sum / Double(levels.count).squareRoot()
  }

  /// Which videos decide on the level of a sample, where only bounds of similarities are known: the
  /// level of these alone is that of all.
  ///
  /// Of those that are no copies one at most is left out, as the best. So the last video that is
  /// averaged reaches what ``count`` + 1 of them reach at least.
  ///
  /// - Returns: places in `bounds`.
  package static func decisive(_ bounds: [(lower: Float, upper: Float)]) -> [Int] {
    let best = bounds.reduce(-Float.infinity) { max($0, $1.lower) }
    // The largest lower bounds, falling.
    var reached = [Float](repeating: -.infinity, count: count + 1)
    for bound in bounds where bound.lower > reached[count] {
      let mayBeCopy = bound.upper > best - nearBest && bound.upper >= close
      guard !mayBeCopy else { continue }
      let place = reached.firstIndex { $0 < bound.lower }!
      reached.insert(bound.lower, at: place)
      reached.removeLast()
    }
    return bounds.indices.filter { bounds[$0].upper >= reached[count] }
  }
}
