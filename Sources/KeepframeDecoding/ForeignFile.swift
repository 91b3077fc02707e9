internal import CKeepframeFFmpeg
internal import Glibc
internal import KeepframeSystem
internal import SystemPackage

/// Says what a file is that cannot be opened as a video, judged mostly by its first bytes.
enum ForeignFile {
  /// The number of leading bytes that are examined.
  private static let headBytes = 64 << 10

  /// - Parameters:
  ///   - status: libav's status code.
  ///   - complaint: The last line that libav logged.
  static func finding(_ path: FilePath, status: Int32, complaint: String?) -> DecodingError.Finding {
    guard let head = head(of: path) else { return unknown }
    if head.isEmpty { return .init("an empty file, not a video file", "copy or download it again") }
    if !head.contains(where: { $0 != 0 }) {
      return .init("not a video file, it begins with nothing but zeros", "copy or download it again: not all of it has arrived")
    }
    if let finding = bySignature(head) { return finding }
    let format = probe(head)
    if let format, let finding = byDemuxer(format) { return finding }
    if MediaFile.startsLikeMP4(path) || format != nil {
      if status == averrorNoMemory {
        return .init("its header is damaged: it claims more than there is memory for", "get another copy")
      }
      // libav logs these lines for every such file, so they tell nothing.
      let reason = complaint.flatMap {
        $0 == "error reading header" || $0.contains("whitelist") ? nil : " (\(PrintableText.escaping($0)))"
      }
      return .init("its header is damaged\(reason ?? "")", "get another copy")
    }
    return isText(head) ? text : unknown
  }

  private static let unknown = DecodingError.Finding(
    "not a video file of any kind that Keepframe reads", "pass a file such as .mp4, .mkv, .webm, .avi or .ts")
  private static let text = DecodingError.Finding("a text file, not a video file", "pass the video itself")

  // MARK: - By the first bytes

  private static func bySignature(_ head: [UInt8]) -> DecodingError.Finding? {
    let archives: [(magic: [UInt8], name: String)] = [
      (Array("PK\u{3}\u{4}".utf8), "ZIP"), ([0x1F, 0x8B], "gzip"), (Array("Rar!".utf8), "RAR"), ([0x37, 0x7A, 0xBC, 0xAF], "7z"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
    ]
    if let archive = archives.first(where: { head.starts(with: $0.magic) }) {
      return .init("an archive (\(archive.name)), not a video file", "unpack it first")
    }
    if head.starts(with: "%PDF".utf8) { return .init("a PDF, not a video file", "pass the video itself") }
    let words = String(decoding: head.prefix(1024), as: UTF8.self).lowercased().drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    let lists: [(start: String, name: String)] = [
      ("#extm3u", "M3U"), ("ffconcat", "ffconcat"), ("[playlist]", "PLS"), ("[reference]", "ASF"), ("<asx", "ASX"),
      ("<smil", "SMIL"), ("v=0", "SDP"),
    ]
    if let list = lists.first(where: { words.hasPrefix($0.start) }) { return playlist(list.name) }
    if words.hasPrefix("<"), words.contains("<mpd") { return playlist("DASH") }
    if words.hasPrefix("<!doctype html") || words.hasPrefix("<html") {
      return .init("a web page, not a video file", "download the video itself")
    }
    return nil
  }

  private static func playlist(_ name: String) -> DecodingError.Finding {
    .init(
      "a playlist (\(name)) that leads to other files, not a video file",
      "pass one of those files, or make one of all: ffmpeg -i LIST -c copy film.mkv")
  }

  /// Whether the beginning is UTF-8 without control characters.
  private static func isText(_ head: [UInt8]) -> Bool {
    let start = head.prefix(4096)
    return start.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (9...13).contains($0) || $0 == 0x1B }
      && (0..<4).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
  }

  // MARK: - By libavformat's probing

  /// The demuxer that libavformat would choose, unless its score is too low.
  private static func probe(_ head: [UInt8]) -> UnsafePointer<AVInputFormat>? {
    var padded = head + [UInt8](repeating: 0, count: Int(AVPROBE_PADDING_SIZE))
    return padded.withUnsafeMutableBufferPointer { buffer in
      "".withCString { name in
        var data = AVProbeData()
        data.filename = name
        data.buf = buffer.baseAddress
        data.buf_size = Int32(head.count)
        var score = Int32(AVPROBE_SCORE_MAX) / 4
        return av_probe_input_format2(&data, 1, &score).map { UnsafePointer($0) }
      }
    }
  }

  /// The container of a file, judged by its content alone; nil if Keepframe does not read it.
  static func container(of path: FilePath) -> UnsafePointer<AVInputFormat>? {
    head(of: path).flatMap { probe($0) }.flatMap { isRead($0) ? $0 : nil }
  }

  private static func isRead(_ format: UnsafePointer<AVInputFormat>) -> Bool {
    let names = String(cString: format.pointee.name).split(separator: ",").map(String.init)
    return Containers.all.contains { names.contains($0.demuxer) }
  }

  /// - Returns: nil for a container that Keepframe reads.
  private static func byDemuxer(_ format: UnsafePointer<AVInputFormat>) -> DecodingError.Finding? {
    guard !isRead(format) else { return nil }
    let name = String(cString: format.pointee.name)
    let title = format.pointee.long_name.map { String(cString: $0) } ?? ""
    if lists.contains(name) { return playlist(name.uppercased()) }
    if name.hasSuffix("_pipe") || images.contains(name) {
      let kind = name.hasSuffix("_pipe") ? String(name.dropLast(5)) : name
      return .init("an image (\(kind.uppercased())), not a video file", "pass a video")
    }
    if sounds.contains(name) { return .init("sound alone (\(name.uppercased())), not a video file", "pass a file with video") }
    if subtitles.contains(name) { return .init("subtitles (\(name)), not a video file", "pass the video itself") }
    if name == "tty" { return text }
    let called = PrintableText.escaping(title.isEmpty ? name : title)
    return .init(
      "a kind of file that Keepframe does not read (\(called))", "convert it first: ffmpeg -i FILE -c:v libx264 film.mkv")
  }

  private static let lists: Set<String> = ["hls", "concat", "dash", "sdp", "rtp", "rtsp", "imf", "webm_dash_manifest"]
  private static let images: Set<String> = ["image2", "ico", "mjpeg", "mjpeg_2000", "brender_pix", "alias_pix"]
  private static let sounds: Set<String> = [
    "aac", "ac3", "aiff", "amr", "amrnb", "amrwb", "ape", "au", "caf", "dsf", "dts", "dtshd", "eac3", "flac", "loas", "mlp",
    "mp3",
    "mpc", "mpc8", "oma", "rso", "sox", "tak", "truehd", "tta", "voc", "w64", "wav", "wsd", "wv", "xwma",
  ]
  private static let subtitles: Set<String> = [
    "aqtitle", "ass", "jacosub", "lrc", "microdvd", "mpl2", "mpsub", "pjs", "realtext", "sami", "scc", "srt", "stl", "subviewer",
    "subviewer1", "sup", "tedcaptions", "vobsub", "vplayer", "webvtt",
  ]

  private static func head(of path: FilePath) -> [UInt8]? { try? FileBytes(path).bytes(upTo: headBytes) }
}
