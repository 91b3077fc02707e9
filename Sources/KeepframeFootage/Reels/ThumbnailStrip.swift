internal import KeepframeBundle
package import KeepframeDecoding
internal import KeepframeNumerics
package import KeepframeSystem
package import SystemPackage

/// Every frame of a video as a thumbnail. Boundary detection learns from these.
package struct ThumbnailStrip: Hashable, Sendable {
  private static let cells = Thumbnail.width * Thumbnail.height
  private static let chromaCells = Thumbnail.chromaWidth * Thumbnail.chromaHeight

  /// Nominal, frames a second; 25 if the file states none.
  package let frameRate: Double
  private var luma: [UInt8] = []
  private var cb: [UInt8] = []
  private var cr: [UInt8] = []

  package var count: Int { luma.count / Self.cells }

  package subscript(frame: Int) -> Thumbnail {
    var thumbnail = Thumbnail()
    thumbnail.luma = Array(luma[frame * Self.cells..<(frame + 1) * Self.cells])
    thumbnail.cb = Array(cb[frame * Self.chromaCells..<(frame + 1) * Self.chromaCells])
    thumbnail.cr = Array(cr[frame * Self.chromaCells..<(frame + 1) * Self.chromaCells])
    return thumbnail
  }

  /// Some of its frames, in any order.
  package func taking(_ frames: some Sequence<Int>, frameRate: Double) -> ThumbnailStrip {
    var taken = ThumbnailStrip(frameRate: frameRate)
    for frame in frames {
      taken.luma += luma[frame * Self.cells..<(frame + 1) * Self.cells]
      taken.cb += cb[frame * Self.chromaCells..<(frame + 1) * Self.chromaCells]
      taken.cr += cr[frame * Self.chromaCells..<(frame + 1) * Self.chromaCells]
    }
    return taken
  }

  private init(frameRate: Double) { self.frameRate = frameRate }

  /// Decodes a video on one thread.
  ///
  /// - Throws: `DecodingError`, `CancellationError`
  package init(of video: FilePath, cancellation: Cancellation? = nil) throws {
    var options = DecodingOptions()
    options.threadCount = 1
    var reader = try VideoReader(video, options: options, cancellation: cancellation)
    frameRate = reader.stream.frameRate?.doubleValue ?? 25
    var thumbnail = Thumbnail()
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      luma += thumbnail.luma
      cb += thumbnail.cb
      cr += thumbnail.cr
    }
  }

  /// Takes the strip from the cache, or decodes the video and stores it there.
  ///
  /// - Throws: `DecodingError`, `CancellationError`, or `ArchiveError` if the file cannot be read.
  package static func load(_ video: FilePath, cache: EmbeddingCache?, cancellation: Cancellation? = nil) throws -> ThumbnailStrip
  {
    let state = try FileState(ofVideo: video)
    let key = "thumbnails 1 \(try Fingerprint(of: video).digest)"
    return try load(key: key, cache: cache) {
      let strip = try ThumbnailStrip(of: video, cancellation: cancellation)
      try state.check(video)
      return strip
    }
  }

  /// - Parameter key: a text of all that the strip depends on.
  package static func load(key: String, cache: EmbeddingCache?, make: () throws -> ThumbnailStrip) throws -> ThumbnailStrip {
    if case .found(let strip) = cache?.read(key, { try ThumbnailStrip($0) }) { return strip }
    let strip = try make()
    // If it cannot be stored, it is made again the next time.
    try? cache?.write(key, strip.tensors())
    return strip
  }
}

/// In the cache: `luma` [T, 36, 64], `cb` and `cr` [T, 9, 16], `rate` [1].
extension ThumbnailStrip {
  fileprivate func tensors() -> [SafetensorsFile.Tensor] {
    [
      .init(name: "luma", shape: [count, Thumbnail.height, Thumbnail.width], elements: .uint8(luma)),
      .init(name: "cb", shape: [count, Thumbnail.chromaHeight, Thumbnail.chromaWidth], elements: .uint8(cb)),
      .init(name: "cr", shape: [count, Thumbnail.chromaHeight, Thumbnail.chromaWidth], elements: .uint8(cr)),
      .init(name: "rate", shape: [1], elements: .float32([Float(frameRate)])),
    ]
  }

  fileprivate init(_ file: SafetensorsFile) throws(ClipFileError) {
    guard case .uint8(let luma) = file["luma"]?.elements, case .uint8(let cb) = file["cb"]?.elements,
      case .uint8(let cr) = file["cr"]?.elements, case .float32(let rate) = file["rate"]?.elements, rate.count == 1,
      luma.count.isMultiple(of: Self.cells), cb.count == cr.count, cb.count * Self.cells == luma.count * Self.chromaCells
    else { throw ClipFileError(problem: "its parts do not belong together") }
    frameRate = Double(rate[0])
    (self.luma, self.cb, self.cr) = (luma, cb, cr)
  }
}
