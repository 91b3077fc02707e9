internal import CKeepframeFFmpeg
internal import Glibc
package import KeepframeSystem
package import SystemPackage

/// What a container says in words, as the file has it: bytes of any encoding, with markup.
///
/// Times are seconds on the container's clock.
package struct ContainerText: Sendable {
  /// A part of the file that has a title.
  package struct Chapter: Hashable, Sendable {
    package let start: Double
    package let end: Double
    package let title: [UInt8]
  }

  /// A line of subtitles.
  package struct Line: Hashable, Sendable {
    /// Index of its stream in the container.
    package let stream: Int
    /// As the container states it, such as `eng`.
    package let language: [UInt8]?
    package let start: Double
    /// Nil if the file does not say how long the line is shown.
    package let end: Double?
    /// The fields of a `Dialogue` line of ASS, as libavcodec has them: nine, and the last is the
    /// text. Other formats' markup is turned into that of ASS.
    package let event: [UInt8]
  }

  /// Of the file: its title, and what else describes it.
  package private(set) var titles: [[UInt8]] = []
  package private(set) var chapters: [Chapter] = []
  /// In the order of the file.
  package private(set) var lines: [Line] = []
  /// Whether the file has more than is taken of one.
  package private(set) var isCut = false

  static let mostLineBytes = 1 << 16
  /// A film of three hours has 2,000 lines of subtitles and 60 kB of them.
  private static let mostLines = 200_000
  private static let mostBytes = 32 << 20
  private static let mostChapters = 10_000
  private static let titleKeys = ["title", "show", "description", "synopsis", "keywords"]

  /// Reads the titles, the chapters and the subtitles of a video. Nothing is decoded but
  /// subtitles; without them, only the header is read.
  ///
  /// - Parameter state: The state that the file must still have.
  /// - Throws: ``DecodingError`` as ``VideoReader`` does; `CancellationError`.
  package init(
    of video: FilePath, options: DecodingOptions, unchangedSince state: FileState? = nil, cancellation: Cancellation? = nil
  ) throws {
    do throws(DecodingError) {
      try self.init(video, Containers.whitelist, options, state, cancellation)
    } catch { throw error.leaving }
  }

  /// Endings of files of subtitles that ``init(subtitles:)`` reads, in lower case.
  package static let subtitleEndings: Set<String> = ["srt", "vtt", "ass", "ssa"]
  /// Larger files are none.
  package static let mostFileBytes = 64 << 20

  /// Reads a file of subtitles: SubRip, WebVTT or ASS.
  ///
  /// - Throws: ``DecodingError``.
  package init(subtitles file: FilePath) throws(DecodingError) {
    _ = try MediaFile.checkIsRegular(file)
    guard let size = try? file.stat().size, size <= Int64(Self.mostFileBytes) else {
      throw DecodingError(
        path: file, kind: .notMedia, operation: "open", status: 0, detail: nil,
        finding: .init("too large for a file of subtitles", "remove it"))
    }
    try self.init(file, "srt,webvtt,ass", DecodingOptions(), nil, nil)
  }

  private init(
    _ path: FilePath, _ formats: String, _ options: DecodingOptions, _ state: FileState?, _ cancellation: Cancellation?
  ) throws(DecodingError) {
    let interrupt = Interrupt(cancellation: cancellation, limitSeconds: options.stallDeadlineSeconds)
    var demuxer = try Demuxer(path, formats: formats, interrupt: interrupt, unchangedSince: state)
    titles = Self.titleKeys.compactMap { Self.value($0, demuxer.pointer.pointee.metadata) }
    readChapters(demuxer)
    try readLines(&demuxer)
  }

  private mutating func readChapters(_ demuxer: borrowing Demuxer) {
    let count = Int(demuxer.pointer.pointee.nb_chapters)
    isCut = count > Self.mostChapters
    for index in 0..<min(count, Self.mostChapters) {
      guard let chapter = demuxer.pointer.pointee.chapters[index]?.pointee, chapter.time_base.den != 0,
        let title = Self.value("title", chapter.metadata)
      else { continue }
      let base = Rational(Int64(chapter.time_base.num), Int64(chapter.time_base.den))
      chapters.append(Chapter(start: base.seconds(chapter.start), end: base.seconds(chapter.end), title: title))
    }
  }

  private mutating func readLines(_ demuxer: inout Demuxer) throws(DecodingError) {
    var streams: [Int: SubtitleStream] = [:]
    for index in 0..<demuxer.streamCount {
      let stream = demuxer.stream(index)
      if let decoder = SubtitleDecoder(stream) {
        streams[index] = SubtitleStream(decoder: decoder, language: Self.value("language", stream.pointee.metadata))
      } else {
        stream.pointee.discard = AVDISCARD_ALL
      }
    }
    guard !streams.isEmpty else { return }
    let packet = PacketBuffer()
    var bytes = 0
    while case .packet = try demuxer.read(packet, where: { streams[$0] != nil }) {
      let read = packet.pointer.pointee
      let index = Int(read.stream_index)
      guard let stream = streams[index], read.pts != noTimestamp else { continue }
      let unit = demuxer.stream(index).pointee.time_base
      guard unit.den != 0 else { continue }
      let base = Rational(Int64(unit.num), Int64(unit.den))
      let start = base.seconds(read.pts)
      let end = read.duration > 0 ? start + base.seconds(read.duration) : nil
      for event in stream.decoder.events(packet) {
        bytes += event.count
        guard lines.count < Self.mostLines, bytes <= Self.mostBytes else {
          isCut = true
          return
        }
        lines.append(Line(stream: index, language: stream.language, start: start, end: end, event: event))
      }
    }
  }

  private static func value(_ key: String, _ metadata: OpaquePointer?) -> [UInt8]? {
    guard let entry = av_dict_get(metadata, key, nil, 0), let value = entry.pointee.value else { return nil }
    return bytes(of: value, limit: mostLineBytes)
  }
}

/// A stream of subtitles that is read.
private final class SubtitleStream {
  let decoder: SubtitleDecoder
  let language: [UInt8]?

  init(decoder: consuming SubtitleDecoder, language: [UInt8]?) {
    self.decoder = decoder
    self.language = language
  }
}
