internal import KeepframeFootage
internal import KeepframeNumerics

/// Frames that are altered as copies may be. Each asks which moment of which clip it shows, among
/// all unaltered frames of the clips.
///
/// The right moment is one of the same clip within a second, or one that looks the same: a cosine
/// of raw embeddings of .97 or more.
struct MomentQueries: Sendable {
  static let seconds = 1.0
  static let sameCosine: Float = 0.97

  /// One query: an item and which of its views.
  struct Query: Sendable {
    let item: Int
    let view: Int
  }

  /// Whether the nearest frame is of the right moment, and of the right clip.
  struct Outcome: Sendable, Hashable {
    var isMoment: Bool
    var isClip: Bool
  }

  let set: RenderedSet
  let queries: [Query]

  /// - Parameters:
  ///   - set: frames of videos.
  ///   - count: number of queries; fewer if there are fewer views.
  ///   - seed: determines which views are chosen.
  init(_ set: RenderedSet, count: Int, seed: UInt64) {
    self.set = set
    var random = SeededGenerator(seed: seed, name: "moments")
    let all = (0..<set.count * set.views.count).map { Query(item: $0 / set.views.count, view: $0 % set.views.count) }
    queries = Array(random.shuffled(all).prefix(count))
  }

  /// The alterations of a query.
  func alterations(of query: Query) -> [Alteration] { set.items[query.item].alterations[query.view] }

  func source(of query: Query) -> String { set.items[query.item].source }

  /// - Parameter project: maps embeddings `[N, D]` to rows of unit length.
  /// - Returns: one for each query.
  func outcomes(_ project: (Matrix) -> Matrix) -> [Outcome] {
    let frames = project(set.originals)
    let asked = project(Matrix(stacking: queries.map { set.views[$0.view][row: $0.item] }))
    let similarity = matmul(asked, frames, transposeB: true)
    return queries.enumerated().map { row, query in
      let scores = similarity.values[similarity.range(ofRow: row)]
      let best = scores.indices.max { scores[$0] < scores[$1] }! - scores.startIndex
      let (right, found) = (set.items[query.item], set.items[best])
      let isClip = right.name == found.name
      let isNear = isClip && abs(right.seconds - found.seconds) <= Self.seconds
      let looksSame = { dot(set.originals[row: query.item], set.originals[row: best]) >= Self.sameCosine }
      return Outcome(isMoment: isNear || looksSame(), isClip: isClip)
    }
  }
}
