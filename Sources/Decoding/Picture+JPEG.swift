internal import CFFmpeg
internal import SystemPackage

extension Picture {
  /// The picture as a JPEG file; the same pixels give the same bytes on every run.
  ///
  /// - Parameter quality: 1...100, about as libjpeg counts it.
  /// - Throws: ``DecodingError`` if a side has more than 65,535 pixels, or out of memory.
  public func jpeg(quality: Int) throws(DecodingError) -> [UInt8] {
    let source = PictureBuffer()
    source.pointer.pointee.width = Int32(width)
    source.pointer.pointee.height = Int32(height)
    source.pointer.pointee.format = AV_PIX_FMT_RGB24.rawValue
    try check("picture", "allocate a picture", av_frame_get_buffer(source.pointer, 64), kind: .outOfMemory)
    let stride = Int(source.pointer.pointee.linesize.0)
    rgb.withUnsafeBufferPointer { pixels in
      for row in 0..<height {
        let (from, to) = (pixels.baseAddress! + row * width * 3, source.pointer.pointee.data.0! + row * stride)
        to.update(from: from, count: width * 3)
        // swscale takes two pixels at a time; rows of an odd width have room for one more.
        if width % 2 == 1 { (to + width * 3).update(from: from + (width - 1) * 3, count: 3) }
      }
    }
    let target = PictureBuffer()
    let task = PixelConverter.Task(
      source.pointer.pointee, width: width, height: height, format: AV_PIX_FMT_YUV420P, isFullRange: true)
    var converter = try PixelConverter(task, path: "picture")
    try check("picture", "copy", av_frame_ref(target.pointer, try converter.convert(source, path: "picture")), kind: .outOfMemory)
    target.pointer.pointee.color_range = AVCOL_RANGE_JPEG
    return try JPEGWriter.encode(target, quality: quality, path: "picture")
  }

  /// Copies `other` here, its top left corner at (`x`, `y`).
  ///
  /// - Precondition: it fits.
  public mutating func paste(_ other: Picture, x: Int, y: Int) {
    precondition(
      x >= 0 && y >= 0 && x + other.width <= width && y + other.height <= height,
      "\(other.width)x\(other.height) at (\(x), \(y)) is outside \(width)x\(height)")
    for row in 0..<other.height {
      let target = ((y + row) * width + x) * 3
      rgb.replaceSubrange(target..<target + other.width * 3, with: other.rgb[row * other.width * 3..<(row + 1) * other.width * 3])
    }
  }
}
