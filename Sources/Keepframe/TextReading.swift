internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

extension Indexer {
  /// Reads what a video says in words, in the video's own time.
  ///
  /// - Parameters:
  ///   - file: the state that the video must still have.
  ///   - retained: the frames whose pictures are read.
  func readText(
    of video: FilePath, _ file: FileState, _ facts: VideoFacts, retained: [RetainedRecord], cancellation: Cancellation?
  ) throws -> (pieces: [TextPiece], record: TextRecord) {
    let clock = WrittenText.VideoClock(
      startSeconds: facts.timeBase.seconds(facts.startPTS), playerStartSeconds: facts.playerStartSeconds,
      durationSeconds: facts.durationSeconds)
    // A limit on the length is there for files that grow.
    let state = settings.decoding.maxDurationSeconds == nil ? file : nil
    let written = try StageTimes.measure(.text) {
      try WrittenText(of: video, clock, options: settings.decoding, unchangedSince: state, cancellation: cancellation)
    }
    var (pieces, record) = (written.pieces, written.record)
    if let languages = settings.ocrLanguages {
      let read = try readPictures(
        of: video, file, facts, retained: retained, with: try ScreenReader(languages: languages), cancellation: cancellation)
      pieces = WrittenText.sorted(pieces + read)
      record.ocr = languages
    }
    if pieces.count > TextPiece.mostPieces {
      pieces.removeLast(pieces.count - TextPiece.mostPieces)
      record.isCut = true
    }
    record.pieces = pieces.count
    return (pieces, record)
  }

  /// Reads the pictures of the retained frames in their full size, which takes decoding them again.
  private func readPictures(
    of video: FilePath, _ file: FileState, _ facts: VideoFacts, retained: [RetainedRecord], with reader: ScreenReader,
    cancellation: Cancellation?
  ) throws -> [TextPiece] {
    let frames = Set(retained.map(\.pts))
    var texts: [Int64: String] = [:]
    var failure: (any Error)?
    func read(_ pts: Int64, _ picture: Picture) {
      guard failure == nil else { return }
      do {
        try cancellation?.check()
        texts[pts] = try StageTimes.measure(.text) { () throws(TextError) in try reader.read(picture) }
      } catch { failure = error }
    }
    let stills = StillSettings(
      samplesPerSecond: settings.samplesPerSecond, pictureWidth: facts.width, pictureHeight: facts.height, previewWidth: 16)
    let isWhole = try StillFetch.forEach(
      of: frames, in: video, options: settings.decoding, settings: stills, unchangedSince: file, cancellation: cancellation
    ) { read($0, $1.picture) }
    if !isWhole {
      texts = [:]
      try forEachPicture(of: frames, in: video, facts, cancellation: cancellation, read)
    }
    if let failure { throw failure }
    return retained.compactMap { frame in
      guard let text = texts[frame.pts], !text.isEmpty else { return nil }
      let end = min(max(frame.covers.endT, frame.covers.firstT), max(frame.covers.firstT, facts.durationSeconds))
      return TextPiece(.screen, frame.covers.firstT..<end, text)
    }
  }

  /// Decodes every frame: some files do not let one be decoded by itself.
  private func forEachPicture(
    of frames: Set<Int64>, in video: FilePath, _ facts: VideoFacts, cancellation: Cancellation?,
    _ body: (Int64, Picture) -> Void
  ) throws {
    var reader = try VideoReader(video, options: settings.decoding, cancellation: cancellation)
    var picture = Picture(width: facts.width, height: facts.height)
    var left = frames
    while !left.isEmpty, try reader.advance() {
      guard left.remove(reader.frame.pts) != nil else { continue }
      try reader.readPicture(into: &picture)
      body(reader.frame.pts, picture)
    }
  }

  /// Fails before anything is decoded if pictures are to be read and nothing can read them.
  ///
  /// - Throws: ``TextError``.
  func checkRecognition() throws(TextError) {
    if let languages = settings.ocrLanguages { _ = try ScreenReader(languages: languages) }
  }
}
