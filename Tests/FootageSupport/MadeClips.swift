internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
internal import SystemPackage

/// Footage without videos: each clip is of shots around a direction of its own, and degradations
/// move every frame along a few directions that the clips share.
package func madeClips(sources: Int = 6, clipsPerSource: Int = 2, shots: Int = 8, dimension: Int = 24, seed: UInt64 = 1)
  -> [FootageClip]
{
  var random = SeededGenerator(seed: seed)
  func gaussian() -> [Float] { (0..<dimension).map { _ in random.gaussian() } }
  func mixed(_ parts: [([Float], Float)]) -> [Float] {
    normalized((0..<dimension).map { column in parts.reduce(0) { $0 + $1.1 * $1.0[column] } })!
  }
  let views = View.usual.map { (view: $0, direction: normalized(gaussian())!) }
  return (0..<sources).flatMap { source in
    let style = gaussian()
    return (0..<clipsPerSource).map { number in
      var rows: [[Float]] = []
      var ranges: [Range<Int>] = []
      for _ in 0..<shots {
        let shot = mixed([(style, 0.5), (gaussian(), 1)])
        ranges.append(rows.count..<rows.count + 8)
        for _ in 0..<8 { rows.append(mixed([(shot, 1), (gaussian(), 0.02)])) }
      }
      let degraded = Dictionary(
        uniqueKeysWithValues: views.map { view, direction in
          (view, Matrix(stacking: rows.map { mixed([($0, 1), (direction, 1 + 0.3 * random.gaussian())]) }))
        })
      let quality = FrameQuality(meanLuma: 128, lumaDeviation: 40, sharpness: 20, motion: 1)
      let name = "source\(source)_\(number)"
      return FootageClip(
        name: name, source: "source\(source)", path: FilePath(name), samplesPerSecond: 4, durationSeconds: Double(rows.count) / 4,
        seconds: rows.indices.map { Double($0) / 4 }, embeddings: Matrix(stacking: rows),
        quality: Array(repeating: quality, count: rows.count), shots: ranges, viewStride: 1, views: degraded, bridges: [])
    }
  }
}
