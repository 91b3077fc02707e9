internal import CKeepframeFFmpeg
package import KeepframeSystem
package import SystemPackage

/// Copies a video and its sound into parts, without encoding anything.
///
/// Packets of the video are assigned to parts by their position relative to the key frames that
/// parts begin with; packets of sound are assigned by their time. A part's clock begins with its
/// first frame.
///
/// In an open group of pictures, some frames are shown before the part's key frame but decoded
/// after it. They belong to the previous part, and cannot be decoded without that key frame. So the
/// previous part ends with a copy of it. An edit list hides the copy if the container has edit
/// lists.
package struct StreamCopier: Sendable {
  private let video: FilePath
  let table: PacketTable
  let cuts: [CutPoint]
  let options: DecodingOptions
  let cancellation: Cancellation?

  /// - Parameters:
  ///   - table: The packets of the same video, with the same `options`.
  ///   - cuts: The starts of all parts but the first, ascending; from ``PacketTable/cutPoints``.
  package init(
    _ video: FilePath, _ table: PacketTable, at cuts: [CutPoint], options: DecodingOptions, cancellation: Cancellation? = nil
  ) {
    self.video = video
    self.table = table
    self.cuts = cuts
    self.options = options
    self.cancellation = cancellation
  }

  /// The kinds of file that accept the streams to be copied.
  package struct Containers: Sendable {
    /// Best first; empty if none accepts them.
    package let usable: [PartContainer]
    /// The video's own kinds. If one of them is used, there is nothing to report.
    package let own: [PartContainer]
    /// Why the first refused kind was refused.
    package let refusal: CopyError?
  }

  /// Finds them by writing headers to memory.
  package func containers() throws(CopyError) -> Containers {
    let source = try open()
    let (own, others) = PartContainer.candidates(for: source.demuxer)
    var usable: [PartContainer] = []
    var refusal: CopyError?
    for container in own + others {
      do throws(CopyError) {
        guard container.takesReordering || !table.isReordered else { throw .unsuited(container, "pictures are not in order") }
        _ = try PartMuxer.open(container, at: nil, streams: source.streams, of: source.demuxer, timecode: nil)
        usable.append(container)
      } catch { refusal = refusal ?? error }
    }
    return Containers(usable: usable, own: own, refusal: refusal)
  }

  /// Reads the video once and writes all parts.
  ///
  /// - Parameter draft: Gives the file of a part, by the part's position.
  /// - Throws: ``CopyError``; what has been written is left.
  package func write(in container: PartContainer, to draft: (Int) -> FilePath) throws(CopyError) {
    var source = try open()
    var parts = OpenParts(container, table, cuts, leadSeconds: source.leadSeconds)
    let packet = PacketBuffer()
    var position = 0
    var reading = try source.read(packet)
    while case .packet = reading {
      if Int(packet.pointer.pointee.stream_index) == source.streams[0] {
        guard position < table.packets.count else { throw .changed }
        try parts.takePicture(packet, at: position, source, draft)
        position += 1
      } else {
        try parts.takeSound(packet, source, draft)
      }
      reading = try source.read(packet)
    }
    guard position == table.packets.count else { throw .changed }
    try parts.finish()
    try checkStreams(of: draft(0), container, source)
  }

  private func open() throws(CopyError) -> CopySource {
    do throws(DecodingError) { return try CopySource(video, options: options, cancellation: cancellation) } catch {
      throw .reading(error)
    }
  }

  /// Some muxers accept everything and write files that nobody can read. So the first part must
  /// have the streams that were written to it.
  private func checkStreams(of part: FilePath, _ container: PartContainer, _ source: borrowing CopySource) throws(CopyError) {
    var options = options
    options.videoStream = nil
    let written: [AVCodecID]?
    do throws(DecodingError) { written = try CopySource(part, options: options, cancellation: nil).codecs } catch {
      written = nil
    }
    guard written == source.codecs else { throw .unsuited(container, "what it makes of the streams cannot be read back") }
  }
}

/// An open video and the streams that are copied.
struct CopySource: ~Copyable {
  private(set) var demuxer: Demuxer
  /// The video, then all sound streams.
  let streams: [Int]
  let codecs: [AVCodecID]
  /// By how many seconds the sound begins before the picture; 0 if by less than a tenth of a
  /// second.
  let leadSeconds: Double
  /// The SMPTE timecode of the first frame, if the file has one.
  let timecode: SourceTimecode?

  init(_ path: FilePath, options: DecodingOptions, cancellation: Cancellation?) throws(DecodingError) {
    let video = try OpenVideo(path, options: options, cancellation: cancellation, keepsSound: true)
    var streams = [video.choice.index]
    for index in video.knownStreams where video.demuxer.isSound(index) { streams.append(index) }
    let open = streams.map { video.demuxer.stream($0) }
    codecs = open.map { $0.pointee.codecpar.pointee.codec_id }
    let starts = open.map { stream -> Double? in
      let start = stream.pointee.start_time
      return start == noTimestamp ? nil : Double(start) * av_q2d(stream.pointee.time_base)
    }
    let lead = starts[0].map { picture in starts.dropFirst().compactMap(\.self).reduce(0) { max($0, picture - $1) } } ?? 0
    leadSeconds = lead >= 0.1 && lead.isFinite ? lead : 0
    self.streams = streams
    timecode = video.choice.description.timecode
    demuxer = video.demuxer
  }

  mutating func read(_ packet: borrowing PacketBuffer) throws(CopyError) -> Demuxer.Reading {
    let streams = streams
    do throws(DecodingError) { return try demuxer.read(packet) { streams.contains($0) } } catch { throw .reading(error) }
  }

  func timeBase(of stream: Int) -> AVRational { demuxer.stream(streams[stream]).pointee.time_base }

  /// The timecode of the frame `count` frames after the first; nil if the file has none, or one
  /// that libav cannot count from.
  func timecode(after count: Int) -> String? {
    guard let timecode else { return nil }
    var start = AVTimecode()
    let rate = demuxer.stream(streams[0]).pointee.avg_frame_rate
    guard av_timecode_init_from_string(&start, rate, timecode.text, nil) >= 0 else { return nil }
    var text = [CChar](repeating: 0, count: Int(AV_TIMECODE_STR_SIZE))
    let frame = Int32(clamping: timecode.hiddenFrames.addingReportingOverflow(Int64(count)).partialValue)
    return av_timecode_make_string(&start, &text, frame).map { String(cString: $0) }
  }
}
