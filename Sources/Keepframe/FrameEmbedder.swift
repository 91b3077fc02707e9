public import KeepframeBundle
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics
public import SystemPackage

/// Embeds frames of a video at a steady rate: no gate, no memory.
public struct FrameEmbedder: Sendable {
  /// Embedded frames a second, above 0. If the video has fewer frames, each is embedded.
  public var samplesPerSecond = 4.0
  /// Limits and choices for opening the video.
  public var decoding = DecodingOptions()
  private let backbone: any Backbone

  /// - Parameter backbone: what embeds the frames; it decides how long the vectors are.
  public init(backbone: any Backbone) { self.backbone = backbone }

  /// Length of each vector.
  public var dimension: Int { backbone.description.dimension }

  /// What was embedded, besides the vectors.
  public struct Result: Sendable {
    /// When each row's frame is shown.
    public let times: [FrameTime]
    /// Where the last decoded frame ends, in seconds since the first.
    public let endSeconds: Double
    /// What container and codec say of the video stream that was read.
    public let stream: StreamDescription
    /// What went wrong while the video was decoded.
    public let damage: DecodingDamage
  }

  /// Embeds a video, with all embeddings in memory.
  ///
  /// - Throws: ``DecodingError``, ``FeatureError`` or `CancellationError`.
  public func embed(
    _ video: FilePath, cancellation: Cancellation? = nil, progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Embeddings {
    var values: [Float] = []
    let frames = try embed(video, cancellation, progress) { values += $0 }
    let vectors = Matrix(rows: frames.times.count, columns: dimension, values: values)
    return Embeddings(video: video, vectors: vectors, frames: frames)
  }

  /// Embeds a video into a spool on disk, with memory that does not grow with the video.
  ///
  /// - Parameters:
  ///   - video: anything that FFmpeg can decode.
  ///   - spool: takes one row for each embedded frame.
  ///   - cancellation: ends the run when it is cancelled.
  ///   - progress: called once for each decoded frame.
  /// - Throws: ``DecodingError``, ``FeatureError``, ``ArchiveError`` or `CancellationError`.
  public func embed(
    _ video: FilePath, into spool: inout SampleSpool, cancellation: Cancellation? = nil,
    progress: (IndexProgress) -> Void = { _ in }
  ) throws -> Result {
    try embed(video, cancellation, progress) { try spool.append($0) }
  }

  private func embed(
    _ video: FilePath, _ cancellation: Cancellation?, _ progress: (IndexProgress) -> Void, _ take: ([Float]) throws -> Void
  ) throws -> Result {
    var reader = try VideoReader(video, options: decoding, cancellation: cancellation)
    var sampler = SampleGrid(samplesPerSecond: samplesPerSecond)
    let description = backbone.description
    var picture = Picture(width: description.inputWidth, height: description.inputHeight)
    var times: [FrameTime] = []
    var endSeconds = 0.0
    var state = IndexProgress(DecodingProgress(durationSeconds: reader.stream.durationSeconds))
    while try reader.advance() {
      state.decoding.advance(to: reader.frame)
      if sampler.isDue(at: reader.frame.seconds) {
        try reader.readPicture(into: &picture)
        try take(try backbone.embed(picture).values)
        times.append(reader.frame)
        state.sampledFrames += 1
        state.keptFrames += 1
      }
      progress(state)
      endSeconds = reader.frame.seconds + reader.stream.timeBase.seconds(reader.frame.durationTicks)
    }
    return Result(times: times, endSeconds: endSeconds, stream: reader.stream, damage: reader.damage)
  }
}

extension FrameEmbedder.Result {
  /// The rows that `export` writes. Each frame is on display until the next one.
  package func table(of video: String) -> SampleTable {
    SampleTable(
      rows: times.enumerated().map { index, time in
        let end = index + 1 < times.count ? times[index + 1].seconds : endSeconds
        return .init(frame: time.index, pts: time.pts, seconds: time.seconds, span: time.seconds..<end, scene: nil, kind: "frame")
      }, video: video, timeBase: (stream.timeBase.numerator, stream.timeBase.denominator))
  }
}
