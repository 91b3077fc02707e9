internal import KeepframeBundle
package import KeepframeText

extension VideoBlock {
  /// What the video says; nil if the block's text is not what a library writes.
  package var words: [TextPiece]? { layout.counts.textBytes > 0 ? TextPiece.parse(texts) : [] }
}
