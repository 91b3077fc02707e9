internal import CKeepframeFFmpeg
internal import SystemPackage

/// The name that errors use for a picture that is in no file.
let inMemory: FilePath = "picture in memory"

extension Picture {
  /// The picture as a JPEG file of the same size, 4:2:0. The same picture gives the same bytes on
  /// every run.
  ///
  /// - Parameter quality: 1...100, on about the same scale as libjpeg's.
  /// - Complexity: about 1 ms for 224x224.
  public func jpeg(quality: Int) throws(DecodingError) -> [UInt8] {
    quietLibav()
    let source = PictureBuffer()
    source.pointer.pointee.width = Int32(width)
    source.pointer.pointee.height = Int32(height)
    source.pointer.pointee.format = AV_PIX_FMT_RGB24.rawValue
    try check(inMemory, "allocate a picture", av_frame_get_buffer(source.pointer, 64), kind: .outOfMemory)
    let stride = Int(source.pointer.pointee.linesize.0)
    let target = UnsafeMutableRawPointer(source.pointer.pointee.data.0!)
    rgb.withUnsafeBytes { bytes in
      for row in 0..<height {
        let (from, to) = (bytes.baseAddress! + row * width * 3, target + row * stride)
        to.copyMemory(from: from, byteCount: width * 3)
        // swscale reads two pixels at a time. A row of an odd width has room for one more.
        if width % 2 == 1 { (to + width * 3).copyMemory(from: from + (width - 1) * 3, byteCount: 3) }
      }
    }
    let task = PixelConverter.Task(
      source.pointer.pointee, width: width, height: height, format: AV_PIX_FMT_YUV420P, isFullRange: true)
    var converter = try PixelConverter(task, path: inMemory)
    let converted = PictureBuffer()
    try check(
      inMemory, "allocate a picture", av_frame_ref(converted.pointer, try converter.convert(source, path: inMemory)),
      kind: .outOfMemory)
    converted.pointer.pointee.color_range = AVCOL_RANGE_JPEG
    return try JPEGWriter.encode(converted, quality: quality, path: inMemory)
  }
}

/// Clears the log of this thread, so that errors quote only what libav logs from here on.
func quietLibav() {
  LibavLog.clearThisThread()
}
