internal import CKeepframeFFmpeg
internal import SystemPackage

/// Makes upright pictures and previews of decoded frames.
struct PictureReader: ~Copyable {
  private var pictures: ConverterCache
  private var previews: ConverterCache
  private let path: FilePath

  /// - Parameter color: The stated colours of the frames' stream.
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

  /// - Parameter size: The upright size.
  mutating func preview(
    _ frame: borrowing PictureBuffer, _ orientation: Orientation, size: (width: Int, height: Int)
  ) throws(DecodingError) -> Preview {
    let (width, height) = size
    let (storedWidth, storedHeight) = orientation.uprightSize(width: width, height: height)
    let task = PixelConverter.Task(
      frame.pointer.pointee, width: storedWidth, height: storedHeight, format: AV_PIX_FMT_YUV420P, isFullRange: true)
    let stored = try previews.convert(frame, task, path: path).pointee
    let sources = [(stored.data.0!, stored.linesize.0), (stored.data.1!, stored.linesize.1), (stored.data.2!, stored.linesize.2)]
    let planes = Preview.planes(width: width, height: height)
    let count = planes.reduce(0) { $0 + $1.width * $1.height }
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, filled in
      var target = UnsafeMutableRawPointer(samples.baseAddress!)
      for ((source, stride), plane) in zip(sources, planes) {
        orientation.copy(
          from: source, stride: Int(stride), to: target, stride: plane.width, width: plane.width, height: plane.height,
          as: UInt8.self)
        target += plane.width * plane.height
      }
      filled = count
    }
    return Preview(width: width, height: height, samples: samples)
  }
}

extension Presentation {
  /// The largest upright size for `frame` that has square pixels, enlarges neither side and fits
  /// `maxWidth`.
  ///
  /// - Parameter frame: A frame that ``crop(_:)`` has cropped.
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
