internal import CKeepframeFFmpeg

/// A kind of file for parts of a video.
package struct PartContainer: Hashable, Sendable, CustomStringConvertible {
  /// libavformat's name of the muxer.
  let muxer: String
  /// The ending of its files' names, with the dot.
  package let suffix: String
  package let description: String

  private init(_ muxer: String, _ suffix: String, _ description: String) {
    self.muxer = muxer
    self.suffix = suffix
    self.description = description
  }

  package static let mp4 = PartContainer("mp4", ".mp4", "MP4")
  package static let mov = PartContainer("mov", ".mov", "QuickTime")
  package static let matroska = PartContainer("matroska", ".mkv", "Matroska")
  static let webm = PartContainer("webm", ".webm", "WebM")
  /// Accepts everything that has times.
  static let nut = PartContainer("nut", ".nut", "NUT")

  private static let ts = PartContainer("mpegts", ".ts", "MPEG-TS")

  /// The container for each demuxer, by libavformat's name.
  private static let kinds: [String: PartContainer] = [
    "mpegts": ts, "nut": nut, "ogg": PartContainer("ogg", ".ogg", "Ogg"), "avi": PartContainer("avi", ".avi", "AVI"),
    "flv": PartContainer("flv", ".flv", "FLV"), "asf": PartContainer("asf", ".wmv", "ASF"),
    "mpeg": PartContainer("vob", ".mpg", "MPEG-PS"), "mxf": PartContainer("mxf", ".mxf", "MXF"),
    "gxf": PartContainer("gxf", ".gxf", "GXF"), "ivf": PartContainer("ivf", ".ivf", "IVF"),
    "gif": PartContainer("gif", ".gif", "GIF"), "yuv4mpegpipe": PartContainer("yuv4mpegpipe", ".y4m", "YUV4MPEG2"),
  ]

  /// Whether an edit list can hide frames that are in the file.
  var canHide: Bool { muxer == "mp4" || muxer == "mov" }
  /// Whether it states presentation times. If not, it states only the decoding order.
  var hasTimesShown: Bool { muxer != "avi" }
  /// Whether presentation order may differ from decoding order. MXF and GXF can express that. But
  /// if a file does not begin with the encoder's first picture, libavformat's index of it is then
  /// wrong.
  var takesReordering: Bool { !["mxf", "gxf"].contains(muxer) }
  /// Whether every part must contain its parameter sets among its pictures.
  var repeatsParameters: Bool { ["mpegts", "vob", "avi"].contains(muxer) }

  /// The kinds of file to try for parts, best first: the video's own, then Matroska, then those
  /// that accept even more.
  static func candidates(for demuxer: borrowing Demuxer) -> (own: [PartContainer], others: [PartContainer]) {
    let format = demuxer.pointer.pointee
    let names = String(cString: format.iformat.pointee.name).split(separator: ",").map(String.init)
    if names.contains("matroska") { return ([webm, matroska], [nut]) }  // WebM is Matroska with few codecs
    if names.contains("mov") {
      // Files from before 2001 have no brand, and are QuickTime's.
      let brand = av_dict_get(format.metadata, "major_brand", nil, 0).map { String(cString: $0.pointee.value) } ?? "qt  "
      return brand == "qt  " ? ([mov], [matroska, nut]) : ([mp4], [matroska, mov, nut])
    }
    return (names.compactMap { kinds[$0] }, [matroska, nut])
  }
}
