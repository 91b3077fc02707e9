import KeepframeNumerics
import Testing

@testable import KeepframeLibrary

@Suite struct `Row codes` {
  /// Against `dot`, of thousands of pairs. Many are made to come as near to a bound as can be.
  @Test(arguments: [1, 2, 16, 31, 32, 64, 100, 256, 1280])
  func `bound the product of every row and query`(dimension: Int) {
    var random = SeededGenerator(seed: UInt64(dimension))
    var violations = 0
    var closest = 0.0
    for turn in 0..<max(200, min(6_000, 600_000 / dimension)) {
      let row = Self.row(turn, dimension, &random)
      let coded = madeCodes(row, dimension: dimension)
      let rest = zip(row, coded.codes).map { $0 - coded.scales[0] * Float($1) }
      for query in Self.queries(row: row, rest: rest, &random) {
        guard let code = QueryCodes(Matrix(rows: 1, columns: dimension, values: query)) else { continue }
        let (lower, upper) = code.bounds(of: coded, 0..<1, for: 0..<1)
        let product = dot(query, row)
        if !(lower[0] <= product && product <= upper[0]) { violations += 1 }
        let width = Double(upper[0] - lower[0]) / 2
        if width > 1e-30, width.isFinite {
          closest = max(closest, abs(Double(product) - Double(upper[0] + lower[0]) / 2) / width)
        }
      }
    }
    #expect(violations == 0)
    // Of one value the code is exact, and what is left is there for nothing.
    if dimension > 1 { #expect(closest > 0.5, "the search comes near the bounds") }
  }

  @Test func `bound some rows for some queries as they bound all`() throws {
    var random = SeededGenerator(seed: 2)
    let coded = madeCodes((0..<20 * 40).map { _ in random.gaussian() }, dimension: 40)
    let queries = try #require(QueryCodes(Matrix(rows: 5, columns: 40, values: (0..<200).map { _ in random.gaussian() })))
    let all = queries.bounds(of: coded, 0..<20, for: 0..<5)
    let some = queries.bounds(of: coded, 7..<10, for: 3..<5)
    let places = [67, 68, 69, 87, 88, 89]
    #expect(some.lower == places.map { all.lower[$0] } && some.upper == places.map { all.upper[$0] })
    #expect(queries.bounds(of: coded, 4..<4, for: 0..<5).upper.isEmpty)
  }

  @Test func `are narrow for unit rows`() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<100 {
      let row = normalized((0..<256).map { _ in random.gaussian() })!
      #expect(madeCodes(row, dimension: 256).errors[0] < 0.015)
    }
  }

  @Test func `say nothing of rows that are not finite, and all of zeros`() {
    for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 0x1p61] {
      let coded = madeCodes([0.5, value, 0], dimension: 3)
      #expect(Array(coded.codes) == [0, 0, 0] && coded.scales[0] == 0 && coded.errors[0] == .infinity)
    }
    let zeros = madeCodes([0, 0, 0], dimension: 3)
    #expect(Array(zeros.codes) == [0, 0, 0] && zeros.scales[0] == 0 && zeros.errors[0] < 1e-20)
    let long = madeCodes([Float](repeating: 1, count: 65_537), dimension: 65_537)
    #expect(long.codes.allSatisfy { $0 == 0 } && long.errors[0] == .infinity)
    #expect(madeCodes([], dimension: 3).codes.isEmpty)
  }

  @Test func `have no code of -128, which sums have no room for`() {
    var random = SeededGenerator(seed: 5)
    for turn in 0..<1_000 {
      #expect(madeCodes(Self.row(turn, 37, &random), dimension: 37).codes.allSatisfy { $0 >= -127 })
    }
  }

  @Test func `are for queries of which the bounds hold`() {
    for query in [[Float.nan, 1], [.infinity, 1], [0, 0], [1e-20, 0], [1e20, 0]] {
      #expect(QueryCodes(Matrix(stacking: [[0.6, 0.8], query])) == nil)
    }
    #expect(QueryCodes(Matrix(stacking: [[0.6, 0.8], [1, 0]])) != nil)
    #expect(QueryCodes(Matrix(rows: 1, columns: 65_537, values: [Float](repeating: 1, count: 65_537))) == nil)
  }

  /// Rows of many kinds: even, with one great value, with few values, small, great, below normal.
  private static func row(_ turn: Int, _ dimension: Int, _ random: inout SeededGenerator) -> [Float] {
    var row = (0..<dimension).map { _ in random.gaussian() }
    switch turn % 8 {
    case 0: row[random.uniform(in: 0..<dimension)] = 30
    case 1: row = row.map { $0.rounded() }
    case 2: row = row.map { ($0 * 127).rounded(.down) + 0.5 }
    case 3: row = row.map { _ in random.uniform(in: Float(0.99)...1) }
    case 4:
      let scale = random.element(of: [Float(0x1p-120), 0x1p-135, 0x1p-149, 0x1p40, 0x1p55])!
      return row.map { $0 * scale }
    case 5: row = row.map { random.uniform(in: 0..<10) == 0 ? $0 : 0 }
    default: break
    }
    return normalized(row) ?? row
  }

  /// Queries that are worst for a row, and others.
  private static func queries(row: [Float], rest: [Float], _ random: inout SeededGenerator) -> [[Float]] {
    let other = row.map { _ in random.gaussian() }
    let near = zip(row, other).map { $0 + $1 * 0.01 }
    let scale = random.element(of: [Float(1), 1, 1, 0x1p-19, 0x1p19])!
    let both = zip(row, rest).map { $0 + $1 * 50 }
    let signs = row.map { Float($0.sign == .minus ? -1 : 1) }
    let queries = [row, rest, rest.map { -$0 }, near, other, both, signs]
    return queries.compactMap { normalized($0)?.map { $0 * scale } }
  }
}

/// Codes in memory, which stay there until the process ends.
func madeCodes(_ rows: [Float], dimension: Int) -> StoredCodes {
  let codes = rows.withUnsafeBufferPointer { RowCodes(of: $0, dimension: dimension) }
  func copy<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeBufferPointer<Value> {
    let room = UnsafeMutableBufferPointer<Value>.allocate(capacity: values.count)
    _ = room.initialize(from: values)
    return UnsafeBufferPointer(room)
  }
  return StoredCodes(codes: copy(codes.codes), scales: copy(codes.scales), errors: copy(codes.errors))
}
