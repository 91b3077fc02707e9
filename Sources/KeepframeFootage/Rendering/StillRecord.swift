internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeSystem
internal import SystemPackage

/// Frames of one video, or one picture, kept to be rendered: as JPEGs of ``Rendering/side`` by
/// ``Rendering/side`` pixels, and as embeddings of the unaltered frames.
struct StillRecord: Sendable {
  /// `[N]`, since the first frame.
  var microseconds: [Int64] = []
  /// `[N]`
  var jpegs: [[UInt8]] = []
  /// `[N * D]`, unit rows.
  var embeddings: [Float] = []

  private static let quality = 92

  /// Frames of a video at the given rate, without blank ones.
  ///
  /// - Throws: ``DecodingError``, ``FeatureError`` or `CancellationError`.
  init(
    video: FilePath, samplesPerSecond: Double, backbone: any Backbone, cancellation: Cancellation?, embedded: () -> Void
  ) throws {
    var options = DecodingOptions()
    options.threadCount = 1
    var reader = try VideoReader(video, options: options, cancellation: cancellation)
    var grid = SampleGrid(samplesPerSecond: samplesPerSecond)
    var thumbnail = Thumbnail()
    var picture = Picture(width: backbone.description.inputWidth, height: backbone.description.inputHeight)
    var square = Picture(width: Rendering.side, height: Rendering.side)
    while try reader.advance() {
      let seconds = reader.frame.seconds
      guard grid.isDue(at: seconds) else { continue }
      try reader.readThumbnail(into: &thumbnail)
      if FrameQuality(thumbnail, previous: nil).isBlank { continue }
      try reader.readPicture(into: &picture)
      try reader.readPicture(into: &square)
      try append(picture, square, at: Int64((seconds * 1e6).rounded()), backbone)
      embedded()
    }
  }

  /// One picture.
  init(picture path: FilePath, backbone: any Backbone, embedded: () -> Void) throws {
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(path) } catch { throw DecodingError(path: path, kind: .unreadable, operation: "read") }
    let shown = try Picture(
      still: bytes, at: path, width: backbone.description.inputWidth, height: backbone.description.inputHeight)
    let square = try Picture(still: bytes, at: path, width: Rendering.side, height: Rendering.side)
    try append(shown, square, at: 0, backbone)
    embedded()
  }

  private mutating func append(_ picture: Picture, _ square: Picture, at time: Int64, _ backbone: any Backbone) throws {
    microseconds.append(time)
    jpegs.append(try square.jpeg(quality: Self.quality))
    embeddings += try backbone.embed(picture).values
  }
}
