/// The best of the answers that were found, best first.
struct BestHits {
  /// More are not kept; 1 or more.
  let count: Int
  private(set) var hits: [SearchHit] = []

  init(count: Int) { self.count = count }

  /// What scores less is not kept; nil while anything is.
  var leastScore: Double? { hits.count < count ? nil : hits[count - 1].score }

  /// Adds the answers of another video.
  mutating func add(_ others: [SearchHit]) {
    guard !others.isEmpty else { return }
    var merged: [SearchHit] = []
    var mine = hits[...]
    var theirs = others.sorted(by: Self.precedes)[...]
    while merged.count < count, let next = theirs.first ?? mine.first {
      if let own = mine.first, theirs.isEmpty || Self.precedes(own, next) {
        merged.append(mine.removeFirst())
      } else {
        merged.append(theirs.removeFirst())
      }
    }
    hits = merged
  }

  static func precedes(_ a: SearchHit, _ b: SearchHit) -> Bool {
    (a.score, b.video.id, b.seconds.lowerBound) > (b.score, a.video.id, a.seconds.lowerBound)
  }
}
