internal import KeepframeDecoding
package import KeepframeFootage
internal import KeepframeNumerics
internal import SystemPackage

/// Labelled footage without videos: what is wanted lies along the first direction, and nothing else
/// tells it.
///
/// Each clip is of shots of eight samples, two seconds, around directions of their own; in every
/// other source the shots that are wanted are the first, third ... and elsewhere one in four is.
/// `strength` is how far wanted samples lie along the first direction.
package func labelledClips(
  sources: Int = 6, clipsPerSource: Int = 2, shots: Int = 12, dimension: Int = 24, strength: Float = 0.7, seed: UInt64 = 1
) -> LabelledFootage {
  var random = SeededGenerator(seed: seed)
  func gaussian() -> [Float] { (0..<dimension).map { $0 == 0 ? 0 : random.gaussian() } }
  func mixed(_ parts: [([Float], Float)], along: Float) -> [Float] {
    var sum = normalized((0..<dimension).map { column in parts.reduce(0) { $0 + $1.1 * $1.0[column] } })!
    sum[0] += along
    return normalized(sum)!
  }
  // Unrelated pictures are alike by half, as embeddings of pictures are.
  let common = gaussian()
  let clips = (0..<sources).flatMap { source in
    let style = gaussian()
    return (0..<clipsPerSource).map { number in
      var (rows, wanted, ranges) = ([[Float]](), [Double?](), [Range<Int>]())
      for index in 0..<shots {
        let shot = gaussian()
        let isWanted = source % 2 == 0 ? index % 2 == 0 : index % 4 == 3
        ranges.append(rows.count..<rows.count + 8)
        for _ in 0..<8 {
          rows.append(
            mixed(
              [(common, 1.1), (style, 0.5), (shot, 1), (gaussian(), 0.1)],
              along: (isWanted ? strength : 0) + 0.1 * random.gaussian()))
          wanted.append(isWanted ? 1 : 0)
        }
      }
      let quality = FrameQuality(meanLuma: 128, lumaDeviation: 40, sharpness: 20, motion: 1)
      let name = "source\(source)_\(number)"
      let clip = FootageClip(
        name: name, source: "source\(source)", path: FilePath(name), samplesPerSecond: 4,
        durationSeconds: Double(rows.count) / 4, seconds: rows.indices.map { Double($0) / 4 }, embeddings: Matrix(stacking: rows),
        quality: Array(repeating: quality, count: rows.count), shots: ranges, viewStride: 1, views: [:], bridges: [])
      return LabelledFootage.Clip(clip: clip, wanted: wanted)
    }
  }
  return LabelledFootage("labels", clips: clips)
}
