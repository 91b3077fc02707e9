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
  ///   - state: the state that the video must still have.
  ///   - retained: the frames whose pictures are read.
  func readText(
    of video: FilePath, _ state: FileState, _ facts: VideoFacts, retained: [RetainedRecord], cancellation: Cancellation?
  ) throws -> (pieces: [TextPiece], record: TextRecord) {
    let clock = WrittenText.VideoClock(
      startSeconds: facts.timeBase.seconds(facts.startPTS), playerStartSeconds: facts.playerStartSeconds,
      durationSeconds: facts.durationSeconds)
    // A limit on the length is there for files that grow.
    let state = settings.decoding.maxDurationSeconds == nil ? state : nil
    let written = try WrittenText(
      of: video, clock, options: settings.decoding, unchangedSince: state, cancellation: cancellation)
    return (written.pieces, written.record)
  }
}
