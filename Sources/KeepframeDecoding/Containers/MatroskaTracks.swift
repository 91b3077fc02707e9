internal import KeepframeSystem
internal import SystemPackage

/// What Matroska and WebM files state about their video tracks that libavformat 5 to 7.0 does not
/// pass on; RFC 9559.
///
/// Reads only headers, a limited number of them. Sizes are not trusted: an element ends at the
/// latest where its parent ends.
enum MatroskaTracks {
  struct VideoTrack {
    var width: UInt64 = 0
    var height: UInt64 = 0
    var cropLeft: UInt64 = 0
    var cropTop: UInt64 = 0
    var cropRight: UInt64 = 0
    var cropBottom: UInt64 = 0
    /// The size at which the cropped picture is shown; nil for its own size.
    var displayWidth: UInt64?
    var displayHeight: UInt64?
    /// 4 if the display size has no meaning.
    var displayUnit: UInt64 = 0
  }

  /// - Returns: The tracks that libavformat makes video streams of, in order, without any that
  ///   cannot be read.
  static func read(_ path: FilePath) -> [VideoTrack] {
    guard let file = try? FileBytes(path) else { return [] }
    var walk = Walk(file)
    guard let segment = walk.elements(in: 0..<walk.file.count, upTo: ID.segment).last(where: { $0.id == ID.segment }),
      let tracks = walk.elements(in: segment.content, upTo: ID.tracks).last(where: { $0.id == ID.tracks })
    else { return [] }
    return walk.elements(in: tracks.content).filter { $0.id == ID.trackEntry }.compactMap { walk.track($0.content) }
  }
}

private enum ID {
  static let segment: UInt64 = 0x1853_8067
  static let tracks: UInt64 = 0x1654_AE6B
  static let trackEntry: UInt64 = 0xAE
  static let trackType: UInt64 = 0x83
  static let codec: UInt64 = 0x86
  static let video: UInt64 = 0xE0
}

private struct Element {
  let id: UInt64
  let content: Range<Int64>
}

private struct Walk: ~Copyable {
  let file: FileBytes
  /// The number of elements that may still be read; no honest header has so many.
  private var budget = 20_000

  init(_ file: consuming FileBytes) { self.file = file }

  /// - Parameter last: The ID of the element to stop after.
  mutating func elements(in range: Range<Int64>, upTo last: UInt64? = nil) -> [Element] {
    var found: [Element] = []
    var offset = range.lowerBound
    while offset < range.upperBound, budget > 0 {
      budget -= 1
      guard let first = file.number(at: offset, bytes: 1) else { break }
      let idLength = UInt8(truncatingIfNeeded: first).leadingZeroBitCount + 1
      guard idLength <= 4, let id = file.number(at: offset, bytes: idLength),
        let mark = file.number(at: offset + Int64(idLength), bytes: 1)
      else { break }
      let sizeLength = UInt8(truncatingIfNeeded: mark).leadingZeroBitCount + 1
      guard sizeLength <= 8, let marked = file.number(at: offset + Int64(idLength), bytes: sizeLength) else { break }
      let start = offset + Int64(idLength + sizeLength)
      let allOnes = (UInt64(1) << (7 * sizeLength)) - 1
      // All ones means an unknown size, as in a live stream.
      let stated = marked & allOnes == allOnes ? Int64.max : Int64(marked & allOnes)
      guard start <= range.upperBound else { break }
      let end = stated > range.upperBound - start ? range.upperBound : start + stated
      found.append(Element(id: id, content: start..<end))
      if id == last { break }
      offset = end
    }
    return found
  }

  /// - Returns: nil for a track that is not video.
  mutating func track(_ content: Range<Int64>) -> MatroskaTracks.VideoTrack? {
    let parts = elements(in: content)
    guard let type = parts.first(where: { $0.id == ID.trackType }), number(type) == 1,
      parts.contains(where: { $0.id == ID.codec })
    else { return nil }
    var track = MatroskaTracks.VideoTrack()
    guard let video = parts.first(where: { $0.id == ID.video }) else { return track }
    for element in elements(in: video.content) {
      guard let value = number(element) else { continue }
      switch element.id {
      case 0xB0: track.width = value
      case 0xBA: track.height = value
      case 0x54CC: track.cropLeft = value
      case 0x54BB: track.cropTop = value
      case 0x54DD: track.cropRight = value
      case 0x54AA: track.cropBottom = value
      case 0x54B0: track.displayWidth = value
      case 0x54BA: track.displayHeight = value
      case 0x54B2: track.displayUnit = value
      default: break
      }
    }
    return track
  }

  private func number(_ element: Element) -> UInt64? {
    element.content.count <= 8 ? file.number(at: element.content.lowerBound, bytes: element.content.count) : nil
  }
}
