internal import Glibc
package import KeepframeDecoding

/// Estimates from thumbnails alone how far an embedding has moved.
///
/// The cosine distance of two embeddings grows in proportion to the relative change of the pictures
/// (``change(_:_:)``). Over 5,911 pairs of frames a quarter of a second apart, of 54 videos, the
/// logarithms of the two correlate by .855 with a slope of 1.0. The factor between them differs
/// from video to video, so the scale adapts to the distances that the network gave in this video.
/// With that, they correlate by .88.
package struct EmbeddingDrift: Sendable {
  /// Distance per unit of change, before anything is known of the video.
  package static let usualScale = 0.15
  /// The weight of a new observation, 0...1.
  private static let rate = 0.15
  /// An observation counts as a scale of at most this many times ``usualScale``, and at least its
  /// inverse.
  private static let most = 7.4

  package private(set) var scale = usualScale

  package init() {}

  /// The expected cosine distance, 0 or more.
  package func distance(forChange change: Double) -> Double { scale * change }

  /// Adapts the scale to the distance that a change really led to.
  package mutating func observe(change: Double, distance: Double) {
    // The small terms keep noise, that of the network's arithmetic included, from counting as a
    // rule.
    let ratio = (distance + 0.001) / (Self.usualScale * (change + 0.01))
    let bounded = min(max(ratio, 1 / Self.most), Self.most)
    scale = exp(log(scale) + Self.rate * (log(bounded * Self.usualScale) - log(scale)))
  }

  /// The change from `a` to `b` relative to the contrast of `b`, 0 or more.
  ///
  /// It is the sum of three terms, divided by the standard deviation of luma plus 4: the mean
  /// difference of luma; a quarter of the mean difference in the block that differs most (5 by 3
  /// cells, so that a line of text counts); and the mean difference of chroma.
  package static func change(_ a: Thumbnail, _ b: Thumbnail) -> Double {
    let (columns, rows) = (12, 12)
    var blocks = [Int](repeating: 0, count: columns * rows)
    var (sum, squares) = (0, 0)
    for row in 0..<Thumbnail.height {
      for column in 0..<Thumbnail.width {
        let value = Int(b.luma[row * Thumbnail.width + column])
        let difference = abs(Int(a.luma[row * Thumbnail.width + column]) - value)
        blocks[row * rows / Thumbnail.height * columns + column * columns / Thumbnail.width] += difference
        sum += value
        squares += value * value
      }
    }
    let cells = Double(Thumbnail.width * Thumbnail.height)
    let mean = Double(blocks.reduce(0, +)) / cells
    let most = Double(blocks.max()!) * Double(blocks.count) / cells
    let chroma = difference(a.cb, b.cb) + difference(a.cr, b.cr)
    let variance = max(0, Double(squares) / cells - (Double(sum) / cells) * (Double(sum) / cells))
    return (mean + most / 4 + chroma) / (variance.squareRoot() + 4)
  }

  private static func difference(_ a: [UInt8], _ b: [UInt8]) -> Double {
    Double(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(2 * a.count)
  }
}
