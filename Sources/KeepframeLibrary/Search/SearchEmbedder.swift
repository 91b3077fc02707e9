internal import Keepframe
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeNumerics
public import KeepframeSystem
public import SystemPackage

/// Makes queries of pictures and clips, in the vector space of a library.
public struct SearchEmbedder: Sendable {
  /// Limits and choices for opening a clip.
  public var decoding = DecodingOptions()
  private let backbone: any Backbone
  private let space: VectorSpace

  /// - Parameter backbone: nil loads the one that the library's vectors were made by.
  /// - Throws: ``LibraryError`` `otherBackbone` if the backbone is not the library's, or
  ///   ``FeatureError`` if it cannot be loaded.
  public init(_ snapshot: LibrarySnapshot, backbone: (any Backbone)? = nil) throws {
    guard let space = snapshot.space else { throw snapshot.folder.error(.empty) }
    let backbone = try backbone ?? makeBackbone(BackboneChoice(space.backbone))
    let made = backbone.description
    guard made.name == space.backbone, made.modelDigest == space.modelDigest, made.dimension == space.embeddingDimension else {
      throw snapshot.folder.error(.otherBackbone(expected: space.backbone, got: made.name))
    }
    self.backbone = backbone
    self.space = space
  }

  /// A picture file that FFmpeg can decode.
  ///
  /// - Throws: ``DecodingError``, ``FeatureError``, or ``LibraryError``.
  public func picture(_ file: FilePath, bytes: [UInt8]) throws -> SearchQuery {
    let (width, height) = (backbone.description.inputWidth, backbone.description.inputHeight)
    let embedding = try backbone.embed(try Picture(still: bytes, at: file, width: width, height: height))
    return SearchQuery(vectors: projected(Matrix(rows: 1, columns: embedding.dimension, values: embedding.values)), seconds: [0])
  }

  /// A video, or the part of it between two times. Blank frames are left out.
  ///
  /// - Parameter part: in seconds since the first frame; nil takes all of it.
  /// - Throws: ``DecodingError``, ``FeatureError``, `CancellationError`, or ``LibraryError``
  ///   `blankQuery` if every frame of the part is blank.
  public func clip(_ file: FilePath, part: Range<Double>? = nil, cancellation: Cancellation? = nil) throws -> SearchQuery {
    var options = decoding
    if let part { options.maxDurationSeconds = part.upperBound }
    var reader = try VideoReader(file, options: options, cancellation: cancellation)
    var grid = SampleGrid(samplesPerSecond: 1 / ClipAlignment.stepSeconds)
    let made = backbone.description
    var picture = Picture(width: made.inputWidth, height: made.inputHeight)
    var thumbnail = Thumbnail()
    var (values, seconds): ([Float], [Double]) = ([], [])
    while try reader.advance() {
      let time = reader.frame.seconds
      guard grid.isDue(at: time), time >= part?.lowerBound ?? 0 else { continue }
      try reader.readThumbnail(into: &thumbnail)
      guard !FrameQuality(thumbnail, previous: nil).isBlank else { continue }
      try reader.readPicture(into: &picture)
      values += try backbone.embed(picture).values
      seconds.append(time - (part?.lowerBound ?? 0))
    }
    guard !seconds.isEmpty else { throw LibraryError(.blankQuery(file: file), at: file) }
    return SearchQuery(vectors: projected(Matrix(rows: seconds.count, columns: made.dimension, values: values)), seconds: seconds)
  }

  private func projected(_ embeddings: Matrix) -> Matrix { space.projection?.apply(to: embeddings) ?? embeddings }
}

extension LibrarySnapshot {
  /// A query made of what the library knows of one of its videos; no picture is looked at.
  ///
  /// - Parameters:
  ///   - index: of the video, in ``videos``.
  ///   - seconds: since the first frame.
  /// - Throws: ``LibraryError`` `damaged`.
  public func query(at seconds: Double, of index: Int) throws(LibraryError) -> SearchQuery {
    let block = try block(index)
    var run = 0
    while run + 1 < block.runCount, block.run(run + 1).seconds <= seconds { run += 1 }
    let row = block.runCount > 0 ? block.run(run).row : 0
    let width = block.dimension
    let vector = block.withMoments { Array($0[row * width..<(row + 1) * width]) }
    return SearchQuery(
      vectors: Matrix(rows: 1, columns: width, values: vector), seconds: [0],
      source: .init(video: videos[index].id, seconds: seconds..<seconds))
  }
}
