internal import KeepframeDecoding

/// What copies are found by without a network, for comparison.
package struct PictureHashes: Hashable, Sendable {
  /// See ``differenceHash(_:)``.
  package let difference: UInt64
  package let pdq: PDQHash

  package init(difference: UInt64, pdq: PDQHash) {
    (self.difference, self.pdq) = (difference, pdq)
  }

  init(_ picture: Picture) {
    self.init(difference: differenceHash(picture), pdq: PDQHash(picture))
  }

  /// Of no picture. Its quality is 0.
  package static let empty = PictureHashes(difference: 0, pdq: PDQHash(bits: [0, 0, 0, 0], quality: 0))

  /// Numbers of ``row``.
  static let columns = 6

  /// For a file.
  var row: [Int64] {
    let words = [difference] + (0..<4).map { pdq.bits[$0] }
    return words.map { Int64(bitPattern: $0) } + [Int64(pdq.quality)]
  }

  /// - Parameter row: as ``row`` gives it.
  init(row: ArraySlice<Int64>) {
    let words = row.map { UInt64(bitPattern: $0) }
    self.init(difference: words[0], pdq: PDQHash(bits: SIMD4(words[1..<5]), quality: Int(truncatingIfNeeded: words[5])))
  }
}
