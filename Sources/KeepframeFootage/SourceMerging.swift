internal import KeepframeDecoding
internal import KeepframeNumerics

/// Joins the sources of videos that share footage, so that near-copies never lie on both sides of a
/// split.
///
/// Two videos share footage if at least three sampled frames of the shorter one, and at least 5 %
/// of them, have a frame of the other whose embedding's cosine is above 0.95. Frames that show next
/// to nothing are not compared: all black frames are the same, and a small title on white is
/// similar to any other. At most two frames a second are compared.
struct SourceMerging {
  static let leastCosine: Float = 0.95
  static let leastFrames = 3
  static let leastShare = 0.05
  /// The least standard deviation of luma, in levels: ``FrameQuality/lumaDeviation``.
  static let leastDeviation: Float = 10

  /// The source of each video.
  private(set) var sources: [String]
  /// Pairs of videos that share footage and were of different sources until they were merged.
  private(set) var merges: [(first: Int, second: Int)] = []

  /// - Complexity: a dot product for each pair of compared frames of different sources: half a
  ///   second for an hour of footage.
  init(sources: [String], records: [ClipRecord], samplesPerSecond: Double) {
    self.sources = sources
    let stride = max(1, Int((samplesPerSecond / 2).rounded()))
    let frames = records.map { Self.comparable($0, stride: stride) }
    for second in records.indices {
      for first in 0..<second where self.sources[first] != self.sources[second] {
        guard Self.shareFootage(frames[first], frames[second]) else { continue }
        merges.append((first, second))
        let (a, b) = (self.sources[first], self.sources[second])
        for index in self.sources.indices where self.sources[index] == max(a, b) { self.sources[index] = min(a, b) }
      }
    }
  }

  private static func comparable(_ record: ClipRecord, stride: Int) -> Matrix {
    let samples = Swift.stride(from: 0, to: record.quality.count, by: stride).filter {
      record.quality[$0].lumaDeviation >= leastDeviation
    }
    return Matrix(
      rows: samples.count, columns: record.embeddings.columns,
      values: samples.flatMap { record.embeddings.values[record.embeddings.range(ofRow: $0)] })
  }

  private static func shareFootage(_ a: Matrix, _ b: Matrix) -> Bool {
    let (shorter, longer) = a.rows <= b.rows ? (a, b) : (b, a)
    guard shorter.rows >= leastFrames else { return false }
    let cosines = matmul(shorter, longer, transposeB: true)
    let matched = (0..<cosines.rows).count { row in
      cosines.values[cosines.range(ofRow: row)].contains { $0 > leastCosine }
    }
    return matched >= leastFrames && Double(matched) >= leastShare * Double(shorter.rows)
  }
}
