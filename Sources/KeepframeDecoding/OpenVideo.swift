internal import CKeepframeFFmpeg
internal import SystemPackage

/// A video file that has been opened and probed, and the stream of it that was chosen.
struct OpenVideo: ~Copyable {
  var demuxer: Demuxer
  let choice: StreamChoice
  /// The streams that were known before any packet was read. The first packets of a stream that
  /// appears later are lost.
  let knownStreams: Range<Int>

  /// - Parameters:
  ///   - keepsSound: Whether sound will be read too.
  ///   - state: The state that the file must still have; nil accepts any.
  init(
    _ path: FilePath, options: DecodingOptions, cancellation: Cancellation?, keepsSound: Bool = false,
    unchangedSince state: FileState? = nil
  ) throws(DecodingError) {
    let interrupt = Interrupt(cancellation: cancellation, limitSeconds: options.stallDeadlineSeconds)
    var demuxer = try Demuxer(path, interrupt: interrupt, unchangedSince: state)
    try demuxer.probe(maxPixels: options.maxPixels)
    let knownStreams = 0..<demuxer.streamCount
    let choice = try StreamChoice(in: &demuxer, wanted: options.videoStream, keepsSound: keepsSound)
    self.knownStreams = knownStreams
    self.choice = choice
    self.demuxer = demuxer
  }
}
