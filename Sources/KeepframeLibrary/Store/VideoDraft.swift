internal import KeepframeBundle
internal import KeepframeContext
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

/// A bundle read and projected: all that a library keeps of it.
struct VideoDraft {
  private let manifest: Manifest
  private let space: VectorSpace
  private let vectors: VectorsBlock
  private let jpegs: [[UInt8]]
  private let library: FilePath
  /// What the video says.
  let words: [TextPiece]

  /// - Throws: ``LibraryError`` `bundle` if it is damaged, `arrays` if nothing can be projected.
  init(_ bundle: Bundle, _ space: VectorSpace, for library: FilePath) throws(LibraryError) {
    manifest = bundle.manifest
    self.space = space
    self.library = library
    let embeddings: Matrix
    do throws(ArchiveError) { embeddings = try bundle.retainedVectors() } catch {
      throw LibraryError(.bundle(error), at: library)
    }
    let moments = try Self.projected(embeddings, space, library)
    do throws(ArchiveError) {
      let retained = try bundle.retained()
      words = try bundle.text()
      let ledger = try bundle.ledger()
      let samples = try bundle.sampleVectors().flatMap { $0.columns == space.momentDimension ? $0 : nil }
      jpegs = try retained.map { record throws(ArchiveError) in try bundle.contents(of: record.thumb) }
      vectors = VectorsBlock(
        moments: moments, contexts: try bundle.contextVectors().values, samples: samples,
        sampleSeconds: samples == nil ? [] : ledger.map(\.t),
        momentRecords: retained.map { record in
          MomentRecord(
            frame: record.frame, pts: record.pts, seconds: record.t, covers: record.covers.firstT..<record.covers.endT)
        },
        runs: Self.runs(of: ledger),
        contextRecords: try bundle.contexts().map { record throws(ArchiveError) in
          guard let kind = ContextVector.Kind(rawValue: record.kind) else {
            throw ArchiveError(.invalid(.contradictsManifest(file: "contexts.jsonl")), at: bundle.path)
          }
          return ContextSpan(seconds: record.startS..<record.endS, kind: kind, level: record.level)
        }, texts: try TextPiece.lines(words))
    } catch { throw LibraryError(.bundle(error), at: library) }
  }

  private static func projected(
    _ embeddings: Matrix, _ space: VectorSpace, _ library: FilePath
  ) throws(LibraryError) -> [Float] {
    guard let projection = space.projection else { return embeddings.values }
    do throws(TensorError) { try prepareMatmul() } catch { throw LibraryError(.arrays(error), at: library) }
    return projection.apply(to: embeddings).values
  }

  /// One where another moment stands for the samples than before.
  private static func runs(of ledger: [LedgerRecord]) -> [CoverRun] {
    var runs: [CoverRun] = []
    for record in ledger where runs.last?.row != record.coveredBy {
      runs.append(CoverRun(seconds: record.t, row: record.coveredBy))
    }
    return runs
  }

  /// Appends both blocks.
  ///
  /// - Parameter paths: where the video is; one at least.
  /// - Returns: what the database is to be told.
  func append(with writer: Writer, at paths: [StoredPath]) throws(LibraryError) -> StoredVideo {
    let pictures = try writer.append(PicturesBlock.bytes(jpegs), .pictures)
    let video = manifest.video
    let rate = video.frameRate?.split(separator: "/").compactMap { Double($0) } ?? []
    let facts = VideoFacts(
      space: space, content: video.fingerprint, sizeBytes: video.sizeBytes, durationSeconds: video.durationSeconds,
      frameRate: rate.count == 2 && rate[1] > 0 ? rate[0] / rate[1] : nil, width: video.width, height: video.height,
      isPartial: manifest.partial, recorded: video.recorded.flatMap { CalendarSpan($0)?.seconds.lowerBound },
      paths: VideoFacts.paths(paths),
      pictures: hexadecimal(pictures.digest))
    guard let block = vectors.bytes(facts: facts.bytes, space) else {
      preconditionFailure("a bundle that is in memory has numbers that a block can count")
    }
    return StoredVideo(
      facts, moments: vectors.momentRecords.count, contexts: vectors.contextRecords.count,
      vectors: try writer.append(block, .vectors), pictures: pictures)
  }
}
