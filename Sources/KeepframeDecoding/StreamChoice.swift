internal import CKeepframeFFmpeg
internal import KeepframeSystem

/// The stream that is decoded, and what is known of it before decoding.
struct StreamChoice {
  let index: Int
  let decoder: UnsafePointer<AVCodec>
  let description: StreamDescription
  let color: StreamColor
  let presentation: Presentation

  /// In which ways the container's times can be wrong.
  let clock: ContainerClock

  /// Chooses the `wanted`-th playable video stream, or the best one (``StreamRank``). No other
  /// stream is read, except sound if `keepsSound`.
  init(in demuxer: inout Demuxer, wanted: Int?, keepsSound: Bool = false) throws(DecodingError) {
    var playable: [(index: Int, decoder: UnsafePointer<AVCodec>)] = []
    var audioCount = 0
    var unsupported: String?
    for index in 0..<demuxer.streamCount {
      let stream = demuxer.stream(index)
      let parameters = stream.pointee.codecpar.pointee
      if parameters.codec_type == AVMEDIA_TYPE_AUDIO { audioCount += 1 }
      guard parameters.codec_type == AVMEDIA_TYPE_VIDEO, !Demuxer.isAttachedPicture(stream) else { continue }
      if let decoder = avcodec_find_decoder(parameters.codec_id) {
        playable.append((index, decoder))
      } else {
        unsupported = unsupported ?? Self.name(of: parameters)
      }
    }
    guard !playable.isEmpty else {
      throw DecodingError(
        path: demuxer.path, kind: unsupported.map { .unsupportedCodec($0) } ?? .noVideoStream(audio: audioCount),
        operation: "choose a stream")
    }
    let glimpses = try demuxer.glimpse(keepsSound: keepsSound)
    let ranking = StreamRank.ranking(of: playable.map(\.index), glimpses, in: demuxer)
    let position = wanted ?? ranking.best
    guard playable.indices.contains(position) else {
      throw DecodingError(
        path: demuxer.path, kind: .noSuchVideoStream(wanted: position, available: playable.count), operation: "choose a stream")
    }
    (index, decoder) = playable[position]
    let containerColors = demuxer.containerColors
    color = StreamColor(
      demuxer.stream(index), container: containerColors.indices.contains(index) ? containerColors[index] : nil)
    presentation = Presentation(of: demuxer.stream(index), in: demuxer)
    var description = Self.describe(
      index, glimpses[index], in: demuxer, presentation, color, videoStreamCount: playable.count)
    description.videoStreamPosition = position
    description.isCloseChoice = wanted == nil && ranking.isClose
    self.description = description
    clock = ContainerClock(of: demuxer.stream(index), container: description.container)
    demuxer.discardOtherVideo(than: index)
  }

  private static func describe(
    _ index: Int, _ glimpse: StreamGlimpse, in demuxer: borrowing Demuxer, _ presentation: Presentation, _ color: StreamColor,
    videoStreamCount: Int
  ) -> StreamDescription {
    let container = demuxer.pointer.pointee
    let stream = demuxer.stream(index)
    let parameters = stream.pointee.codecpar.pointee
    let timeBase = Rational(Int64(stream.pointee.time_base.num), Int64(max(1, stream.pointee.time_base.den)))
    let isFields = ![AV_FIELD_UNKNOWN, AV_FIELD_PROGRESSIVE].contains(parameters.field_order)
    let stated = frameRate(of: stream, in: demuxer)
    var description = StreamDescription(
      container: String(cString: container.iformat.pointee.name),
      codec: String(cString: avcodec_get_name(parameters.codec_id)),
      streamIndex: index, videoStreamCount: videoStreamCount,
      shape: presentation.shape(of: parameters),
      pixelFormat: pixelFormatName(parameters.format),
      timeBase: timeBase,
      frameRate: glimpse.frameRate(stated: stated, timeBase: timeBase, isExact: !isFields, isWhole: demuxer.isRead),
      durationSeconds: duration(of: stream, timeBase: timeBase, in: container),
      frameCount: stream.pointee.nb_frames > 0 ? Int(stream.pointee.nb_frames) : nil,
      title: title(of: stream, in: container), recorded: recordingTime(of: stream, in: container),
      containerStartMicroseconds: container.start_time == noTimestamp ? nil : container.start_time,
      timecode: SourceTimecode(of: stream, in: demuxer), transfer: color.transferName, primaries: color.primariesName,
      dolbyVision: color.dolbyVision, toneMapping: color.toneMapping?.name)
    description.statedFrameRate = stated
    return description
  }

