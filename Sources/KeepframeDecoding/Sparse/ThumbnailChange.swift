/// A simple measure of how much two thumbnails differ.
enum ThumbnailChange {
  /// The mean absolute difference of the luma, plus the larger one of the two chroma planes, in
  /// levels of 0...255.
  static func levels(_ a: Thumbnail, _ b: Thumbnail) -> Double {
    mean(a.luma, b.luma) + max(mean(a.cb, b.cb), mean(a.cr, b.cr))
  }

  private static func mean(_ a: [UInt8], _ b: [UInt8]) -> Double {
    var sum = 0
    for index in a.indices { sum &+= abs(Int(a[index]) &- Int(b[index])) }
    return Double(sum) / Double(a.count)
  }

  /// `(1 - share) * a + share * b`, rounded.
  ///
  /// - Parameter share: The share of `b`, in 256ths.
  static func mix(_ a: Thumbnail, _ b: Thumbnail, share: Int) -> Thumbnail {
    func mix(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
      a.indices.map { UInt8(truncatingIfNeeded: (Int(a[$0]) &* (256 - share) &+ Int(b[$0]) &* share &+ 128) >> 8) }
    }
    var mixed = a
    mixed.luma = mix(a.luma, b.luma)
    mixed.cb = mix(a.cb, b.cb)
    mixed.cr = mix(a.cr, b.cr)
    return mixed
  }
}
