internal import KeepframeFootage
internal import KeepframeNumerics

/// Makes libraries of programmes, and queries that shall be found in them: what encoders are trained and judged by.
///
/// A programme is put together from pieces of 1 to 2 seconds. No two programmes share a piece, and pieces of one clip are unlike each
/// other, so that there is one right answer. A query is part of one programme, degraded, with frames dropped; with foreign footage it holds
/// as many frames again of videos that are in no programme, in up to three pieces anywhere.
package struct ClipTrials: Sendable {
  package var settings = Settings()
  package let frames: ViewedFrames

  package struct Settings: Hashable, Sendable {
    /// Programmes in a library; fewer where the footage is too little.
    package var programmes = 48
    package var pieces = 5...8
    package var pieceSamples = 4...8
    /// Two pieces of a clip whose means are more alike than this count as one.
    package var likeness: Float = 0.92
    /// A consecutive pair of samples less alike than this ends a piece.
    package var cut: Float = 0.55
    /// The share of a programme that a query shows.
    package var part = 0.3...0.7
    /// The share of these that is left.
    package var kept = 0.5...0.9
    /// Degradations at once.
    package var degradations = 2...4
    /// The share of the footage that is kept out of all programmes.
    package var foreignShare = 0.25

    package init() {}
  }

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

  struct Piece {
    let clip: Int
    let samples: Range<Int>
  }

  private let pieces: [Piece]

  package init(_ frames: ViewedFrames, settings: Settings = Settings()) {
    self.frames = frames
    self.settings = settings
    pieces = Self.cut(frames, settings)
  }

  /// Pieces that are unlike each other.
  package var pieceCount: Int { pieces.count }

  /// Clips of less than a fifth of the footage: without one there is nothing foreign to insert.
  package var foreignCandidateCount: Int {
    let total = Double(frames.clips.reduce(0) { $0 + $1.count })
    return frames.clips.count { $0.count > 0 && Double($0.count) < 0.2 * total }
  }

  /// A library, and a query with and one without foreign footage for each of its programmes.
  ///
  /// What comes out depends on the footage, the settings and the seed alone.
  ///
  /// - Returns: nil if the footage is too little for a library of two programmes.
  package func trial(seed: UInt64, queriesPerProgramme: Int = 1) -> Trial? {
    var random = SeededGenerator(seed: seed)
    let foreign = foreignClips(&random)
    var free = random.shuffled(pieces.filter { !foreign.contains($0.clip) })
    var library: [[FrameReference]] = []
    while library.count < settings.programmes {
      let count = random.uniform(in: settings.pieces.lowerBound..<settings.pieces.upperBound + 1)
      guard free.count >= count else { break }
      library.append(free.prefix(count).flatMap { piece in piece.samples.map { FrameReference(clip: piece.clip, sample: $0) } })
      free.removeFirst(count)
    }
    guard library.count >= 2, !foreign.isEmpty else { return nil }
    var queries: [Query] = []
    for _ in 0..<queriesPerProgramme {
      for (answer, programme) in library.enumerated() {
        let part = excerpt(programme, &random)
        guard !part.isEmpty else { continue }
        queries.append(Query(answer: answer, isForeign: false, frames: part))
        let other = excerpt(programme, &random)
        guard !other.isEmpty else { continue }
        queries.append(Query(answer: answer, isForeign: true, frames: insert(foreign, into: other, &random)))
      }
    }
    return Trial(library: library, queries: queries)
  }

  // MARK: - Programmes

  private static func cut(_ frames: ViewedFrames, _ settings: Settings) -> [Piece] {
    var random = SeededGenerator(seed: 7, name: "pieces")
    var pieces: [Piece] = []
    for (index, clip) in frames.clips.enumerated() {
      var means: [[Float]] = []
      let rows = clip.embeddings
      for shot in clip.shots {
        let inner = shot.dropFirst().filter { dot(rows[row: $0], rows[row: $0 - 1]) < settings.cut }
        for (start, end) in zip([shot.lowerBound] + inner, inner + [shot.upperBound]) {
          var start = start
          while start < end {
            let length = random.uniform(in: settings.pieceSamples.lowerBound..<settings.pieceSamples.upperBound + 1)
            let samples = start..<min(end, start + length)
            start = samples.upperBound
            guard samples.count >= settings.pieceSamples.lowerBound else { continue }
            var sum = [Float](repeating: 0, count: rows.columns)
            for sample in samples { add(rows[row: sample], times: 1, to: &sum) }
            guard let mean = normalized(sum), means.allSatisfy({ dot($0, mean) < settings.likeness }) else { continue }
            means.append(mean)
            pieces.append(Piece(clip: index, samples: samples))
          }
        }
      }
    }
    return pieces
  }

  /// Clips of about a quarter of the footage; none of more than a fifth.
  private func foreignClips(_ random: inout SeededGenerator) -> Set<Int> {
    let total = Double(frames.clips.reduce(0) { $0 + $1.count })
    var (clips, taken) = (Set<Int>(), 0.0)
    for clip in random.shuffled(frames.clips.indices) where taken < settings.foreignShare * total {
      let count = Double(frames.clips[clip].count)
      guard count > 0, count < 0.2 * total else { continue }
      clips.insert(clip)
      taken += count
    }
    return clips
  }

  // MARK: - Queries

  private func excerpt(_ programme: [FrameReference], _ random: inout SeededGenerator) -> [FrameReference] {
    let length = max(4, Int((random.uniform(in: settings.part) * Double(programme.count)).rounded()))
    let start = random.uniform(in: 0..<max(1, programme.count - length + 1))
    let views = frames.drawViews(settings.degradations, &random)
    let viewed = programme[start..<min(start + length, programme.count)].filter {
      $0.sample.isMultiple(of: frames.clips[$0.clip].viewStride)
    }
    let kept = max(2, Int(random.uniform(in: settings.kept) * Double(viewed.count)))
    return random.shuffled(viewed.indices).prefix(kept).sorted().map {
      FrameReference(clip: viewed[$0].clip, sample: viewed[$0].sample, views: views)
    }
  }

  private func insert(
    _ foreign: Set<Int>, into own: [FrameReference], _ random: inout SeededGenerator
  ) -> [FrameReference] {
    let count = own.count
    let pieceCount = min(count, random.uniform(in: 1..<4))
    let cuts = random.shuffled(1..<count).prefix(pieceCount - 1).sorted()
    let bounds = [0] + cuts + [count]
    let places = bounds.dropLast().map { _ in random.uniform(in: 0..<count + 1) }.sorted()
    let clips = foreign.sorted()
    var result: [FrameReference] = []
    var taken = 0
    for (piece, place) in places.enumerated() {
      result += own[taken..<place]
      taken = place
      let clip = random.element(of: clips)!
      let samples = Array(frames.viewedSamples(ofClip: clip))
      let length = bounds[piece + 1] - bounds[piece]
      let start = random.uniform(in: 0..<max(1, samples.count - length + 1))
      let views = frames.drawViews(settings.degradations, &random)
      result += (0..<length).map {
        FrameReference(clip: clip, sample: samples[min(start + $0, samples.count - 1)], views: views)
      }
    }
    return result + own[taken...]
  }
}
