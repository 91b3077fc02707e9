internal import CKeepframeFFmpeg

/// The timecode of a video's first frame, as the file states it. It has not been checked.
public struct SourceTimecode: Hashable, Sendable {
  /// `HH:MM:SS:FF`. A semicolon or a full stop before the frames means drop-frame labels.
  public var text: String
  /// Labels a second; nil means as many as the video has frames.
  public var framesPerSecond: Int?
  /// The number of labels from `text` to the first frame's label. The timecode track's own edit
  /// list hides the frames between.
  public var hiddenFrames: Int64

  /// - Parameters:
  ///   - framesPerSecond: nil means as many labels a second as the video has frames.
  ///   - hiddenFrames: 0 if the first frame has the label itself.
  public init(_ text: String, framesPerSecond: Int? = nil, hiddenFrames: Int64 = 0) {
    self.text = text
    self.framesPerSecond = framesPerSecond
    self.hiddenFrames = hiddenFrames
  }
}

extension SourceTimecode {
  /// The container's timecode: from a timecode track, or from a tag of the stream or the file.
  init?(of stream: UnsafeMutablePointer<AVStream>, in demuxer: borrowing Demuxer) {
    let tracks = (0..<demuxer.streamCount).map { demuxer.stream($0) }.filter(Self.isTimecodeTrack)
    let own = Self.tag(stream.pointee.metadata)
    // libavformat copied the video's tag from the timecode track that the video refers to.
    if let track = tracks.first(where: { own == nil || Self.tag($0.pointee.metadata) == own }),
      let text = Self.tag(track.pointee.metadata)
    {
      let rate = track.pointee.avg_frame_rate
      let perSecond = rate.num > 0 && rate.den > 0 ? (Double(rate.num) / Double(rate.den)).rounded(.up) : 0
      self.init(
        text, framesPerSecond: (1...1000).contains(perSecond) ? Int(perSecond) : nil,
        hiddenFrames: Self.hiddenFrames(of: track, in: demuxer))
    } else if let text = own ?? Self.tag(demuxer.pointer.pointee.metadata) {
      self.init(text)
    } else {
      return nil
    }
  }

  /// The timecode that the codec's headers state for the first frame.
  ///
  /// - Returns: nil also for zero, which encoders write if they know no timecode.
  init?(of frame: UnsafeMutablePointer<AVFrame>, frameRate: Rational?) {
    var text = [CChar](repeating: 0, count: Int(AV_TIMECODE_STR_SIZE))
    let rate = frameRate.map { AVRational(num: Int32(clamping: $0.numerator), den: Int32(clamping: $0.denominator)) }
    guard frameTimecode(frame, rate ?? AVRational(num: 25, den: 1), &text) != 0 else { return nil }
    let label = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard label.contains(where: { ("1"..."9").contains($0) }) else { return nil }
    self.init(label)
  }

  private static func isTimecodeTrack(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    let parameters = stream.pointee.codecpar.pointee
    return parameters.codec_type == AVMEDIA_TYPE_DATA && parameters.codec_tag == 0x6463_6D74  // `tmcd`
  }

  private static func tag(_ metadata: OpaquePointer?) -> String? {
    av_dict_get(metadata, "timecode", nil, 0).map { String(cString: $0.pointee.value) }
  }

  private static func hiddenFrames(of stream: UnsafeMutablePointer<AVStream>, in demuxer: borrowing Demuxer) -> Int64 {
    guard
      let track = MP4Tracks.read(demuxer.path).first(where: { Int64(clamping: $0.id) == Int64(stream.pointee.id) }),
      track.timescale > 0, track.frameTicks > 0
    else { return 0 }
    let frames =
      Int128(track.skippedTicks) * Int128(track.frameTimescale) / (Int128(track.timescale) * Int128(track.frameTicks))
    return Int64(clamping: frames)
  }
}