  private static func frameRate(of stream: UnsafeMutablePointer<AVStream>, in demuxer: borrowing Demuxer) -> Rational? {
    let rate = av_guess_frame_rate(demuxer.pointer, stream, nil)
    return rate.num > 0 && rate.den > 0 ? Rational(Int64(rate.num), Int64(rate.den)) : nil
  }

  private static func duration(of stream: UnsafeMutablePointer<AVStream>, timeBase: Rational, in container: AVFormatContext)
    -> Double?
  {
    if stream.pointee.duration > 0 {
      // libavformat takes a clock that was set back for one that has wrapped.
      let clock = ContainerClock(of: stream, container: String(cString: container.iformat.pointee.name))
      if let turn = clock.wrapTicks, stream.pointee.duration > turn / 2 { return nil }
      return Double(stream.pointee.duration) * timeBase.doubleValue
    }
    if container.duration > 0 { return Double(container.duration) / Double(AV_TIME_BASE) }
    return nil
  }

  private static func title(of stream: UnsafeMutablePointer<AVStream>, in container: AVFormatContext) -> String? {
    let entry = av_dict_get(container.metadata, "title", nil, 0) ?? av_dict_get(stream.pointee.metadata, "title", nil, 0)
    return entry.map { String(cString: $0.pointee.value) }
  }

  /// Apple's tag counts first: it stays what it was where a program writes the file anew.
  private static func recordingTime(of stream: UnsafeMutablePointer<AVStream>, in container: AVFormatContext) -> Double? {
    for metadata in [container.metadata, stream.pointee.metadata] {
      for name in ["com.apple.quicktime.creationdate", "creation_time"] {
        guard let entry = av_dict_get(metadata, name, nil, 0) else { continue }
        if let time = recordingTime(String(cString: entry.pointee.value)) { return time }
      }
    }
    return nil
  }

  /// In seconds since 1970. Cameras write `2019-03-01 10:00:00` into AVI: without an offset it is
  /// taken for UTC.
  static func recordingTime(_ text: String) -> Double? {
    let span = CalendarSpan(text) ?? CalendarSpan(text.replacing(" ", with: "T", maxReplacements: 1) + "Z")
    return span.flatMap { $0.seconds.isEmpty ? $0.seconds.lowerBound : nil }
  }

  /// libavcodec's name of the codec, or the container's four letters if libavcodec does not know
  /// it.
  private static func name(of parameters: AVCodecParameters) -> String {
    guard parameters.codec_id == AV_CODEC_ID_NONE else { return String(cString: avcodec_get_name(parameters.codec_id)) }
    var text = [CChar](repeating: 0, count: Int(AV_FOURCC_MAX_STRING_SIZE))
    av_fourcc_make_string(&text, parameters.codec_tag)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Width of a pixel over its height, if it is known and plausible.
struct PixelAspect {
  /// The ratio in lowest terms.
  let exact: Rational
  var ratio: Double { exact.doubleValue }

  init?(_ ratio: AVRational) {
    guard ratio.num > 0, ratio.den > 0 else { return nil }
    var reduced = ratio
    av_reduce(&reduced.num, &reduced.den, Int64(ratio.num), Int64(ratio.den), Int64(Int32.max))
    exact = Rational(Int64(reduced.num), Int64(reduced.den))
    guard (1.0 / 16...16).contains(self.ratio) else { return nil }
  }
}

func pixelFormatName(_ format: Int32) -> String {
  av_get_pix_fmt_name(AVPixelFormat(format)).map { String(cString: $0) } ?? "unknown"
}
