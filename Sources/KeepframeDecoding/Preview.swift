internal import CKeepframeFFmpeg
internal import KeepframeSystem
package import SystemPackage

/// A frame for people to look at: small and upright. It is not encoded until it is known to be
/// kept.
package struct Preview: Hashable, Sendable {
  package let width: Int
  package let height: Int
  /// Y, Cb and Cr, one after the other: 4:2:0, full range, rows without padding.
  let samples: [UInt8]

  init(width: Int, height: Int, samples: [UInt8]) {
    precondition(samples.count == Self.planes(width: width, height: height).reduce(0) { $0 + $1.width * $1.height })
    (self.width, self.height, self.samples) = (width, height, samples)
  }

  /// The JPEG quality in a bundle.
  package static let quality = 80

  /// The sizes of Y, Cb and Cr.
  static func planes(width: Int, height: Int) -> [(width: Int, height: Int)] {
    let chroma = ((width + 1) / 2, (height + 1) / 2)
    return [(width, height), chroma, chroma]
  }

  /// The preview as a JPEG file. The same preview gives the same bytes on every run.
  ///
  /// - Parameters:
  ///   - quality: 1...100, on about the same scale as libjpeg's.
  ///   - path: The name that errors use.
  package func jpeg(quality: Int, at path: FilePath) throws(DecodingError) -> [UInt8] {
    try StageTimes.measure(.jpeg) { () throws(DecodingError) in
      let picture = PictureBuffer()
      picture.pointer.pointee.width = Int32(width)
      picture.pointer.pointee.height = Int32(height)
      picture.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
      picture.pointer.pointee.color_range = AVCOL_RANGE_JPEG
      try check(path, "allocate a picture", av_frame_get_buffer(picture.pointer, 0), kind: .outOfMemory)
      let frame = picture.pointer.pointee
      let targets = [(frame.data.0!, frame.linesize.0), (frame.data.1!, frame.linesize.1), (frame.data.2!, frame.linesize.2)]
      samples.withUnsafeBytes { samples in
        var row = samples.baseAddress!
        for ((target, stride), plane) in zip(targets, Self.planes(width: width, height: height)) {
          for y in 0..<plane.height {
            UnsafeMutableRawPointer(target + y * Int(stride)).copyMemory(from: row, byteCount: plane.width)
            row += plane.width
          }
        }
      }
      return try JPEGWriter.encode(picture, quality: quality, path: path)
    }
  }
}
