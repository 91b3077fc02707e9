internal import KeepframeBundle
internal import KeepframeText

extension VideoBlock {
  /// What the video says; nil if the block's text is not what a library writes.
  var words: [TextPiece]? { TextPiece.parse(text) }
}

extension VideoBlock {
  var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}
