import Foundation
import KeepframeBaselines
import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@Suite struct `The vote of a query's vectors` {
  @Test func `finds the clip that an excerpt is from, whatever foreign footage is around it`() {
    let clips = (0..<20).map { matrix(randomMemory(12, dimension: 24, seed: 100 + UInt64($0))) }
    let matcher = ClipMatcher(clips)
    let foreign = matrix(randomMemory(8, dimension: 24, seed: 999))
    for (index, clip) in clips.enumerated() {
      let part = noisy(Matrix(rows: 5, columns: 24, values: Array(clip.values[3 * 24..<8 * 24])), seed: UInt64(index))
      #expect(matcher.ranking(of: part)[0].clip == index)
      let mixed = Matrix(rows: 13, columns: 24, values: foreign.values[..<96] + part.values + foreign.values[96...])
      #expect(matcher.ranking(of: mixed)[0].clip == index, "with more foreign vectors than its own")
    }
  }

  @Test func `is what the formulas say, in Double`() {
    let clips = [3, 1, 5, 2].enumerated().map { matrix(randomMemory($1, dimension: 6, seed: UInt64(30 + $0))) }
    let query = matrix(randomMemory(4, dimension: 6, seed: 77))
    let scores = ClipMatcher(clips, temperature: 0.2).scores(of: query)
    for (score, expected) in zip(scores, reference(clips, query, temperature: 0.2)) {
      #expect(abs(Double(score) - expected) < 1e-4)
    }
  }

  @Test func `says nothing of an empty query, nor of a library of one`() {
    let clip = matrix(randomMemory(3, dimension: 4))
    #expect(ClipMatcher([clip, clip]).scores(of: Matrix(rows: 0, columns: 4)) == [0, 0])
    #expect(ClipMatcher([clip]).scores(of: clip) == [0])
  }

  @Test func `prefers the earlier of equal clips`() {
    let clip = matrix(randomMemory(3, dimension: 4))
    let other = matrix(randomMemory(3, dimension: 4, seed: 2))
    #expect(ClipMatcher([other, clip, clip]).ranking(of: clip).map(\.clip) == [1, 2, 0])
  }

  private func matrix(_ memory: [MemoryVector]) -> Matrix {
    Matrix(stacking: memory.map { $0.values.map { $0 - 0.25 } }.compactMap(normalized))
  }

  private func noisy(_ matrix: Matrix, seed: UInt64) -> Matrix {
    var random = TestGenerator(seed: seed + 1)
    var result = matrix
    for index in result.values.indices { result.values[index] += Float.random(in: -0.08...0.08, using: &random) }
    result.normalizeRows()
    return result
  }

  private func reference(_ clips: [Matrix], _ query: Matrix, temperature: Double) -> [Double] {
    func product(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    func rows(_ matrix: Matrix) -> [[Float]] { (0..<matrix.rows).map { matrix[row: $0] } }
    func standard(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      return values.map { ($0 - mean) / deviation }
    }
    var forward = clips.map { _ in 0.0 }
    for q in rows(query) {
      let exponentials = clips.map { clip in exp(rows(clip).map { product(q, $0) }.max()! / temperature) }
      for clip in clips.indices { forward[clip] += exponentials[clip] / exponentials.reduce(0, +) }
    }
    let backward = clips.map { clip in
      rows(clip).map { l in rows(query).map { product(l, $0) }.max()! }.reduce(0, +) / Double(clip.rows)
    }
    return zip(standard(forward), standard(backward)).map { $0 + $1 }
  }
}
