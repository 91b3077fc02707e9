/// The copies of a frame's pixels that are kept after it has left the decoder.
package struct FrameStill: Sendable {
  /// The picture for a network.
  package let picture: Picture
  /// The picture for people.
  package let preview: Preview

  package init(picture: Picture, preview: Preview) {
    self.picture = picture
    self.preview = preview
  }
}

/// Which frames get stills, and the sizes of those.
package struct StillSettings: Hashable, Sendable {
  /// The rate of the grid of samples (``SampleGrid``).
  package let samplesPerSecond: Double
  package let pictureWidth: Int
  package let pictureHeight: Int
  /// The largest width; a frame is never enlarged.
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
  /// - Parameter picture: Has the wanted size; it is overwritten.
  package mutating func readStill(previewWidth: Int, using picture: inout Picture) throws(DecodingError) -> FrameStill {
    try readPicture(into: &picture)
    return FrameStill(picture: picture, preview: try readPreview(maxWidth: previewWidth))
  }
}
