package import KeepframeNumerics

/// Attention in closed form. Each thing that a window shows counts once, however many of its
/// vectors show it.
///
/// The mean of a window is mostly what is shown longest. Solved weights instead make the inner
/// product of the weighted sum with every vector of the window equal, up to a ridge λ that keeps
/// noise from growing:
///
///     (X X' + λ diag(1 / mass)) a = 1
///
/// This is generalised max pooling (Murray and Perronnin 2014, equation 8), extended to vectors
/// that stand for others: one of mass *m* weighs what *m* equal vectors weigh together. Nothing is
/// learned.
package struct SolvedWeights: Hashable, Sendable {
  /// λ, above 0. Towards infinity all vectors weigh alike: the mean.
  package var ridge: Float

  package init(ridge: Float = 0.3) {
    precondition(ridge > 0 && ridge.isFinite, "expected a ridge above 0, got \(ridge)")
    self.ridge = ridge
  }

  /// - Parameters:
  ///   - similarity: `[n, n]`, the inner products of all vectors with each other.
  ///   - masses: `[n]`, 0 or more; 0 masks a vector.
  /// - Returns: `[n]`, 0 or more. A negative weight would take away what another vector shows, so
  ///   it becomes 0.
  /// - Complexity: O(n³)
  package func callAsFunction(_ similarity: Matrix, masses: [Float]) -> [Float] {
    let n = similarity.rows
    precondition(similarity.columns == n && masses.count == n, "expected \(n) masses and a square matrix, got \(similarity)")
    let used = (0..<n).filter { masses[$0] > 0 }
    var matrix = [Double](unsafeUninitializedCapacity: used.count * used.count) { matrix, count in
      for row in used {
        for column in used {
          matrix[count] = Double(similarity[row, column])
          count += 1
        }
      }
    }
    for (index, row) in used.enumerated() { matrix[index * used.count + index] += Double(ridge / masses[row]) }
    let solution = solveSymmetric(&matrix, [Double](repeating: 1, count: used.count))
    var weights = [Float](repeating: 0, count: n)
    for (index, row) in used.enumerated() { weights[row] = Float(max(0, solution[index])) }
    return weights
  }

  /// The number of multiply-adds for `count` vectors, their inner products included.
  package func multiplyAdds(for count: Int, dimension: Int) -> Int {
    count * count * dimension + count * (count + 1) * (count + 2) / 6 + count * count
  }
}
