internal import Glibc  // `expf`
public import Tensors

/// Sums up a window by several vectors instead of one: slots, which compete for the window's vectors.
///
/// The mean of many shots is like the mean of many others; a slot stays with what is alike, so that part of a clip can be found
/// in another clip however much else there is. Vectors x of the window, slots q, κ ``sharpness``:
///
///     share[i, s] = softmax over s (κ x[i] · q[s])         each vector is divided among the slots
///     q[s] = sum share[i, s] x[i], of unit length          each slot is what it got
///
/// This is slot attention (Locatello et al. 2020, algorithm 1; arXiv:2006.15055) with identity projections and no update network.
/// Slots start at vectors of the window, each the one least like those before it, so there is no chance in it.
public struct SlotPooling: Hashable, Sendable {
  /// A window of n vectors gets n / `vectorsPerSlot` slots, rounded up. 1 or more.
  public var vectorsPerSlot: Int
  /// κ: from 0, all vectors alike, to infinity, each vector to the nearest slot.
  public var sharpness: Float
  /// How often the slots are computed anew. 0 leaves them at the vectors that they start from.
  public var rounds: Int

  public init(vectorsPerSlot: Int = 2, sharpness: Float = 20, rounds: Int = 2) {
    precondition(vectorsPerSlot >= 1, "expected 1 vector a slot or more, got \(vectorsPerSlot)")
    precondition(sharpness >= 0 && sharpness.isFinite, "expected a sharpness of 0 or more, got \(sharpness)")
    precondition(rounds >= 0, "expected 0 rounds or more, got \(rounds)")
    self.vectorsPerSlot = vectorsPerSlot
    self.sharpness = sharpness
    self.rounds = rounds
  }

  /// How many slots a window of `count` vectors gets: as many as pieces of `vectorsPerSlot`, the last perhaps shorter.
  public func slotCount(for count: Int) -> Int {
    (count + vectorsPerSlot - 1) / vectorsPerSlot
  }

  /// - Parameters:
  ///   - vectors: `[n, D]`, of unit length.
  ///   - masses: `[n]`, how many equal vectors each counts as; 0 masks it.
  /// - Complexity: O(n² D), as three products of matrices; meant for windows of 100.
  public func pool(_ vectors: Matrix, masses: [Float]? = nil) -> Slots {
    precondition((masses?.count ?? vectors.rows) == vectors.rows, "expected a mass for each of \(vectors.rows) vectors")
    let used = vectors.rowIndices { masses?[$0] != 0 }
    let similarity = matmul(vectors, vectors, transposeB: true)
    let seeds = seeds(similarity, among: used)
    let (n, S) = (vectors.rows, seeds.count)
    guard S > 0 else { return Slots(vectors: Matrix(rows: 0, columns: vectors.columns), shares: Matrix(rows: 0, columns: n)) }

    var slots = Matrix(stacking: seeds.map { vectors[row: $0] })
    var shares = Matrix(rows: S, columns: n)
    if rounds == 0 {
      for vector in used {
        shares[seeds.indices.max { similarity[vector, seeds[$0]] < similarity[vector, seeds[$1]] }!, vector] = 1
      }
    }
    for round in 0..<rounds {
      let logits =
        round == 0 ? Matrix(stacking: seeds.map { similarity[row: $0] }) : matmul(slots, vectors, transposeB: true)
      shares = divide(logits, masses)
      slots = matmul(shares, vectors)
      slots.normalizeRows()
    }
    return Slots(vectors: slots, shares: shares)
  }

  /// Multiplications with an addition that ``pool(_:masses:)`` does for `count` vectors, none masked.
  public func multiplyAdds(for count: Int, dimension: Int) -> Int {
    let slots = slotCount(for: count)
    return dimension * count * (count + max(0, 2 * rounds - 1) * slots)
  }

  /// Farthest points: first the vector least like the rest, then always the one least like those chosen. Of equals, the earlier.
  private func seeds(_ similarity: Matrix, among used: [Int]) -> [Int] {
    let count = slotCount(for: used.count)
    guard count > 0 else { return [] }
    func least(_ value: (Int) -> Float) -> Int { used.min { value($0) < value($1) }! }
    let n = similarity.columns
    let sums = (0..<n).map { row in used.reduce(Float(0)) { $0 + similarity.values[row * n + $1] } }
    var seeds = [least { sums[$0] }]
    var nearest = similarity[row: seeds[0]]
    while seeds.count < count {
      let seed = least { nearest[$0] }
      seeds.append(seed)
      for column in 0..<n { nearest[column] = max(nearest[column], similarity.values[seed * n + column]) }
    }
    return seeds
  }

  /// `[S, n]`: column by column, softmax times mass.
  private func divide(_ logits: Matrix, _ masses: [Float]?) -> Matrix {
    let (S, n) = (logits.rows, logits.columns)
    var shares = logits
    var largest = [Float](repeating: -.infinity, count: n)
    var sums = [Float](repeating: 0, count: n)
    shares.values.withUnsafeMutableBufferPointer { shares in
      for slot in 0..<S {
        for column in 0..<n { largest[column] = max(largest[column], shares[slot * n + column]) }
      }
      for slot in 0..<S {
        for column in 0..<n {
          let index = slot * n + column
          shares[index] = expf(sharpness * (shares[index] - largest[column]))
          sums[column] += shares[index]
        }
      }
      for slot in 0..<S {
        for column in 0..<n { shares[slot * n + column] *= (masses?[column] ?? 1) / sums[column] }
      }
    }
    return shares
  }
}

/// What a window was summed up by.
public struct Slots: Hashable, Sendable {
  /// `[S, D]`, of unit length; a slot that got nothing is zero.
  public let vectors: Matrix
  /// `[S, n]`: how much of each vector a slot got. Columns sum to the vector's mass.
  public let shares: Matrix

  public init(vectors: Matrix, shares: Matrix) {
    precondition(vectors.rows == shares.rows, "expected shares of \(vectors.rows) slots, got \(shares)")
    self.vectors = vectors
    self.shares = shares
  }

  public var count: Int { vectors.rows }

  /// How many vectors a slot stands for.
  public func mass(of slot: Int) -> Float { shares[row: slot].reduce(0, +) }
}

extension Matrix {
  fileprivate func rowIndices(where condition: (Int) -> Bool) -> [Int] { (0..<rows).filter(condition) }
}
