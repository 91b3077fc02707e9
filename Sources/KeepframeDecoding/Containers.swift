/// The containers that Keepframe reads, with their file name endings. libavformat may open only
/// these, and folders are searched only for these endings.
///
/// A container is listed if it is one file and leads to no other: no playlists, no image sequences.
/// Some containers that libavformat knows are left out; ``ForeignFile`` describes such files to the
/// user:
/// - raw MJPEG: a JPEG with a second picture in it (MPO, HDR) would pass for a film;
/// - raw H.261, H.263, VC-1, CAVS, Dirac, DNxHD: their signature is too weak to tell them from
///   junk, and they are rare;
/// - SWF, NSV and the containers of games: files with these names are seldom videos.
package enum Containers {
  package struct Kind: Sendable {
    /// One of libavformat's names for the demuxer.
    package let demuxer: String
    /// Lower case, without the dot. libavformat lists no endings for MPEG, ASF and others.
    package let endings: [String]
    /// Other endings that libavformat lists, for files that hold sound, subtitles, a still or a
    /// list.
    package let otherEndings: [String]

    init(_ demuxer: String, _ endings: [String], not otherEndings: [String] = []) {
      self.demuxer = demuxer
      self.endings = endings
      self.otherEndings = otherEndings
    }
  }

  package static let all = [
    Kind(
      "mov", ["mp4", "mov", "m4v", "qt", "3gp", "3gpp", "3g2", "3gp2", "mj2", "f4v", "ismv", "psp", "insv"],
      not: ["m4a", "m4b", "isma", "ism", "avif", "heic", "heif"]),
    Kind("matroska", ["mkv", "mk3d", "webm"], not: ["mka", "mks", "weba"]),
    Kind("avi", ["avi", "divx"]),
    Kind("mpegts", ["ts", "m2ts", "mts", "m2t", "tp", "trp", "tod"]),
    Kind("mpeg", ["mpg", "mpeg", "mpe", "vob", "evo", "vro", "m2p"]),
    Kind("mpegvideo", ["m1v", "m2v", "mpv", "mp2v"]),
    Kind("flv", ["flv"]),
    Kind("ogg", ["ogv", "ogg", "ogm", "ogx"], not: ["oga", "spx", "opus"]),
    Kind("h264", ["h264", "264", "avc", "h26l"]),
    Kind("hevc", ["hevc", "h265", "265"]),
    Kind("obu", ["obu"]),
    Kind("m4v", ["m4v", "mp4v"]),
    Kind("asf", ["asf", "wmv", "wm", "dvr-ms"]),
    Kind("wtv", ["wtv"]),
    Kind("rm", ["rm", "rmvb"]),
    Kind("mxf", ["mxf"]),
    Kind("gxf", ["gxf"]),
    Kind("dv", ["dv", "dif"]),
    Kind("ivf", ["ivf"]),
    Kind("yuv4mpegpipe", ["y4m"]),
    Kind("gif", ["gif"]),
    Kind("apng", ["apng"], not: ["png"]),
    Kind("nut", ["nut"]),
  ]

  /// The demuxers that libavformat may use, in its own notation.
  static let whitelist = all.map(\.demuxer).joined(separator: ",")

  /// All endings that a folder is searched for.
  package static let endings = Set(all.flatMap(\.endings))

  /// Whether a file is a video, judged by its name.
  ///
  /// - Parameter ending: The name's ending without the dot, in any case; nil if it has none.
  package static func isVideo(ending: String?) -> Bool { ending.map { endings.contains($0.lowercased()) } ?? false }
}
