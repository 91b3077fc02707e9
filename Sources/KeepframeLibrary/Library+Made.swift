internal import KeepframeBundle
internal import KeepframeSystem
package import KeepframeText
internal import SystemPackage

extension Library {
  /// Adds videos made of vectors, without pictures and contexts, in one change. Tests and
  /// measurements need more videos than there are.
  ///
  /// The videos are called `/made/0.mp4` and so on. Each moment is on display for a second.
  ///
  /// - Parameters:
  ///   - videos: the moments of each, `[M * d]`.
  ///   - dimension: d
  ///   - texts: what the first of them say.
  /// - Throws: ``LibraryError`` `busy`, `cannotWrite` or `damaged`.
  /// - Precondition: the library is empty and was opened for writing.
  package func addMade(_ videos: some Sequence<[Float]>, dimension: Int, saying texts: [[TextPiece]] = []) throws(LibraryError) {
    let space = VectorSpace(
      backbone: "made", modelDigest: nil, embeddingDimension: dimension, encoder: VectorSpace.untrained,
      momentDimension: dimension, contextDimension: dimension)
    try change { writer throws(LibraryError) in
      var stored: [StoredVideo] = []
      func words(_ number: Int) -> [TextPiece] { texts.indices.contains(number) ? texts[number] : [] }
      for moments in videos {
        let (number, count) = (stored.count, moments.count / dimension)
        let pictures = try writer.append(PicturesBlock.bytes([]), .pictures)
        let facts = VideoFacts(
          space: space, content: "made \(number)", sizeBytes: 1, durationSeconds: Double(count), frameRate: nil, width: 16,
          height: 16, isPartial: false, recorded: nil,
          paths: [.init(path: PercentCoding.encode(FilePath("/made/\(number).mp4").bytes), added: Double(number))],
          pictures: hexadecimal(pictures.digest))
        let block = VectorsBlock(
          moments: moments, contexts: [],
          momentRecords: (0..<count).map {
            MomentRecord(frame: $0, pts: Int64($0), seconds: Double($0), covers: Double($0)..<Double($0 + 1))
          },
          runs: (0..<count).map { CoverRun(seconds: Double($0), row: $0) }, contextRecords: [],
          texts: try lines(words(number)))
        guard let bytes = block.bytes(facts: facts.bytes, space) else {
          preconditionFailure("expected moments that a block can count, got \(count)")
        }
        stored.append(
          StoredVideo(
            facts, moments: count, contexts: 0, vectors: try writer.append(bytes, .vectors), pictures: pictures))
      }
      try writer.commit { database in
        try StoredContent.update(space, in: database)
        for (number, video) in stored.enumerated() { try video.insert(into: database, saying: words(number)) }
      }
    }
  }

  private func lines(_ pieces: [TextPiece]) throws(LibraryError) -> [UInt8] {
    do throws(ArchiveError) { return try TextPiece.lines(pieces) } catch { throw folder.error(.bundle(error)) }
  }
}
