internal import CKeepframeFFmpeg
internal import SystemPackage

/// How the frames of a stream are to be shown, as the container states it, or otherwise the codec.
struct Presentation {
  /// Nil if the container states none.
  let orientation: Orientation?
  /// The container's pixel aspect; 0 if it states none.
  private let aspect: AVRational
  private let cropping: Cropping?
  /// The size of the frames that the cropping applies to.
  private let codedSize: (width: Int32, height: Int32)

  init(of stream: UnsafeMutablePointer<AVStream>, in demuxer: borrowing Demuxer) {
    let parameters = stream.pointee.codecpar.pointee
    orientation = streamDisplayMatrix(stream).map { Orientation(matrix: $0) }
    codedSize = (parameters.width, parameters.height)
    let found = StatedCropping.find(of: stream, in: demuxer)
    let fits = found?.cropping.fits(width: Int(parameters.width), height: Int(parameters.height)) ?? false
    cropping = fits && found?.cropping != Cropping.none ? found?.cropping : nil
    aspect = cropping != nil ? found?.aspect ?? stream.pointee.sample_aspect_ratio : stream.pointee.sample_aspect_ratio
  }

  /// Crops a decoded frame, by moving its pointers.
  func crop(_ frame: UnsafeMutablePointer<AVFrame>) {
    guard let cropping, frame.pointee.width == codedSize.width, frame.pointee.height == codedSize.height else { return }
    frame.pointee.crop_left = cropping.left
    frame.pointee.crop_top = cropping.top
    frame.pointee.crop_right = cropping.right
    frame.pointee.crop_bottom = cropping.bottom
    if av_frame_apply_cropping(frame, cropUnaligned) < 0 {  // this format cannot be cropped: show it whole
      (frame.pointee.crop_left, frame.pointee.crop_top) = (0, 0)
      (frame.pointee.crop_right, frame.pointee.crop_bottom) = (0, 0)
    }
  }

  /// Lines cropped from the top of a frame that ``crop(_:)`` has cropped.
  func linesCut(above frame: UnsafeMutablePointer<AVFrame>) -> Int {
    guard let cropping, Int(frame.pointee.height) == Int(codedSize.height) - cropping.top - cropping.bottom else { return 0 }
    return cropping.top
  }

  func orientation(of frame: UnsafeMutablePointer<AVFrame>) -> Orientation {
    orientation ?? frameDisplayMatrix(frame).map { Orientation(matrix: $0) } ?? .upright
  }

  func pixelAspect(of frame: UnsafeMutablePointer<AVFrame>) -> PixelAspect? {
    PixelAspect(isStated(aspect) ? aspect : frame.pointee.sample_aspect_ratio)
  }

  /// The shape of a frame that ``crop(_:)`` has cropped.
  func shape(of frame: UnsafeMutablePointer<AVFrame>) -> PictureShape {
    let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
    let aspect = pixelAspect(of: frame)
    let orientation = orientation(of: frame)
    guard let cropping, width == Int(codedSize.width) - cropping.left - cropping.right,
      height == Int(codedSize.height) - cropping.top - cropping.bottom
    else { return shape(width, height, .none, aspect, orientation) }
    return shape(Int(codedSize.width), Int(codedSize.height), cropping, aspect, orientation)
  }

  /// The shape, as far as it is known before any frame is decoded.
  func shape(of parameters: AVCodecParameters) -> PictureShape {
    shape(
      Int(parameters.width), Int(parameters.height), cropping ?? .none,
      PixelAspect(isStated(aspect) ? aspect : parameters.sample_aspect_ratio), orientation ?? .upright)
  }

  private func shape(
    _ width: Int, _ height: Int, _ cropping: Cropping, _ aspect: PixelAspect?, _ orientation: Orientation
  ) -> PictureShape {
    PictureShape(
      codedWidth: width, codedHeight: height, cropping: cropping, sampleAspect: aspect?.exact,
      rotationDegrees: orientation.rotationDegrees, isMirrored: orientation.isMirrored)
  }

  private func isStated(_ aspect: AVRational) -> Bool { aspect.num > 0 && aspect.den > 0 }
}

/// The cropping that a container states for the pictures of a stream.
private struct StatedCropping {
  var cropping: Cropping
  /// The pixel aspect, if it follows from the cropping; nil means the stream's own.
  var aspect: AVRational?

  static func find(of stream: UnsafeMutablePointer<AVStream>, in demuxer: borrowing Demuxer) -> StatedCropping? {
    if let sides = streamCropping(stream)?.pointee {
      return StatedCropping(
        cropping: Cropping(left: Int(sides.left), top: Int(sides.top), right: Int(sides.right), bottom: Int(sides.bottom)))
    }
    guard demuxersReadCropping() == 0 else { return nil }
    let names = String(cString: demuxer.pointer.pointee.iformat.pointee.name).split(separator: ",")
    if names.contains("mp4") { return StatedCropping(mp4: stream, demuxer.path) }
    if names.contains("matroska") {
      return StatedCropping(matroska: demuxer.videoPosition(of: stream), stream.pointee.codecpar.pointee, demuxer.path)
    }
    return nil
  }

  private init(cropping: Cropping) { self.cropping = cropping }

  private init?(mp4 stream: UnsafeMutablePointer<AVStream>, _ path: FilePath) {
    let size = stream.pointee.codecpar.pointee
    guard let track = MP4Tracks.read(path).first(where: { Int64(clamping: $0.id) == Int64(stream.pointee.id) }),
      track.width == size.width, track.height == size.height,
      let cropping = track.cleanAperture?.cropping(width: track.width, height: track.height)
    else { return nil }
    self.cropping = cropping
  }

  private init?(matroska position: Int, _ size: AVCodecParameters, _ path: FilePath) {
    let tracks = MatroskaTracks.read(path)
    guard tracks.indices.contains(position), case let track = tracks[position], track.width == UInt64(max(0, size.width)),
      track.height == UInt64(max(0, size.height))
    else { return nil }
    let side = { (value: UInt64) in Int(min(value, UInt64(Int32.max))) }
    cropping = Cropping(
      left: side(track.cropLeft), top: side(track.cropTop), right: side(track.cropRight), bottom: side(track.cropBottom))
    guard cropping.fits(width: Int(size.width), height: Int(size.height)), track.displayUnit < 4 else { return }
    // libavformat applies the display size to the whole picture, but it is meant for the cropped
    // one.
    let width = Int64(Int(size.width) - cropping.left - cropping.right)
    let height = Int64(Int(size.height) - cropping.top - cropping.bottom)
    let (shownWidth, shownHeight) = (track.displayWidth ?? UInt64(width), track.displayHeight ?? UInt64(height))
    guard (1...UInt64(Int32.max)).contains(shownWidth), (1...UInt64(Int32.max)).contains(shownHeight) else { return }
    var aspect = AVRational()
    av_reduce(&aspect.num, &aspect.den, height * Int64(shownWidth), width * Int64(shownHeight), Int64(Int32.max))
    self.aspect = aspect
  }
}
