internal import KeepframeNumerics

/// Programmes that differ in the order of their pieces alone, and excerpts whose programme must be
/// found.
///
/// All programmes of a library have the same pieces, so an encoder that ignores the order of frames
/// can only guess. If more vectors are asked for than the pieces have, the pieces come again in
/// rounds. Each round is degraded in another way (the first not at all), and each round of each
/// programme has an order of its own.
package struct ReeditTrials: Sendable {
  private let stock: FootagePieces

  package init(_ frames: ViewedFrames, settings: FootagePieces.Settings = FootagePieces.Settings()) {
    stock = FootagePieces(frames, settings: settings)
  }

  package var frames: ViewedFrames { stock.frames }

  /// A library, and a query for each of its programmes; none with foreign footage.
  ///
  /// - Parameters:
  ///   - vectors: the least number of vectors of a programme; the last piece may add a few.
  ///   - programmes: 2 or more.
  /// - Returns: nil if there are too few pieces, or too few vectors, for that many orders.
  package func trial(vectors: Int, programmes: Int = 20, seed: UInt64) -> ClipTrials.Trial? {
    var random = SeededGenerator(seed: seed, name: "re-edits")
    let rounds = stock.rounds(of: stock.all, vectors: vectors, &random)
    var library: [[FrameReference]] = []
    var attempts = 0
    while library.count < programmes {
      attempts += 1
      guard attempts <= 10 * programmes else { return nil }
      let programme = rounds.flatMap { random.shuffled($0).flatMap(\.self) }
      if !library.contains(programme) { library.append(programme) }
    }
    return stock.trial(library, foreign: [], queriesPerProgramme: 1, &random)
  }
}
