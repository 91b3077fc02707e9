extension Thumbnail {
  /// Shrinks a picture as ``VideoReader/readThumbnail(into:)`` shrinks a frame. The results differ
  /// by at most one level.
  public init(_ picture: Picture) {
    self.init()
    let (width, height) = (Self.width, Self.height)
    // BT.601, full range, in 65536ths; Cb and Cr offset by half the range.
    luma = Self.cellMeans(picture, columns: width, rows: height, weights: (19595, 38470, 7471), offset: 0)
    cb = Self.cellMeans(
      picture, columns: Self.chromaWidth, rows: Self.chromaHeight, weights: (-11058, -21710, 32768), offset: 128)
    cr = Self.cellMeans(picture, columns: Self.chromaWidth, rows: Self.chromaHeight, weights: (32768, -27439, -5329), offset: 128)
  }

  private static func cellMeans(
    _ picture: Picture, columns: Int, rows: Int, weights: (r: Int, g: Int, b: Int), offset: Int
  ) -> [UInt8] {
    let xAxis = CellAxis(length: picture.width, cells: columns, isFlipped: false)
    let yAxis = CellAxis(length: picture.height, cells: rows, isFlipped: false)
    var cells: [UInt8] = []
    cells.reserveCapacity(columns * rows)
    picture.rgb.withUnsafeBufferPointer { rgb in
      for row in 0..<rows {
        for column in 0..<columns {
          var sums = (r: 0, g: 0, b: 0)
          for y in yAxis.starts[row]..<yAxis.ends[row] {
            for x in xAxis.starts[column]..<xAxis.ends[column] {
              let at = (y &* picture.width &+ x) &* 3
              sums.r &+= Int(rgb[at])
              sums.g &+= Int(rgb[at &+ 1])
              sums.b &+= Int(rgb[at &+ 2])
            }
          }
          let count = (yAxis.ends[row] - yAxis.starts[row]) * (xAxis.ends[column] - xAxis.starts[column])
          let sum = weights.r * sums.r + weights.g * sums.g + weights.b * sums.b
          let mean = (Double(sum) / Double(count << 16) + Double(offset)).rounded()
          cells.append(UInt8(min(max(mean, 0), 255)))
        }
      }
    }
    return cells
  }
}
