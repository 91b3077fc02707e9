internal import KeepframeNumerics

/// Programmes of hundreds or thousands of vectors, and excerpts of them to be found: the task of
/// ``ClipTrials`` where one window does not hold a programme.
///
/// There is not footage enough for long programmes that share nothing. Each is made of a random
/// half of all pieces instead, its own, in random order; where that is too short, of the same
/// pieces again in another order and degraded in one way, then in the next, until it is long
/// enough. So any two programmes have about half of their pieces in common.
package struct LongTrials: Sendable {
  private let stock: FootagePieces
  package var programmes = 20

  package init(_ frames: ViewedFrames, settings: FootagePieces.Settings = FootagePieces.Settings()) {
    stock = FootagePieces(frames, settings: settings)
  }

  package var frames: ViewedFrames { stock.frames }

  /// A library, and a query with and one without foreign footage for each of its programmes.
  ///
  /// - Parameter vectors: of a programme, at least; the last piece may bring a few more.
  /// - Returns: nil if the footage is too little: fewer than 8 pieces, or nothing foreign to
  ///   insert.
  package func trial(vectors: Int, seed: UInt64) -> ClipTrials.Trial? {
    var random = SeededGenerator(seed: seed, name: "long")
    let foreign = stock.foreignClips(&random)
    let pieces = stock.all.filter { !foreign.contains($0.clip) }
    guard pieces.count >= 8, !foreign.isEmpty else { return nil }
    let library = (0..<programmes).map { _ in
      let own = Array(random.shuffled(pieces).prefix(pieces.count / 2))
      return stock.rounds(of: own, vectors: vectors, &random).flatMap { $0.flatMap(\.self) }
    }
    return stock.trial(library, foreign: foreign, queriesPerProgramme: 1, &random)
  }
}
