internal import CKeepframeFFmpeg
package import SystemPackage

extension Picture {
  /// The endings of files that ``init(still:at:width:height:)`` reads, in lower case.
  package static let stillEndings: Set<String> = ["jpg", "jpeg", "png"]

  /// The picture in a JPEG file, in its own size.
  ///
  /// - Throws: ``DecodingError`` if it is not a complete JPEG.
  public init(jpeg: [UInt8]) throws(DecodingError) { try self.init(jpeg, AV_CODEC_ID_MJPEG, at: inMemory, size: nil) }

  /// The picture in a JPEG or PNG file, stretched to a size. Stored rotation is ignored.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: The name that errors use.
  /// - Throws: ``DecodingError`` `notMedia` if it is neither; `decode`, `tooLarge` and others if it
  ///   cannot be decoded.
  package init(still bytes: [UInt8], at path: FilePath, width: Int, height: Int) throws(DecodingError) {
    let codec: AVCodecID
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      codec = AV_CODEC_ID_MJPEG
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      codec = AV_CODEC_ID_PNG
    } else {
      throw DecodingError(
        path: path, kind: .notMedia, operation: "open", status: 0, detail: nil,
        finding: .init("neither a JPEG nor a PNG", "convert it first"))
    }
    try self.init(bytes, codec, at: path, size: (width, height))
  }

  /// - Parameter size: nil takes the file's own size.
  private init(
    _ bytes: [UInt8], _ codec: AVCodecID, at path: FilePath, size: (width: Int, height: Int)?
  ) throws(DecodingError) {
    quietLibav()
    let frame = PictureBuffer()
    try Picture.decode(bytes, codec, at: path, into: frame)
    let shown = frame.pointer.pointee
    self.init(width: size?.width ?? Int(shown.width), height: size?.height ?? Int(shown.height))
    let task = PixelConverter.Task(shown, width: width, height: height, format: AV_PIX_FMT_RGB24)
    var converter = try PixelConverter(task, path: path)
    let converted = try converter.convert(frame, path: path).pointee
    let (rowBytes, rowCount) = (width * 3, height)
    rgb.withUnsafeMutableBytes { target in
      for row in 0..<rowCount {
        (target.baseAddress! + row * rowBytes).copyMemory(
          from: converted.data.0! + row * Int(converted.linesize.0), byteCount: rowBytes)
      }
    }
  }

  private static func decode(
    _ bytes: [UInt8], _ codec: AVCodecID, at path: FilePath, into frame: borrowing PictureBuffer
  ) throws(DecodingError) {
    let limit = DecodingOptions().maxPixels
    let name = codec == AV_CODEC_ID_PNG ? "png" : "mjpeg"
    let decoder = try JPEGCodec(
      avcodec_find_decoder(codec), operation: "open the decoder", kind: .unsupportedCodec(name), path: path
    ) {
      $0.err_recognition = AV_EF_EXPLODE  // a partial picture is an error
      $0.max_pixels = Int64(limit)
    }
    let packet = PacketBuffer()
    try check(path, "decode", av_new_packet(packet.pointer, Int32(clamping: bytes.count)), kind: .outOfMemory)
    bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress {
        UnsafeMutableRawPointer(packet.pointer.pointee.data).copyMemory(from: base, byteCount: bytes.count)
      }
    }
    try check(path, "decode", avcodec_send_packet(decoder.pointer, packet.pointer))
    try check(path, "decode", avcodec_receive_frame(decoder.pointer, frame.pointer))
  }
}
