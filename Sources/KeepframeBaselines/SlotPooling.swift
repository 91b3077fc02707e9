internal import Glibc  // `expf`
package import KeepframeNumerics

/// Sums up a window by several vectors instead of one: slots, which compete for the window's
/// vectors.
///
/// The mean of many shots is similar to the mean of many others. A slot collects similar vectors,
/// so part of a clip can be found in another clip, whatever else is there. With vectors x of the
/// window, slots q, and κ ``sharpness``:
///
///     share[i, s] = softmax over s (κ x[i] · q[s])         each vector is divided among the slots
///     q[s] = sum share[i, s] x[i], of unit length          each slot is the sum of its shares
///
/// This is slot attention (Locatello et al. 2020, algorithm 1; arXiv:2006.15055) with identity
/// projections and no update network. Slots start at vectors of the window, each the one least
/// similar to those before it, so nothing is random.
package struct SlotPooling: Hashable, Sendable {
  /// κ: at 0 each vector is divided equally; towards infinity it goes to the nearest slot alone.
  package var sharpness: Float
  /// How often the slots are recomputed. 0 leaves them at the vectors that they start from.
  package var rounds: Int

  package init(sharpness: Float = 20, rounds: Int = 2) {
    precondition(sharpness >= 0 && sharpness.isFinite, "expected a sharpness of 0 or more, got \(sharpness)")
    precondition(rounds >= 0, "expected 0 rounds or more, got \(rounds)")
    self.sharpness = sharpness
    self.rounds = rounds
  }

  /// - Parameters:
  ///   - vectors: `[n, D]`, of unit length.
  ///   - masses: `[n]`, how many equal vectors each counts as; 0 masks it.
  ///   - slots: number of slots; fewer are made if fewer vectors have mass.
  /// - Complexity: O(n² D), as three products of matrices; meant for windows of 100.
  package func pool(_ vectors: Matrix, masses: [Float]? = nil, slots: Int) -> Slots {
    precondition((masses?.count ?? vectors.rows) == vectors.rows, "expected a mass for each of \(vectors.rows) vectors")
    let used = vectors.rowIndices { masses?[$0] != 0 }
    let similarity = matmul(vectors, vectors, transposeB: true)
    let seeds = seeds(similarity, among: used, slots)
    let (n, S) = (vectors.rows, seeds.count)
    guard S > 0 else { return Slots(vectors: Matrix(rows: 0, columns: vectors.columns), shares: Matrix(rows: 0, columns: n)) }

    guard rounds > 0 else {
      var shares = Matrix(rows: S, columns: n)
      for vector in used {
        shares[seeds.indices.max { similarity[vector, seeds[$0]] < similarity[vector, seeds[$1]] }!, vector] = 1
      }
      return Slots(vectors: vectors.rows(seeds), shares: shares)
    }
    var shares = divide(similarity.rows(seeds), masses)
    for _ in 1..<rounds {
      // A slot is a weighted sum of the vectors. Its products with them, and its length, follow
      // from the products of the vectors with each other.
      var logits = matmul(shares, similarity)
      for slot in 0..<S {
        let squaredLength = dot(
          shares.values.span.extracting(shares.range(ofRow: slot)), logits.values.span.extracting(logits.range(ofRow: slot)))
        let scale = squaredLength > 0 ? 1 / squaredLength.squareRoot() : 0
        for index in logits.range(ofRow: slot) { logits.values[index] *= scale }
      }
      shares = divide(logits, masses)
    }
    var slots = matmul(shares, vectors)
    slots.normalizeRows()
    return Slots(vectors: slots, shares: shares)
  }

  /// Farthest points: first the vector least similar to the rest, then always the one least similar
  /// to those chosen. Of equal ones, the earlier.
  private func seeds(_ similarity: Matrix, among used: [Int], _ slots: Int) -> [Int] {
    let count = min(slots, used.count)
    guard count > 0 else { return [] }
    let n = similarity.columns
    return similarity.values.withUnsafeBufferPointer { similarity in
      func least(_ values: [Float]) -> Int { used.min { values[$0] < values[$1] }! }
      // Four rows at a time: the additions of one row must be in order, and each waits for the
      // last.
      var sums = [Float](repeating: 0, count: n)
      for first in stride(from: 0, to: n, by: 4) {
        let rows = (0..<4).map { min(first + $0, n - 1) * n }
        var sum = SIMD4<Float>()
        for column in used {
          sum += SIMD4(
            similarity[rows[0] + column], similarity[rows[1] + column], similarity[rows[2] + column],
            similarity[rows[3] + column])
        }
        for lane in 0..<min(4, n - first) { sums[first + lane] = sum[lane] }
      }
      var seeds = [least(sums)]
      var nearest = Array(similarity[seeds[0] * n..<(seeds[0] + 1) * n])
      while seeds.count < count {
        let seed = least(nearest)
        seeds.append(seed)
        nearest.withUnsafeMutableBufferPointer { nearest in
          for column in 0..<n { nearest[column] = max(nearest[column], similarity[seed * n + column]) }
        }
      }
      return seeds
    }
  }

  /// `[S, n]`: column by column, softmax times mass.
  private func divide(_ logits: Matrix, _ masses: [Float]?) -> Matrix {
    let (S, n) = (logits.rows, logits.columns)
    var shares = logits
    var largest = [Float](repeating: -.infinity, count: n)
    var factors = [Float](repeating: 0, count: n)
    shares.values.withUnsafeMutableBufferPointer { shares in
      largest.withUnsafeMutableBufferPointer { largest in
        factors.withUnsafeMutableBufferPointer { factors in
          for slot in 0..<S {
            let row = slot * n
            for column in 0..<n { largest[column] = max(largest[column], shares[row + column]) }
          }
          for slot in 0..<S {
            let row = slot * n
            for column in 0..<n {
              let share = expf(sharpness * (shares[row + column] - largest[column]))
              shares[row + column] = share
              factors[column] += share
            }
          }
          for column in 0..<n { factors[column] = (masses?[column] ?? 1) / factors[column] }
          for slot in 0..<S {
            let row = slot * n
            for column in 0..<n { shares[row + column] *= factors[column] }
          }
        }
      }
    }
    return shares
  }
}

/// The slots that sum up a window.
package struct Slots: Hashable, Sendable {
  /// `[S, D]`, of unit length; a slot that got nothing is zero.
  package let vectors: Matrix
  /// `[S, n]`: how much of each vector a slot got. Columns sum to the vector's mass.
  package let shares: Matrix

  package init(vectors: Matrix, shares: Matrix) {
    precondition(vectors.rows == shares.rows, "expected shares of \(vectors.rows) slots, got \(shares)")
    self.vectors = vectors
    self.shares = shares
  }

  package var count: Int { vectors.rows }

  /// How many vectors a slot stands for.
  package func mass(of slot: Int) -> Float { shares[row: slot].reduce(0, +) }
}

extension Matrix {
  /// Copies of some rows, in their order.
  fileprivate func rows(_ chosen: [Int]) -> Matrix {
    let values = [Float](unsafeUninitializedCapacity: chosen.count * columns) { result, count in
      for row in chosen {
        _ = UnsafeMutableBufferPointer(rebasing: result[count...]).initialize(from: self.values[range(ofRow: row)])
        count += columns
      }
    }
    return Matrix(rows: chosen.count, columns: columns, values: values)
  }

  fileprivate func rowIndices(where condition: (Int) -> Bool) -> [Int] { (0..<rows).filter(condition) }
}
