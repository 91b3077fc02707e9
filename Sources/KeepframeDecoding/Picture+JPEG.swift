internal import CKeepframeFFmpeg
internal import SystemPackage

/// What errors call a picture that is in no file.
private let inMemory: FilePath = "picture in memory"

extension Picture {
  /// The picture as a JPEG file of its size, 4:2:0. The same picture gives the same bytes on every run.
  ///
  /// - Parameter quality: 1...100, about as libjpeg counts it.
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
        // swscale takes two pixels at a time; rows of an odd width have room for one more.
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

  /// The picture that a JPEG file shows, in its size.
  ///
  /// - Throws: ``DecodingError`` if it is no whole JPEG.
  public init(jpeg: [UInt8]) throws(DecodingError) {
    quietLibav()
    let frame = PictureBuffer()
    try Picture.decode(jpeg, into: frame)
    let shown = frame.pointer.pointee
    self.init(width: Int(shown.width), height: Int(shown.height))
    let task = PixelConverter.Task(shown, width: width, height: height, format: AV_PIX_FMT_RGB24)
    var converter = try PixelConverter(task, path: inMemory)
    let converted = try converter.convert(frame, path: inMemory).pointee
    let (rowBytes, rowCount) = (width * 3, height)
    rgb.withUnsafeMutableBytes { target in
      for row in 0..<rowCount {
        (target.baseAddress! + row * rowBytes).copyMemory(
          from: converted.data.0! + row * Int(converted.linesize.0), byteCount: rowBytes)
      }
    }
  }

  private static func decode(_ jpeg: [UInt8], into frame: borrowing PictureBuffer) throws(DecodingError) {
    let decoder = try JPEGCodec(
      avcodec_find_decoder(AV_CODEC_ID_MJPEG), operation: "open the decoder", kind: .unsupportedCodec("mjpeg"), path: inMemory
    ) {
      $0.err_recognition = AV_EF_EXPLODE  // half a picture is none
    }
    let packet = PacketBuffer()
    try check(inMemory, "decode", av_new_packet(packet.pointer, Int32(clamping: jpeg.count)), kind: .outOfMemory)
    jpeg.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress {
        UnsafeMutableRawPointer(packet.pointer.pointee.data).copyMemory(from: base, byteCount: bytes.count)
      }
    }
    try check(inMemory, "decode", avcodec_send_packet(decoder.pointer, packet.pointer))
    try check(inMemory, "decode", avcodec_receive_frame(decoder.pointer, frame.pointer))
  }
}

/// This may be the process's first call of libav; errors quote what it logs from here on.
private func quietLibav() {
  LibavLog.clearThisThread()
}
