internal import KeepframeDecoding

/// dHash: whether each of 8 by 8 places is brighter than the one to its right, in a picture of 9 by
/// 8 pixels (Krawetz 2013, "Kind of Like That").
///
/// Pictures that look alike differ in few of the 64 bits.
func differenceHash(_ picture: Picture) -> UInt64 {
  let small = picture.shrunk(toWidth: 9, height: 8)
  func luma(_ x: Int, _ y: Int) -> Int {
    let at = (y * 9 + x) * 3
    return 299 * Int(small.rgb[at]) + 587 * Int(small.rgb[at + 1]) + 114 * Int(small.rgb[at + 2])
  }
  var hash: UInt64 = 0
  for y in 0..<8 { for x in 0..<8 { hash = hash << 1 | (luma(x, y) > luma(x + 1, y) ? 1 : 0) } }
  return hash
}
