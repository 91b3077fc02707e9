import CKeepframeScan
import KeepframeNumerics
import Testing

@testable import KeepframeLibrary

@Suite struct `Products of rows` {
  private static let all = [ckeepframe_portable, ckeepframe_avx2, ckeepframe_avx512_vnni]
  private static let here = all.filter { ckeepframe_has($0) }
  static let dimensions = [1, 8, 15, 16, 31, 32, 33, 64, 95, 256, 257, 5_000]
  static let counts = [1, 2, 3, 4, 5, 7, 18, 67]

  @Test func `use instructions that are there`() {
    #expect(Self.here.contains(ckeepframe_portable))
    #expect(Self.here.contains(ckeepframe_best_instructions()))
  }

  @Test(arguments: dimensions, counts)
  func `have the bits of dot with all instructions`(dimension: Int, rowCount: Int) {
    var random = SeededGenerator(seed: UInt64(rowCount), name: "\(dimension)")
    let rows = (0..<rowCount * dimension).map { _ in random.gaussian() }
    for queryCount in [1, 4, 6] {
      let queries = (0..<queryCount * dimension).map { _ in random.gaussian() }
      // A row of products may be longer than the rows are many: what is between stays.
      let stride = rowCount + 3
      let expected = (0..<queryCount * stride).map { place -> Float in
        let (query, row) = (place / stride * dimension, place % stride * dimension)
        guard place % stride < rowCount else { return -7 }
        return dot(Array(queries[query..<query + dimension]), Array(rows[row..<row + dimension]))
      }
      for instructions in Self.here {
        var found = [Float](repeating: -7, count: expected.count)
        ckeepframe_row_products(instructions, rows, rowCount, dimension, queries, queryCount, &found, stride)
        #expect(found.map(\.bitPattern) == expected.map(\.bitPattern))
      }
    }
  }

  @Test(arguments: dimensions, counts)
  func `of codes are exact with all instructions`(dimension: Int, rowCount: Int) {
    var random = SeededGenerator(seed: UInt64(rowCount), name: "codes \(dimension)")
    let most = RowCodes.maximumQueryCode(dimension)
    // Sums that just fit, of both signs, and others.
    for isExtreme in [true, false] {
      let rows = (0..<rowCount * dimension).map { place -> Int8 in
        guard isExtreme else { return Int8(random.uniform(in: -127..<128)) }
        return place / dimension % 2 == 0 ? 127 : -127
      }
      for queryCount in [1, 4, 6] {
        let queries = (0..<queryCount * dimension).map { place -> Int16 in
          guard isExtreme else { return Int16(random.uniform(in: -most..<most + 1)) }
          return Int16(place / dimension % 3 == 0 ? -most : most)
        }
        let stride = rowCount + 3
        let expected = (0..<queryCount * stride).map { place -> Int32 in
          let (query, row) = (place / stride, place % stride)
          guard row < rowCount else { return -7 }
          return (0..<dimension).reduce(0) { $0 + Int32(rows[row * dimension + $1]) * Int32(queries[query * dimension + $1]) }
        }
        for instructions in Self.here {
          var found = [Int32](repeating: -7, count: expected.count)
          ckeepframe_code_products(instructions, rows, rowCount, dimension, queries, queryCount, &found, stride)
          #expect(found == expected)
        }
      }
    }
  }

  @Test func `of codes as only a damaged file has them are the same everywhere`() {
    let rows = [Int8](repeating: -128, count: 3 * 256)
    let queries = [Int16](repeating: .min, count: 256)
    for instructions in Self.here {
      var found = [Int32](repeating: 0, count: 3)
      ckeepframe_code_products(instructions, rows, 3, 256, queries, 1, &found, 3)
      #expect(found == [1 << 30, 1 << 30, 1 << 30])
    }
  }

  @Test(arguments: [1, 32, 45, 256], [0, 1, 2, 3, 41])
  func `make a matrix of queries and rows`(dimension: Int, rowCount: Int) {
    var random = SeededGenerator(seed: UInt64(rowCount), name: "\(dimension)")
    let rows = (0..<rowCount * dimension).map { _ in random.gaussian() }
    for queryCount in [0, 1, 4, 9] {
      let queries = Matrix(
        rows: queryCount, columns: dimension, values: (0..<queryCount * dimension).map { _ in random.gaussian() })
      let found = rows.withUnsafeBufferPointer { products(of: $0, with: queries) }
      #expect(found.rows == queryCount && found.columns == rowCount)
      for query in 0..<queryCount {
        for row in 0..<rowCount {
          #expect(found[query, row] == dot(queries[row: query], Array(rows[row * dimension..<(row + 1) * dimension])))
        }
      }
    }
  }
}
