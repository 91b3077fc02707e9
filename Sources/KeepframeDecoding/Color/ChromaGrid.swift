/// Chroma of thumbnails: each chroma cell covers four by four luma cells.
enum ChromaGrid {
  private static let scale = Thumbnail.width / Thumbnail.chromaWidth

  /// Gives each luma cell a 16-bit chroma sample. It is interpolated between the centres of the
  /// chroma cells; beyond the outermost centres, it is the nearest cell's.
  static func enlarged(_ cells: [UInt8]) -> [UInt16] {
    let (columns, rows) = (Thumbnail.chromaWidth, Thumbnail.chromaHeight)
    // In eighths of a chroma cell. The centre of a luma cell is 1 or 3 of them from a chroma
    // cell's.
    func place(_ luma: Int, among count: Int) -> (low: Int, high: Int, eighths: Int) {
      let position = 2 * luma + 1 - scale
      let low = position >> 3
      return (max(low, 0), min(low + 1, count - 1), position & 7)
    }
    let across = (0..<Thumbnail.width).map { place($0, among: columns) }
    var samples: [UInt16] = []
    samples.reserveCapacity(Thumbnail.width * Thumbnail.height)
    for row in 0..<Thumbnail.height {
      let down = place(row, among: rows)
      let (upper, lower) = (down.low * columns, down.high * columns)
      for column in across {
        let top = Int(cells[upper + column.low]) * (8 - column.eighths) + Int(cells[upper + column.high]) * column.eighths
        let bottom = Int(cells[lower + column.low]) * (8 - column.eighths) + Int(cells[lower + column.high]) * column.eighths
        samples.append(UInt16(truncatingIfNeeded: (top * (8 - down.eighths) + bottom * down.eighths) << 2))
      }
    }
    return samples
  }

  /// Makes a thumbnail from one pixel for each luma cell: Y'CbCr of BT.709, full range.
  static func write(_ rgb: [UInt8], into thumbnail: inout Thumbnail) {
    let (red, green, blue) = (0.2126, 0.7152, 0.0722)
    func luma(_ r: Int, _ g: Int, _ b: Int) -> Double { red * Double(r) + green * Double(g) + blue * Double(b) }
    func level(_ value: Double) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
    for cell in thumbnail.luma.indices {
      thumbnail.luma[cell] = level(luma(Int(rgb[3 * cell]), Int(rgb[3 * cell + 1]), Int(rgb[3 * cell + 2])))
    }
    for row in 0..<Thumbnail.chromaHeight {
      for column in 0..<Thumbnail.chromaWidth {
        var sums = (r: 0, g: 0, b: 0)
        for y in row * scale..<(row + 1) * scale {
          for x in column * scale..<(column + 1) * scale {
            let at = 3 * (y * Thumbnail.width + x)
            sums = (sums.r + Int(rgb[at]), sums.g + Int(rgb[at + 1]), sums.b + Int(rgb[at + 2]))
          }
        }
        let (mean, count) = (luma(sums.r, sums.g, sums.b), Double(scale * scale))
        let cell = row * Thumbnail.chromaWidth + column
        thumbnail.cb[cell] = level((Double(sums.b) - mean) / (2 * (1 - blue)) / count + 128)
        thumbnail.cr[cell] = level((Double(sums.r) - mean) / (2 * (1 - red)) / count + 128)
      }
    }
  }
}
