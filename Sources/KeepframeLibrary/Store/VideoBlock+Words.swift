internal import KeepframeBundle
internal import KeepframeText

extension VideoBlock {
  /// The block's text, as lines of JSON.
  private var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[layout.text...].prefix(layout.textBytes)) }

  /// What the video says; nil if the block's text is not what a library writes.
  var words: [TextPiece]? { layout.textBytes > 0 ? TextPiece.parse(text) : [] }
}
