internal import Glibc  // `expf` and `squareRoot()`
package import KeepframeNumerics

/// Finds the clip that a query comes from, by a vote of the query's vectors. These may be slots,
/// windows, frames, or one vector for each clip.
///
/// With query vectors q, and vectors l of clip c:
///
///     forward(c)  = mean over q of softmax over clips ( max over l of q · l / temperature )
///     backward(c) = mean over l in c of ( max over q of q · l )
///     score(c)    = forward / deviation(forward) + backward / deviation(backward)
///
/// In `forward` each query vector has one vote; `backward` says how much of the clip is in the
/// query. Foreign footage in the query is similar to no clip, so its votes are spread over all
/// clips, and in `backward` it only takes part in the maximum. Standard deviations are taken over
/// the clips of the library, which puts both parts on one scale.
package struct ClipMatcher: Sendable {
  package var temperature: Float
  /// The vectors of all clips, one clip after another: `[all vectors, D]`, of unit length.
  private let vectors: Matrix
  /// Where each clip's rows lie; none is empty.
  private let clips: [Range<Int>]

  /// - Parameters:
  ///   - clips: the vectors of each clip, `[any, D]`, at least one.
  ///   - temperature: 0.15 was best for projected embeddings, 0.1...0.25 nearly so.
  package init(_ clips: [Matrix], temperature: Float = 0.15) {
    precondition(!clips.isEmpty && clips.allSatisfy { $0.rows > 0 }, "expected clips of one vector or more")
    precondition(clips.allSatisfy { $0.columns == clips[0].columns }, "expected clips of one dimension")
    precondition(temperature > 0, "expected a temperature above 0, got \(temperature)")
    self.temperature = temperature
    vectors = Matrix(rows: clips.reduce(0) { $0 + $1.rows }, columns: clips[0].columns, values: clips.flatMap(\.values))
    var start = 0
    self.clips = clips.map { clip in
      defer { start += clip.rows }
      return start..<start + clip.rows
    }
  }

  package var count: Int { clips.count }

  /// How well each clip of the library matches. Scores are comparable within one query only.
  ///
  /// - Parameter query: `[Q, D]`.
  /// - Returns: `[clips]`; all 0 if the query is empty or the library has one clip.
  /// - Complexity: O(Q · all vectors · D)
  package func scores(of query: Matrix) -> [Float] {
    guard query.rows > 0 else { return [Float](repeating: 0, count: count) }
    let similarity = matmul(query, vectors, transposeB: true)
    let width = similarity.columns
    var forward = [Float](repeating: 0, count: count)
    var nearest = [Float](repeating: -.infinity, count: width)
    var best = [Float](repeating: 0, count: count)
    similarity.values.withUnsafeBufferPointer { similarity in
      for row in 0..<query.rows {
        for (clip, range) in clips.enumerated() {
          var largest = -Float.infinity
          for column in range {
            let value = similarity[row * width + column]
            largest = max(largest, value)
            nearest[column] = max(nearest[column], value)
          }
          best[clip] = largest / temperature
        }
        let votes = softmax(best)
        for clip in votes.indices { forward[clip] += votes[clip] }
      }
    }
    let backward = clips.map { range in nearest[range].reduce(0, +) / Float(range.count) }
    return zip(standardized(forward), standardized(backward)).map { $0 + $1 }
  }

  /// The clips, best match first; of equal scores, the earlier clip first.
  package func ranking(of query: Matrix) -> [(clip: Int, score: Float)] {
    scores(of: query).enumerated().map { (clip: $0.offset, score: $0.element) }
      .sorted { ($0.score, $1.clip) > ($1.score, $0.clip) }
  }
}

/// Subtracts the mean and divides by the standard deviation; zeros if all values are equal.
private func standardized(_ values: [Float]) -> [Float] {
  let mean = values.reduce(0, +) / Float(values.count)
  let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
  return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
}
