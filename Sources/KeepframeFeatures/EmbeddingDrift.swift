internal import Glibc
package import KeepframeDecoding

/// How far an embedding is likely to have moved, told from thumbnails alone.
///
/// The cosine distance of two embeddings grows in proportion to the relative change of the pictures
/// (``change(_:_:)``): over 5,911 pairs of frames a quarter of a second apart, of 54 videos, the
/// logarithms of the two correlate by .855 with a slope of 1.0. How much a change means differs
/// from video to video, so the scale follows what the network really said of this one; then they
/// correlate by .88.
package struct EmbeddingDrift: Sendable {
  /// Distance per unit of change, before anything is known of the video.
  package static let usualScale = 0.15
  /// What a new observation counts, 0...1.
  private static let rate = 0.15
  /// One observation multiplies the scale by no more than this to the power of ``rate``, nor
  /// divides.
  private static let most = 7.4

  package private(set) var scale = usualScale

  package init() {}

  /// The cosine distance to be expected, 0 or more.
  package func distance(forChange change: Double) -> Double { scale * change }

  /// Learns what a change really meant.
  package mutating func observe(change: Double, distance: Double) {
    // The hundredth keeps noise, of the network's arithmetic too, from being taken for the rule.
    let ratio = (distance + 0.001) / (Self.usualScale * (change + 0.01))
    let bounded = min(max(ratio, 1 / Self.most), Self.most)
    scale = exp(log(scale) + Self.rate * (log(bounded * Self.usualScale) - log(scale)))
  }

  /// The change from `a` to `b` relative to the contrast of `b`, 0 or more.
  ///
  /// Mean difference of luma, a quarter of that of the block that differs most (5 by 3 cells, so
  /// that a line of text counts), and mean difference of chroma, over the standard deviation of
  /// luma.
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
