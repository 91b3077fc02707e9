internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeLibrary
internal import KeepframeNumerics
internal import KeepframeSystem
internal import SystemPackage

/// All footage as a library has it, without photographs. In larger ones unrelated videos reach
/// more, so that less is shared by chance.
struct ChanceLibrary: Sendable {
  let library: EvaluationLibrary
  /// What unrelated videos reach, for each moment of each video, by its path.
  let levels: [String: [Float]]

  init(_ clips: [RetainedClip], projection: Projection, threads: Int) throws {
    let library = EvaluationLibrary(clips, dense: [], pictures: nil, projection: projection)
    let found = try inParallel(library.videos.count, threads: threads) { place in
      let video = library.videos[place]
      return (video.path.string, try library.levels(of: library.block(place).moments, without: video.id))
    }
    self.library = library
    levels = Dictionary(found, uniquingKeysWith: { first, _ in first })
  }
}

/// What clips of different sources seem to share.
struct ChancePairs: Sendable {
  struct Pair: Sendable {
    let first: String
    let second: String
    /// Of the best stretch; 0 if there is none.
    let score: Double
  }

  /// Highest score first.
  let pairs: [Pair]
  /// The sum over the pairs of the product of both lengths, in hours.
  let hours: Double

  /// - Parameters:
  ///   - library: with the clips.
  ///   - clips: those to compare.
  init(_ library: ChanceLibrary, of clips: [FootageClip], _ threads: Int, _ cancellation: Cancellation?) throws {
    let (levels, library) = (library.levels, library.library)
    let names = Set(clips.map(\.name))
    let places = library.videos.indices.filter { names.contains(library.videos[$0].path.string) }
    let compared = places.map { place in
      let video = library.videos[place]
      return ComparedVideo(
        library.block(place), duration: video.durationSeconds, levels: levels[video.path.string] ?? [])
    }
    let wanted = places.indices.flatMap { second in
      (0..<second).filter { library.sources[places[$0]] != library.sources[places[second]] }.map { ($0, second) }
    }
    pairs = try inParallel(wanted.count, threads: threads) { index in
      try cancellation?.check()
      let (first, second) = wanted[index]
      return Pair(
        first: library.videos[places[first]].path.string, second: library.videos[places[second]].path.string,
        score: LocalAlignment.bestStretch(of: compared[first], and: compared[second])?.score ?? 0)
    }.sorted { ($0.score, $1.first, $1.second) > ($1.score, $0.first, $0.second) }
    hours = wanted.reduce(0) { sum, pair in
      let lengths = [pair.0, pair.1].map { library.videos[places[$0]].durationSeconds / 3600 }
      return sum + lengths[0] * lengths[1]
    }
  }
}

extension ChancePairs {
  /// Of so many of the highest scores for each part that is held out only the number counts.
  static let suspects = 1

  /// What the parts of one seed say together; nil if they say too little.
  static func fit(_ parts: [ChancePairs]) -> ChanceMatches? {
    ChanceMatches(
      fitting: parts.flatMap { $0.pairs.map(\.score) }, hours: parts.reduce(0) { $0 + $1.hours },
      suspects: suspects * parts.count)
  }
}
