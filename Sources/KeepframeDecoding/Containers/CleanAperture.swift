/// The part of a picture that is meant to be shown: ISO/IEC 14496-12, `clap`.
struct CleanAperture: Hashable {
  /// Numerators and denominators of the width, the height, and the offsets of the centre to the
  /// right of and below the picture's centre.
  private let terms: [Int32]

  /// - Parameter bytes: The 32 bytes of the box's content.
  init(_ bytes: [UInt8]) {
    precondition(bytes.count == 32, "a clean aperture has 32 bytes, got \(bytes.count)")
    terms = (0..<8).map { term in
      bytes[term * 4..<term * 4 + 4].reduce(0) { $0 << 8 | Int32($1) }
    }
  }

  /// The cropping for a picture of this size. It is rounded as in FFmpeg 7.1 and players based on
  /// it: the first and last columns that the aperture touches are shown.
  ///
  /// - Returns: nil if the aperture is invalid or not inside the picture.
  func cropping(width: Int, height: Int) -> Cropping? {
    guard let (left, right) = Self.margins(of: width, length: (terms[0], terms[1]), offset: (terms[4], terms[5])),
      let (top, bottom) = Self.margins(of: height, length: (terms[2], terms[3]), offset: (terms[6], terms[7]))
    else { return nil }
    return Cropping(left: left, top: top, right: right, bottom: bottom)
  }

  /// Pixels before and behind the aperture along one axis.
  private static func margins(
    of size: Int, length: (Int32, Int32), offset: (Int32, Int32)
  ) -> (before: Int, behind: Int)? {
    guard length.0 > 0, length.1 > 0, offset.1 > 0, size > 0 else { return nil }
    // The aperture ends at (size - 1) / 2 + offset ± (length - 1) / 2, over the common denominator
    // 2 · length.1 · offset.1.
    let (lengthUnit, offsetUnit) = (Int128(length.1), Int128(offset.1))
    let centre = Int128(size - 1) * lengthUnit * offsetUnit + 2 * Int128(offset.0) * lengthUnit
    let half = (Int128(length.0) - lengthUnit) * offsetUnit
    let unit = 2 * lengthUnit * offsetUnit
    guard half >= 0, centre - half >= 0, centre + half <= Int128(size - 1) * unit else { return nil }
    return (Int((centre - half) / unit), size - 1 - Int((centre + half) / unit))
  }
}
