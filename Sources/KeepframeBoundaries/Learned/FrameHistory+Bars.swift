internal import KeepframeDecoding

extension FrameHistory {
  /// Whether black bars appeared, disappeared or grew between two frames while the picture between
  /// them stayed the same.
  func changesBarsAlone(_ old: Int, _ new: Int) -> Bool {
    guard holds(old) else { return false }
    let (before, after) = (bars(old), bars(new))
    guard before != after else { return false }
    // A row beside a bar may be half covered.
    let rows = max(before.top, after.top) + 1..<Thumbnail.height - max(before.bottom, after.bottom) - 1
    let columns = max(before.left, after.left) + 1..<Thumbnail.width - max(before.right, after.right) - 1
    var change = 0
    for row in rows {
      for column in columns { change += abs(Int(luma(old, row, column)) - Int(luma(new, row, column))) }
    }
    return Double(change) <= Self.mostChange * Double(rows.count * columns.count)
  }

  /// Rows and columns at each side that are black all along, at most a third of the picture.
  private struct Bars: Equatable {
    var top = 0
    var bottom = 0
    var left = 0
    var right = 0
  }

  /// The largest luma that counts as black, with a margin for encoding noise.
  private static let black: UInt8 = 30
  /// The most levels by which a moving picture differs from one frame to the next, on average.
  private static let mostChange = 6.0

  private func bars(_ frame: Int) -> Bars {
    func isBlack(row: Int) -> Bool { (0..<Thumbnail.width).allSatisfy { luma(frame, row, $0) <= Self.black } }
    func isBlack(column: Int) -> Bool { (0..<Thumbnail.height).allSatisfy { luma(frame, $0, column) <= Self.black } }
    let (rows, columns) = (0..<Thumbnail.height / 3, 0..<Thumbnail.width / 3)
    return Bars(
      top: rows.prefix { isBlack(row: $0) }.count, bottom: rows.prefix { isBlack(row: Thumbnail.height - 1 - $0) }.count,
      left: columns.prefix { isBlack(column: $0) }.count,
      right: columns.prefix { isBlack(column: Thumbnail.width - 1 - $0) }.count)
  }
}
