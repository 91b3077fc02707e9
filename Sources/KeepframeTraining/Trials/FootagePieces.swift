internal import KeepframeFootage
internal import KeepframeNumerics

/// The pieces of footage of which programmes are composed, and the excerpts of programmes that are
/// queries.
///
/// Pieces last 1 to 2 seconds and lie within one shot. Those of one clip are dissimilar.
package struct FootagePieces: Sendable {
  package var settings: Settings
  package let frames: ViewedFrames
  let all: [Piece]

  package struct Settings: Hashable, Sendable {
    /// Programmes in a library; fewer if there is too little footage.
    package var programmes = 48
    package var pieces = 5...8
    package var pieceSamples = 4...8
    /// Two pieces of a clip whose means have a cosine above this count as one.
    package var sameCosine: Float = 0.92
    /// Two consecutive samples with a cosine below this end a piece.
    package var cut: Float = 0.55
    /// The share of a programme that a query shows.
    package var part = 0.3...0.7
    /// The share of these frames that is left after dropping.
    package var kept = 0.5...0.9
    /// Number of degradations at once.
    package var degradations = 2...4
    /// The share of the footage that is in no programme.
    package var foreignShare = 0.25

    package init() {}
  }

  struct Piece: Hashable, Sendable {
    let clip: Int
    let samples: Range<Int>
  }

  package init(_ frames: ViewedFrames, settings: Settings = Settings()) {
    self.frames = frames
    self.settings = settings
    all = Self.cut(frames, settings)
  }

  /// Number of clips of less than a fifth of the footage. Without one there is nothing foreign to
  /// insert.
  var foreignCandidateCount: Int {
    let total = Double(frames.clips.reduce(0) { $0 + $1.count })
    return frames.clips.count { $0.count > 0 && Double($0.count) < 0.2 * total }
  }

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
            guard let mean = normalized(sum), means.allSatisfy({ dot($0, mean) < settings.sameCosine }) else { continue }
            means.append(mean)
            pieces.append(Piece(clip: index, samples: samples))
          }
        }
      }
    }
    return pieces
  }

  // MARK: - Programmes

  /// The frames of a piece as they are.
  func frames(of piece: Piece) -> [FrameReference] {
    piece.samples.map { FrameReference(clip: piece.clip, sample: $0) }
  }

  /// Rounds of pieces until they have `vectors` frames. The first round has all pieces in random
  /// order. Each further round has them in another order and under the next degradation; after the
  /// last degradation it starts again without one.
  ///
  /// Degraded, a piece has only the frames that have views: every other one by default.
  ///
  /// - Returns: for each round the frames of each piece; the last round may lack some. Empty if
  ///   there are no pieces.
  func rounds(of pieces: [Piece], vectors: Int, _ random: inout SeededGenerator) -> [[[FrameReference]]] {
    var (rounds, count): ([[[FrameReference]]], Int) = ([], 0)
    while count < vectors {
      let view = rounds.count % (frames.views.count + 1) - 1  // -1 for frames as they are
      var round: [[FrameReference]] = []
      for piece in random.shuffled(pieces) where count < vectors {
        let shown = frames(of: piece).filter { view < 0 || frames.hasViews($0) }.map {
          FrameReference(clip: $0.clip, sample: $0.sample, views: view < 0 ? [] : [view])
        }
        round.append(shown)
        count += shown.count
      }
      guard !round.isEmpty else { return [] }
      rounds.append(round)
    }
    return rounds
  }

  /// Draws clips that are about a quarter of the footage in all, none more than a fifth.
  func foreignClips(_ random: inout SeededGenerator) -> Set<Int> {
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

  /// Part of a programme, degraded anew, with frames dropped; empty if none of it has views.
  func excerpt(_ programme: [FrameReference], _ random: inout SeededGenerator) -> [FrameReference] {
    let length = max(4, Int((random.uniform(in: settings.part) * Double(programme.count)).rounded()))
    let start = random.uniform(in: 0..<max(1, programme.count - length + 1))
    let views = frames.drawViews(settings.degradations, &random)
    let viewed = programme[start..<min(start + length, programme.count)].filter { frames.hasViews($0) }
    let kept = max(2, Int(random.uniform(in: settings.kept) * Double(viewed.count)))
    return random.shuffled(viewed.indices).prefix(kept).sorted().map {
      FrameReference(clip: viewed[$0].clip, sample: viewed[$0].sample, views: views)
    }
  }

  /// A query with the same number of frames of foreign clips inserted, in one to three runs at
  /// random places, or in more runs if these would be long.
  func insert(
    _ foreign: Set<Int>, into own: [FrameReference], _ random: inout SeededGenerator
  ) -> [FrameReference] {
    let count = own.count
    let most = max(4, count / 10)
    let runCount = min(count, random.uniform(in: max(1, count / 40)..<most))
    let cuts = random.shuffled(1..<count).prefix(runCount - 1).sorted()
    let bounds = [0] + cuts + [count]
    let places = bounds.dropLast().map { _ in random.uniform(in: 0..<count + 1) }.sorted()
    let clips = foreign.sorted()
    var result: [FrameReference] = []
    var taken = 0
    for (run, place) in places.enumerated() {
      result += own[taken..<place]
      taken = place
      let clip = random.element(of: clips)!
      let samples = Array(frames.viewedSamples(ofClip: clip))
      let length = bounds[run + 1] - bounds[run]
      let start = random.uniform(in: 0..<max(1, samples.count - length + 1))
      let views = frames.drawViews(settings.degradations, &random)
      result += (0..<length).map {
        FrameReference(clip: clip, sample: samples[min(start + $0, samples.count - 1)], views: views)
      }
    }
    return result + own[taken...]
  }
}
