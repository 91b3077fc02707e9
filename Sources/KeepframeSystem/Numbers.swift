extension FixedWidthInteger {
  /// The number's digits with leading zeros: `7.padded(3)` is `007`. A longer number keeps all its
  /// digits.
  package func padded(_ width: Int, radix: Int = 10, uppercase: Bool = false) -> String {
    let digits = String(self, radix: radix, uppercase: uppercase)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}

/// Text with a fixed number of decimal places, such as `0.934`.
///
/// - Parameter digits: The number of decimal places, 1 or more.
package func fixed(_ value: Double, digits: Int) -> String {
  let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
  let scaled = Int((abs(value) * Double(scale)).rounded())
  return (value < 0 ? "-" : "") + "\(scaled / scale).\((scaled % scale).padded(digits))"
}

extension RandomAccessCollection {
  /// The first index that belongs to the second part, by binary search; `endIndex` if none does.
  /// All elements for which `belongsInSecondPart` holds must come last.
  ///
  /// - Complexity: O(log `count`)
  package func partitioningIndex(where belongsInSecondPart: (Element) throws -> Bool) rethrows -> Index {
    var (low, count) = (startIndex, count)
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if try belongsInSecondPart(self[middle]) {
        count = half
      } else {
        low = index(after: middle)
        count -= half + 1
      }
    }
    return low
  }
}
