internal import KeepframeNumerics

/// Programmes of hundreds or thousands of vectors, and excerpts of them to be found: the task of
/// ``ClipTrials`` where one window does not hold a programme.
///
/// There is not enough footage for long programmes that share nothing. Instead, each is made of its
/// own random half of all pieces, in random order. If that is too short, the same pieces follow in
/// another order under one degradation, then under the next, until it is long enough. So any two
/// programmes have about half of their pieces in common.
package struct LongTrials: Sendable {
  private let stock: FootagePieces
  package var programmes = 20

  package init(_ frames: ViewedFrames, settings: FootagePieces.Settings = FootagePieces.Settings()) {
    stock = FootagePieces(frames, settings: settings)
  }

  package var frames: ViewedFrames { stock.frames }

  /// A library, and a query with and one without foreign footage for each of its programmes.
  ///
  /// - Parameter vectors: the least number of vectors of a programme; the last piece may add a few.
  /// - Returns: nil if there is too little footage: fewer than 8 pieces, or nothing foreign to
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
