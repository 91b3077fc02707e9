package import KeepframeNumerics

/// Clusters vectors by cosine. See Dhillon and Modha 2001, "Concept decompositions for large sparse
/// text data using clustering".
///
/// Centres start at vectors far apart: first the one least similar to all, then always the one
/// least similar to those chosen. So nothing is random.
package struct SphericalKMeans: Hashable, Sendable {
  package var rounds: Int

  package init(rounds: Int = 10) { self.rounds = rounds }

  /// - Parameters:
  ///   - vectors: `[N, D]`, of unit length, at least one.
  ///   - count: K, 1 or more.
  /// - Returns: `[min(K, N), D]`, rows of unit length; a cluster that lost all its vectors stays
  ///   where it was.
  /// - Complexity: O(`rounds` · N · K · D)
  package func centres(of vectors: Matrix, count: Int) -> Matrix {
    guard count > 1 else { return Matrix(rows: 1, columns: vectors.columns, values: unitMean(vectors)) }
    var centres = Matrix(stacking: start(vectors, min(count, vectors.rows)).map { vectors[row: $0] })
    for _ in 0..<rounds {
      let similarity = matmul(vectors, centres, transposeB: true)
      var members = Matrix(rows: centres.rows, columns: vectors.rows)
      for row in 0..<vectors.rows {
        let similarities = similarity[row: row]
        members[similarities.indices.max { similarities[$0] < similarities[$1] }!, row] = 1
      }
      let sums = matmul(members, vectors)
      for cluster in 0..<centres.rows {
        if let centre = normalized(sums[row: cluster]) { centres[row: cluster] = centre }
      }
    }
    return centres
  }

  private func start(_ vectors: Matrix, _ count: Int) -> [Int] {
    func similarity(to vector: [Float]) -> [Float] {
      matmul(vectors, Matrix(rows: 1, columns: vector.count, values: vector), transposeB: true).values
    }
    func least(_ values: [Float]) -> Int { values.indices.min { values[$0] < values[$1] }! }
    var chosen = [least(similarity(to: unitMean(vectors)))]
    var nearest = similarity(to: vectors[row: chosen[0]])
    while chosen.count < count {
      chosen.append(least(nearest))
      nearest = zip(nearest, similarity(to: vectors[row: chosen.last!])).map { max($0, $1) }
    }
    return chosen
  }
}
