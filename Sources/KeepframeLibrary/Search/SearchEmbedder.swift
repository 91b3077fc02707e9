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
    try self.init(space, of: snapshot.path, backbone: backbone)
  }

  /// - Parameter library: where the library is, for messages.
  package init(_ space: VectorSpace, of library: FilePath, backbone: (any Backbone)?) throws {
    let backbone = try backbone ?? makeBackbone(BackboneChoice(space.backbone))
    let made = backbone.description
    guard made.name == space.backbone, made.modelDigest == space.modelDigest, made.dimension == space.embeddingDimension else {
      throw LibraryError(.otherBackbone(expected: space.backbone, got: made.name), at: library)
    }
    guard space.isOfThisVersion else { throw LibraryError(.unknownEncoder(bundle: library, digest: space.encoder), at: library) }
    self.backbone = backbone
    self.space = space
  }

  /// A picture file that FFmpeg can decode.
  ///
  /// - Parameters:
  ///   - file: where the picture is, for messages.
  ///   - bytes: its content.
  /// - Throws: ``DecodingError``, ``FeatureError``, or ``LibraryError`` `blankQuery`.
  public func picture(_ file: FilePath, bytes: [UInt8]) throws -> SearchQuery {
    let (width, height) = (backbone.description.inputWidth, backbone.description.inputHeight)
    let picture = try Picture(still: bytes, at: file, width: width, height: height)
    guard !FrameQuality(Thumbnail(picture), previous: nil).isBlank else { throw LibraryError(.blankQuery(file: file), at: file) }
    let embedding = try backbone.embed(picture).values
    return SearchQuery(picture: space.projection?.apply(to: embedding) ?? embedding)
  }

  /// A video, or the part of it between two times. Blank frames are left out.
  ///
  /// - Parameter part: in seconds since the first frame; nil takes all of it.
  /// - Throws: ``DecodingError``, ``FeatureError``, `CancellationError`, or ``LibraryError``
  ///   `noSuchPart` if the part has no frame, `blankQuery` if all its frames are blank.
  public func clip(_ file: FilePath, part: Range<Double>? = nil, cancellation: Cancellation? = nil) throws -> SearchQuery {
    var options = decoding
    if let part { options.maxDurationSeconds = part.upperBound }
    var reader = try VideoReader(file, options: options, cancellation: cancellation)
    var grid = SampleGrid(samplesPerSecond: 1 / ClipAlignment.stepSeconds)
    let made = backbone.description
    var picture = Picture(width: made.inputWidth, height: made.inputHeight)
    var thumbnail = Thumbnail()
    var (values, seconds): ([Float], [Double]) = ([], [])
    var hasFrames = false
    while try reader.advance() {
      let time = reader.frame.seconds
      guard grid.isDue(at: time), time >= part?.lowerBound ?? 0 else { continue }
      hasFrames = true
      try reader.readThumbnail(into: &thumbnail)
      guard !FrameQuality(thumbnail, previous: nil).isBlank else { continue }
      try reader.readPicture(into: &picture)
      values += try backbone.embed(picture).values
      seconds.append(time - (part?.lowerBound ?? 0))
    }
    guard hasFrames else { throw LibraryError(.noSuchPart(file: file), at: file) }
    guard !seconds.isEmpty else { throw LibraryError(.blankQuery(file: file), at: file) }
    let embeddings = Matrix(rows: seconds.count, columns: made.dimension, values: values)
    return SearchQuery(vectors: space.projection?.apply(to: embeddings) ?? embeddings, seconds: seconds)
  }

}

extension LibrarySnapshot {
  /// What a text tower makes of words, for ``search(words:_:seen:)``.
  ///
  /// - Throws: ``LibraryError`` `empty`; `otherBackbone` or `otherDimension` if the tower belongs
  ///   to another image model than the library's. Or ``FeatureError``.
  public func query(words: String, by tower: TextTower) throws -> SearchQuery {
    guard let space else { throw folder.error(.empty) }
    guard space.backbone == tower.backbone else {
      throw folder.error(.otherBackbone(expected: space.backbone, got: tower.backbone))
    }
    guard space.momentDimension == tower.dimension else {
      throw folder.error(.otherDimension(expected: space.momentDimension, got: tower.dimension))
    }
    return SearchQuery(picture: try tower.embed(words).values)
  }

  /// A query made of what the library knows of one of its videos. No picture is embedded.
  ///
  /// - Parameters:
  ///   - index: of the video, in ``videos``.
  ///   - seconds: since the first frame, below the video's duration.
  /// - Throws: ``LibraryError`` `damaged`, or `noSuchPart` if the video has no such moment.
  public func query(at seconds: Double, of index: Int) throws(LibraryError) -> SearchQuery {
    guard let query = try block(index).query(at: seconds, of: videos[index]) else {
      throw folder.error(.noSuchPart(file: videos[index].path))
    }
    return query
  }
}
