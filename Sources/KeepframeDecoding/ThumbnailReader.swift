internal import CKeepframeFFmpeg
internal import SystemPackage

/// Makes thumbnails of decoded frames, directly from the decoder's planes if their format allows.
struct ThumbnailReader: ~Copyable {
  private var luma = AreaAverage()
  private var chroma = AreaAverage()
  private let color: StreamColor
  private var converter: PixelConverter?
  private var toneMapper: ToneMapper?

  /// - Parameter color: The stated colours of the frames' stream.
  init(color: StreamColor) {
    self.color = color
    converter = nil
    toneMapper = nil
  }

  mutating func read(
    _ frame: borrowing PictureBuffer, orientation: Orientation, path: FilePath, into thumbnail: inout Thumbnail
  ) throws(DecodingError) {
    let recipe = color.toneMapping(of: frame.pointer)
    if let layout = FrameLayout(frame.pointer.pointee) {
      average(frame.pointer, layout, orientation, into: &thumbnail)
    } else {
      let picture = frame.pointer.pointee
      let isFull = FrameLayout.isRGB(picture) || FrameLayout.isFullRange(picture)
      var task = PixelConverter.Task(
        picture, width: Int(picture.width), height: Int(picture.height), format: AV_PIX_FMT_YUV444P, isFullRange: isFull)
      if recipe != nil { task.keepColors() }
      if converter?.task != task { converter = try PixelConverter(task, path: path) }
      let planar = try converter!.convert(frame, path: path)
      planar.pointee.color_range = isFull ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
      average(planar, FrameLayout(planar.pointee)!, orientation, into: &thumbnail)
    }
    if var recipe {
      if FrameLayout.isRGB(frame.pointer.pointee) { recipe.matrix = .bt601 }  // swscale converted RGB with this matrix
      if toneMapper == nil { toneMapper = ToneMapper() }
      toneMapper!.map(&thumbnail, recipe)
    }
  }

  private mutating func average(
    _ frame: UnsafeMutablePointer<AVFrame>, _ layout: FrameLayout, _ orientation: Orientation, into thumbnail: inout Thumbnail
  ) {
    func plane(_ samples: SampleLayout) -> (UnsafeRawPointer, Int) {
      precondition(samples.plane < 4)
      return withUnsafePointer(to: &frame.pointee.data) { data in
        withUnsafePointer(to: &frame.pointee.linesize) { strides in
          let bases = UnsafeRawPointer(data).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
          return (
            UnsafeRawPointer(bases[samples.plane]!),
            Int(UnsafeRawPointer(strides).assumingMemoryBound(to: Int32.self)[samples.plane])
          )
        }
      }
    }
    var (base, stride) = plane(layout.luma)
    luma.average(
      base, stride: stride, layout: layout.luma, orientation: orientation, width: Thumbnail.width, height: Thumbnail.height,
      into: &thumbnail.luma)
    guard let (cb, cr) = layout.chroma else {
      for cell in thumbnail.cb.indices { (thumbnail.cb[cell], thumbnail.cr[cell]) = (128, 128) }
      return
    }
    (base, stride) = plane(cb)
    chroma.average(
      base, stride: stride, layout: cb, orientation: orientation, width: Thumbnail.chromaWidth, height: Thumbnail.chromaHeight,
      into: &thumbnail.cb)
    (base, stride) = plane(cr)
    chroma.average(
      base, stride: stride, layout: cr, orientation: orientation, width: Thumbnail.chromaWidth, height: Thumbnail.chromaHeight,
      into: &thumbnail.cr)
  }
}
