internal import KeepframeSystem
internal import SystemPackage

/// What MP4 and MOV files state about their tracks that libavformat 5 to 7.0 does not pass on;
/// ISO/IEC 14496-12, QuickTime File Format.
///
/// Reads only headers, a limited number of them. Sizes are not trusted: a box ends at the latest
/// where its parent ends.
enum MP4Tracks {
  struct Track {
    var id: UInt64 = 0
    /// The size in the first sample description, as stored; 0 if there is none.
    var width = 0
    var height = 0
    var cleanAperture: CleanAperture?
    /// Where the first edit that shows something begins in the track, in ticks of `timescale`.
    var skippedTicks: Int64 = 0
    var timescale: UInt64 = 0
    /// For a timecode track: frames are `frameTicks / frameTimescale` seconds long.
    var frameTimescale: UInt64 = 0
    var frameTicks: UInt64 = 0
  }

  /// - Returns: The tracks in order, without any that cannot be read.
  static func read(_ path: FilePath) -> [Track] {
    guard let file = try? FileBytes(path) else { return [] }
    var walk = Walk(file)
    guard let movie = walk.boxes(in: 0..<walk.file.count, upTo: "moov").last(where: { $0.type == "moov" }) else { return [] }
    return walk.boxes(in: movie.content).filter { $0.type == "trak" }.map { walk.track($0.content) }
  }
}

private struct Box {
  let type: String
  let content: Range<Int64>
}

private struct Walk: ~Copyable {
  let file: FileBytes
  /// The number of boxes that may still be read; no honest header has so many.
  private var budget = 20_000

  init(_ file: consuming FileBytes) { self.file = file }

  /// - Parameter last: The type of the box to stop after.
  mutating func boxes(in range: Range<Int64>, upTo last: String? = nil) -> [Box] {
    var found: [Box] = []
    var offset = range.lowerBound
    while offset <= range.upperBound - 8, budget > 0 {
      budget -= 1
      guard let head = file.bytes(at: offset, count: 8) else { break }
      var size = head[..<4].reduce(0) { $0 << 8 | Int64($1) }
      var headSize: Int64 = 8
      if size == 1 {
        guard let long = file.number(at: offset + 8, bytes: 8) else { break }
        (size, headSize) = (Int64(clamping: long), 16)
      } else if size == 0 {
        size = range.upperBound - offset
      }
      guard size >= headSize, size <= range.upperBound - offset else { break }
      let type = String(decoding: head[4...], as: UTF8.self)
      found.append(Box(type: type, content: offset + headSize..<offset + size))
      if type == last { break }
      offset += size
    }
    return found
  }

  mutating func track(_ content: Range<Int64>) -> MP4Tracks.Track {
    var track = MP4Tracks.Track()
    for box in boxes(in: content) {
      let start = box.content.lowerBound
      switch box.type {
      case "tkhd": track.id = file.number(at: start + (isLong(box) ? 20 : 12), bytes: 4) ?? 0
      case "edts": readEdits(box.content, into: &track)
      case "mdia": readMedia(box.content, into: &track)
      default: break
      }
    }
    return track
  }

  /// Whether the times in a box have 64 bits.
  private func isLong(_ box: Box) -> Bool { file.number(at: box.content.lowerBound, bytes: 1) == 1 }

  private mutating func readEdits(_ content: Range<Int64>, into track: inout MP4Tracks.Track) {
    guard let list = boxes(in: content).first(where: { $0.type == "elst" }),
      let count = file.number(at: list.content.lowerBound + 4, bytes: 4)
    else { return }
    let width = isLong(list) ? 8 : 4
    for index in 0..<Int64(min(count, 16)) {
      let entry = list.content.lowerBound + 8 + index * Int64(2 * width + 4)
      guard entry + Int64(2 * width) <= list.content.upperBound,
        let stated = file.number(at: entry + Int64(width), bytes: width)
      else { return }
      let time = width == 8 ? Int64(bitPattern: stated) : Int64(Int32(truncatingIfNeeded: stated))
      if time >= 0 {  // -1 is an empty edit
        track.skippedTicks = time
        return
      }
    }
  }

  private mutating func readMedia(_ content: Range<Int64>, into track: inout MP4Tracks.Track) {
    let parts = boxes(in: content)
    if let header = parts.first(where: { $0.type == "mdhd" }) {
      track.timescale = file.number(at: header.content.lowerBound + (isLong(header) ? 20 : 12), bytes: 4) ?? 0
    }
    guard let information = parts.first(where: { $0.type == "minf" }),
      let table = boxes(in: information.content).first(where: { $0.type == "stbl" }),
      let descriptions = boxes(in: table.content).first(where: { $0.type == "stsd" }),
      descriptions.content.count >= 8,
      let entry = boxes(in: descriptions.content.lowerBound + 8..<descriptions.content.upperBound, upTo: nil).first
    else { return }
    let start = entry.content.lowerBound
    if entry.type == "tmcd" {
      track.frameTimescale = file.number(at: start + 16, bytes: 4) ?? 0
      track.frameTicks = file.number(at: start + 20, bytes: 4) ?? 0
    } else if entry.content.count >= 78, isVideo(parts) {
      track.width = Int(file.number(at: start + 24, bytes: 2) ?? 0)
      track.height = Int(file.number(at: start + 26, bytes: 2) ?? 0)
      if let clap = boxes(in: start + 78..<entry.content.upperBound).first(where: { $0.type == "clap" }),
        clap.content.count >= 32, let bytes = file.bytes(at: clap.content.lowerBound, count: 32)
      {
        track.cleanAperture = CleanAperture(bytes)
      }
    }
  }

  private func isVideo(_ parts: [Box]) -> Bool {
    parts.contains { $0.type == "hdlr" && file.bytes(at: $0.content.lowerBound + 8, count: 4) == Array("vide".utf8) }
  }
}
