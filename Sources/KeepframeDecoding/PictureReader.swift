internal import CKeepframeFFmpeg
internal import SystemPackage

/// Makes pictures and JPEG files of decoded frames, upright.
struct PictureReader: ~Copyable {
  private var pictures: ConverterCache
  private var previews: ConverterCache
  private let path: FilePath

  /// - Parameter color: what is said of the stream that frames come from.
  init(color: StreamColor, path: FilePath) {
    pictures = ConverterCache(color: color)
    previews = ConverterCache(color: color)
    self.path = path
  }

  /// Stretches the whole of `frame` to the size of `picture`.
  mutating func read(
    _ frame: borrowing PictureBuffer, _ orientation: Orientation, into picture: inout Picture
  ) throws(DecodingError) {
    let (width, height) = orientation.uprightSize(width: picture.width, height: picture.height)
    let task = PixelConverter.Task(frame.pointer.pointee, width: width, height: height, format: AV_PIX_FMT_RGB24)
    let stored = try pictures.convert(frame, task, path: path)
    let (uprightWidth, uprightHeight) = (picture.width, picture.height)
    picture.rgb.withUnsafeMutableBytes { target in
      orientation.copy(
        from: stored.pointee.data.0!, stride: Int(stored.pointee.linesize.0), to: target.baseAddress!, stride: uprightWidth * 3,
        width: uprightWidth, height: uprightHeight, as: (UInt8, UInt8, UInt8).self)
    }
  }

  /// - Parameters:
  ///   - size: upright.
  ///   - quality: 1...100, about as libjpeg counts it.
  mutating func jpeg(
    _ frame: borrowing PictureBuffer, _ orientation: Orientation, size: (width: Int, height: Int), quality: Int
  ) throws(DecodingError) -> [UInt8] {
    let (width, height) = size
    let (storedWidth, storedHeight) = orientation.uprightSize(width: width, height: height)
    let task = PixelConverter.Task(
      frame.pointer.pointee, width: storedWidth, height: storedHeight, format: AV_PIX_FMT_YUV420P, isFullRange: true)
    let stored = try previews.convert(frame, task, path: path)
    let upright = PictureBuffer()
    upright.pointer.pointee.width = Int32(width)
    upright.pointer.pointee.height = Int32(height)
    upright.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    upright.pointer.pointee.color_range = AVCOL_RANGE_JPEG
    try check(path, "allocate a picture", av_frame_get_buffer(upright.pointer, 0), kind: .outOfMemory)
    let (from, to) = (stored.pointee, upright.pointer.pointee)
    let planes = [
      (from.data.0!, from.linesize.0, to.data.0!, to.linesize.0, width, height),
      (from.data.1!, from.linesize.1, to.data.1!, to.linesize.1, (width + 1) / 2, (height + 1) / 2),
      (from.data.2!, from.linesize.2, to.data.2!, to.linesize.2, (width + 1) / 2, (height + 1) / 2),
    ]
    for (source, sourceStride, target, targetStride, width, height) in planes {
      orientation.copy(
        from: source, stride: Int(sourceStride), to: target, stride: Int(targetStride), width: width, height: height,
        as: UInt8.self)
    }
    return try JPEGWriter.encode(upright, quality: quality, path: path)
  }
}

extension Presentation {
  /// The largest size for `frame` with square pixels that enlarges neither side and fits `maxWidth`, upright.
  ///
  /// - Parameter frame: one that has been through ``crop(_:)``.
  func squarePixelSize(of frame: UnsafeMutablePointer<AVFrame>, maxWidth: Int) -> (width: Int, height: Int) {
    precondition(maxWidth > 0, "a picture needs a width, got \(maxWidth)")
    let orientation = orientation(of: frame)
    let upright = orientation.uprightSize(width: Int(frame.pointee.width), height: Int(frame.pointee.height))
    var (width, height) = (Double(upright.width), Double(upright.height))
    if let aspect = pixelAspect(of: frame) {
      let ratio = orientation.transposes ? 1 / aspect.ratio : aspect.ratio
      if ratio > 1 { height /= ratio } else { width *= ratio }
    }
    let scale = min(1, Double(maxWidth) / width)
    return (max(1, Int((width * scale).rounded())), max(1, Int((height * scale).rounded())))
  }
}
