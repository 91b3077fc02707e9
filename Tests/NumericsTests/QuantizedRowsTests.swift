import KeepframeNumerics
import Testing

@Suite struct `Quantized rows` {
  @Test func `keep the direction of a row in a byte a value`() {
    var random = SeededGenerator(seed: 3)
    var matrix = Matrix(rows: 20, columns: 256, values: (0..<20 * 256).map { _ in random.gaussian() })
    matrix.normalizeRows()
    var rows = QuantizedRows(columns: 256)
    rows.append(matrix)
    #expect(rows.rows == 20 && rows.columns == 256)
    for row in 0..<20 {
      let codes = rows.codes[row * 256..<(row + 1) * 256].map(Float.init)
      #expect(codes.map(\.magnitude).max() == 127)
      let length = dot(codes.span, codes.span).squareRoot()
      let cosine = dot(codes.span, matrix[row: row].span) / length
      #expect(cosine > 0.9998, "row \(row): \(cosine)")
    }
  }

  @Test func `a row without a direction is all zeros`() {
    var rows = QuantizedRows(columns: 2)
    rows.append(Matrix(stacking: [[0, 0], [.nan, 1], [.infinity, 1], [-0.25, 0.5]]))
    #expect(rows.codes == [0, 0, 0, 0, 0, 0, -64, 127])
  }

  @Test func `are an array of bytes on disk`() throws {
    let array = NpyArray(QuantizedRows(columns: 3, codes: [1, -2, 3, 4, 5, -127]))
    #expect(array.shape == [2, 3] && array.elements == .int8([1, -2, 3, 4, 5, -127]))
  }
}
