internal import KeepframeFootage
internal import KeepframeNumerics

/// Makes libraries of programmes, and queries to be found in them. Encoders are trained and judged
/// by these.
///
/// A programme is composed of pieces of 1 to 2 seconds. No two programmes share a piece, and pieces
/// of one clip are dissimilar, so that there is one right answer. A query is part of one programme,
/// degraded, with frames dropped. With foreign footage it also holds the same number of frames of
/// videos that are in no programme, in up to three pieces at random places.
package struct ClipTrials: Sendable {
  package typealias Settings = FootagePieces.Settings

  private var stock: FootagePieces

  package struct Trial: Sendable {
    /// Frames of each programme.
    package let library: [[FrameReference]]
    package let queries: [Query]
  }

  package struct Query: Sendable {
    /// The programme that it is part of.
    package let answer: Int
    package let isForeign: Bool
    package let frames: [FrameReference]
  }

  package init(_ frames: ViewedFrames, settings: Settings = Settings()) {
    stock = FootagePieces(frames, settings: settings)
  }

  package var settings: Settings {
    get { stock.settings }
    set { stock.settings = newValue }
  }

  package var frames: ViewedFrames { stock.frames }

  /// Number of pieces that are dissimilar to each other.
  package var pieceCount: Int { stock.all.count }

  /// Number of clips of less than a fifth of the footage. Without one there is nothing foreign to
  /// insert.
  package var foreignCandidateCount: Int { stock.foreignCandidateCount }

  /// A library, and a query with and one without foreign footage for each of its programmes.
  ///
  /// The result depends on the footage, the settings and the seed alone.
  ///
  /// - Returns: nil if the footage is too little for a library of two programmes.
  package func trial(seed: UInt64, queriesPerProgramme: Int = 1) -> Trial? {
    var random = SeededGenerator(seed: seed)
    let foreign = stock.foreignClips(&random)
    var free = random.shuffled(stock.all.filter { !foreign.contains($0.clip) })
    var library: [[FrameReference]] = []
    while library.count < settings.programmes {
      let count = random.uniform(in: settings.pieces.lowerBound..<settings.pieces.upperBound + 1)
      guard free.count >= count else { break }
      library.append(free.prefix(count).flatMap { stock.frames(of: $0) })
      free.removeFirst(count)
    }
    guard library.count >= 2, !foreign.isEmpty else { return nil }
    return stock.trial(library, foreign: foreign, queriesPerProgramme: queriesPerProgramme, &random)
  }
}

extension FootagePieces {
  /// For each programme a number of queries without foreign footage and, if there are foreign
  /// clips, as many with it.
  func trial(
    _ library: [[FrameReference]], foreign: Set<Int>, queriesPerProgramme: Int, _ random: inout SeededGenerator
  ) -> ClipTrials.Trial {
    var queries: [ClipTrials.Query] = []
    for _ in 0..<queriesPerProgramme {
      for (answer, programme) in library.enumerated() {
        let part = excerpt(programme, &random)
        guard !part.isEmpty else { continue }
        queries.append(ClipTrials.Query(answer: answer, isForeign: false, frames: part))
        guard !foreign.isEmpty else { continue }
        let other = excerpt(programme, &random)
        guard !other.isEmpty else { continue }
        queries.append(ClipTrials.Query(answer: answer, isForeign: true, frames: insert(foreign, into: other, &random)))
      }
    }
    return ClipTrials.Trial(library: library, queries: queries)
  }
}
