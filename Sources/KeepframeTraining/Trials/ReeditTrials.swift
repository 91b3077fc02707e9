internal import KeepframeNumerics

/// Programmes that differ in the order of their pieces alone, and excerpts: which of them is it of?
///
/// All programmes of a library are of the same pieces, so whatever sums up frames without their
/// order has chance. Where more vectors are asked for than the pieces have, they come again in
/// rounds, each round degraded in another way (the first not at all) and each round of each
/// programme in an order of its own.
package struct ReeditTrials: Sendable {
  private let stock: FootagePieces

  package init(_ frames: ViewedFrames, settings: FootagePieces.Settings = FootagePieces.Settings()) {
    stock = FootagePieces(frames, settings: settings)
  }

  package var frames: ViewedFrames { stock.frames }

  /// A library, and a query for each of its programmes; none with foreign footage.
  ///
  /// - Parameters:
  ///   - vectors: of a programme, at least; the last piece may bring a few more.
  ///   - programmes: 2 or more.
  /// - Returns: nil if the pieces are too few, or too few are asked for, to have so many orders.
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
