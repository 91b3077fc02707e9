import Foundation
import KeepframeBaselines
import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `Slots` {
  @Test(arguments: [(0, 0), (1, 1), (2, 2), (4, 4), (20, 4)])
  func `are as many as asked for, or as vectors`(count: Int, slots: Int) {
    #expect(SlotPooling().pool(vectors(count, dimension: 6), slots: 4).count == slots)
  }

  @Test(arguments: [0, 1, 2, 5]) func `share out the mass of every vector`(rounds: Int) {
    let masses: [Float] = [1, 2, 0, 0.5, 1, 1, 3, 1, 1, 1]
    let slots = SlotPooling(rounds: rounds).pool(vectors(10, dimension: 6), masses: rounds == 0 ? nil : masses, slots: 5)
    for vector in 0..<10 {
      let sum = (0..<slots.count).reduce(Float(0)) { $0 + slots.shares[$1, vector] }
      #expect(abs(sum - (rounds == 0 ? 1 : masses[vector])) < 1e-5)
    }
    #expect(abs((0..<slots.count).reduce(0) { $0 + slots.mass(of: $1) } - (rounds == 0 ? 10 : masses.reduce(0, +))) < 1e-4)
  }

  @Test func `are what the formulas say, in Double`() {
    let vectors = vectors(23, dimension: 7)
    let masses = (0..<23).map { Float($0 % 4) }
    let slots = SlotPooling(sharpness: 9, rounds: 3).pool(vectors, masses: masses, slots: 5)
    let expected = reference(vectors, masses: masses, slotCount: 5, sharpness: 9, rounds: 3)
    #expect(slots.count == expected.count)
    for (slot, values) in expected.enumerated() {
      #expect(distance(slots.vectors[row: slot], values.map { Float($0) }) < 1e-5)
    }
  }

  @Test func `do not look at masked vectors`() {
    var vectors = vectors(12, dimension: 6)
    let masses = (0..<12).map { Float($0 == 3 || $0 == 7 ? 0 : 1) }
    let before = SlotPooling().pool(vectors, masses: masses, slots: 5)
    vectors[row: 3] = vectors[row: 0].map { -$0 }
    let after = SlotPooling().pool(vectors, masses: masses, slots: 5)
    #expect(distance(before.vectors.values, after.vectors.values) == 0)
    #expect(SlotPooling().pool(vectors, masses: Array(repeating: 0, count: 12), slots: 5).count == 0)
  }

  @Test func `keep apart what is unlike`() {
    // Three groups around three axes; as many slots as groups, each near one.
    var random = TestGenerator(seed: 4)
    let rows = (0..<12).map { index in
      normalized((0..<6).map { ($0 == index % 3 ? 1 : 0) + Float.random(in: -0.1...0.1, using: &random) })!
    }
    let slots = SlotPooling().pool(Matrix(stacking: rows), slots: 3)
    let nearest = (0..<3).map { slot in (0..<6).max { slots.vectors[slot, $0] < slots.vectors[slot, $1] }! }
    #expect(Set(nearest) == [0, 1, 2])
    for slot in 0..<3 { #expect(slots.vectors[slot, nearest[slot]] > 0.98 && abs(slots.mass(of: slot) - 4) < 0.01) }
  }

  private func vectors(_ count: Int, dimension: Int) -> Matrix {
    let memory = randomMemory(count, dimension: dimension)
    return Matrix(rows: count, columns: dimension, values: memory.flatMap(\.values))
  }

  /// The readable twin.
  private func reference(
    _ vectors: Matrix, masses: [Float], slotCount: Int, sharpness: Double, rounds: Int
  ) -> [[Double]] {
    let rows = (0..<vectors.rows).filter { masses[$0] > 0 }.map { row in vectors[row: row].map { Double($0) } }
    let masses = masses.filter { $0 > 0 }.map { Double($0) }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var seeds: [Int] = []
    while seeds.count < slotCount {
      let similarities = rows.map { row in
        seeds.isEmpty ? rows.reduce(0) { $0 + product(row, $1) } : seeds.map { product(row, rows[$0]) }.max()!
      }
      seeds.append(similarities.indices.min { similarities[$0] < similarities[$1] }!)
    }
    var slots = seeds.map { rows[$0] }
    for _ in 0..<rounds {
      var sums = slots.map { _ in [Double](repeating: 0, count: vectors.columns) }
      for (row, mass) in zip(rows, masses) {
        let weights = slots.map { exp(sharpness * product($0, row)) }
        for slot in slots.indices {
          for column in row.indices { sums[slot][column] += mass * weights[slot] / weights.reduce(0, +) * row[column] }
        }
      }
      slots = sums.map { sum in sum.map { $0 / product(sum, sum).squareRoot() } }
    }
    return slots
  }
}
