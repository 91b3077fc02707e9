/// What is kept of a frame's pixels once it has left the decoder.
package struct FrameStill: Sendable {
  /// What a network looks at.
  package let picture: Picture
  /// What people look at.
  package let preview: Preview

  package init(picture: Picture, preview: Preview) {
    self.picture = picture
    self.preview = preview
  }
}

/// Which frames' pixels are wanted, and how large.
package struct StillSettings: Hashable, Sendable {
  /// Of the grid of samples (``SampleGrid``).
  package let samplesPerSecond: Double
  package let pictureWidth: Int
  package let pictureHeight: Int
  /// At most so wide; a frame is never enlarged.
  package let previewWidth: Int

  package init(samplesPerSecond: Double, pictureWidth: Int, pictureHeight: Int, previewWidth: Int) {
    self.samplesPerSecond = samplesPerSecond
    self.pictureWidth = pictureWidth
    self.pictureHeight = pictureHeight
    self.previewWidth = previewWidth
  }
}

extension VideoReader {
  /// The current frame as a still.
  ///
  /// - Parameter picture: of the size that is wanted; written over.
  package mutating func readStill(previewWidth: Int, using picture: inout Picture) throws(DecodingError) -> FrameStill {
    try readPicture(into: &picture)
    return FrameStill(picture: picture, preview: try readPreview(maxWidth: previewWidth))
  }
}
