internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeFeatures
internal import KeepframeNumerics
internal import KeepframeSystem
internal import KeepframeText
internal import SystemPackage

extension Indexer {
  /// Reads what a video says in words, in the video's own time.
  ///
  /// - Parameters:
  ///   - file: the state that the video must still have.
  ///   - retained: the frames whose pictures are read.
  ///   - embeddings: `[K, D]`, of the retained frames.
  func readText(
    of video: FilePath, _ file: FileState, _ facts: VideoFacts, retained: [RetainedRecord], embeddings: Matrix,
    cancellation: Cancellation?
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
      pieces += read
      record.ocr = languages
    }
    if let classifier = try classifier() {
      pieces += StageTimes.measure(.text) {
        classifier.pieces(of: embeddings, spans: retained.map { span(of: $0, facts) })
      }
      record.labels = classifier.digest
    }
    pieces = WrittenText.sorted(pieces)
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
      return TextPiece(.screen, span(of: frame, facts), text)
    }
  }

  /// From the first sample that a frame stands for to the end of the last.
  private func span(of frame: RetainedRecord, _ facts: VideoFacts) -> Range<Double> {
    let start = max(0, frame.covers.firstT)
    return start..<max(start, min(frame.covers.endT, facts.durationSeconds))
  }

  /// The last layer of the default network, which names what it sees; nil with another backbone, or
  /// if it is not installed.
  ///
  /// - Throws: ``TextError`` `badClassifier`.
  private func classifier() throws(TextError) -> Classifier? {
    guard isDefaultNetwork, let model = modelFiles(ofBackbone: RuntimeBackbone.defaultName).first, let stem = model.stem else {
      return nil
    }
    return try Classifier(
      contentsOf: model.removingLastComponent().appending("\(stem).labels.safetensors"), dimension: embeddingLength)
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
