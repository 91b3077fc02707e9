internal import KeepframeDecoding
internal import SystemPackage

extension SceneScanner {
  enum SparseOutcome {
    case found(Result)
    /// The video must be decoded in full, for this reason.
    case refused(String)
  }

  /// Finds the scenes by decoding only some frames.
  func sparseScenes(
    of video: FilePath, cancellation: Cancellation?, progress: (DecodingProgress) -> Void
  ) throws -> SparseOutcome {
    var reader = try SparseReader(video, effort: effort, options: decoding, cancellation: cancellation)
    try check(reader.stream)
    var scan = SceneScan(effectiveDetector, frameRate: reader.stream.frameRate)
    var state = DecodingProgress(durationSeconds: reader.stream.durationSeconds)
    while try reader.advance() {
      _ = scan.push(reader.thumbnail, at: reader.frame, shape: reader.shape, isKnown: reader.isKnown)
      state.advance(to: reader.frame)
      progress(state)
    }
    if let reason = reader.refusal { return .refused(reason) }
    _ = scan.finish()
    let timecode = reader.startTimecode(ofFirstFrameAt: scan.firstTime?.pts ?? 0)
    return .found(
      try result(
        scan, of: video, reader.file, reader.stream, timecode, reader.damage, effort: effort, refusal: nil,
        decodedFrames: reader.decodedCount))
  }
}
