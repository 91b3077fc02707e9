internal import CKeepframeFFmpeg

/// Where one component's samples are in a frame, and what their values mean.
package struct SampleLayout {
  /// Index into `AVFrame.data`.
  var plane: Int
  /// `offset` counts samples from the start of a row, `step` from one sample to the next.
  var offset: Int
  var step: Int
  var width: Int
  var height: Int
  /// 1 or 2.
  var bytesPerSample: Int
  var levels: Levels

  package init(plane: Int, offset: Int, step: Int, width: Int, height: Int, bytesPerSample: Int, levels: Levels) {
    (self.plane, self.offset, self.step, self.width, self.height) = (plane, offset, step, width, height)
    (self.bytesPerSample, self.levels) = (bytesPerSample, levels)
  }
}

/// The layout of a frame's luma and chroma, if they can be averaged in place.
struct FrameLayout {
  var luma: SampleLayout
  /// Blue and red difference; nil for grey frames.
  var chroma: (cb: SampleLayout, cr: SampleLayout)?

  /// nil for RGB, palettes, packed YUV, foreign byte order and floats. Such frames go through
  /// swscale first.
  init?(_ frame: AVFrame) {
    guard let format = av_pix_fmt_desc_get(AVPixelFormat(frame.format))?.pointee else { return nil }
    let foreign =
      AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_RGB
      | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT
    guard format.flags & UInt64(foreign) == 0 else { return nil }
    let isForeignOrder = format.flags & UInt64(AV_PIX_FMT_FLAG_BE) != 0
    let isFull = FrameLayout.isFullRange(frame)
    let (width, height) = (Int(frame.width), Int(frame.height))

    func layout(_ component: AVComponentDescriptor, isChroma: Bool) -> SampleLayout? {
      let bytes = component.depth + component.shift > 8 ? 2 : 1
      guard component.depth >= 8, component.depth + component.shift <= 16, bytes == 1 || !isForeignOrder else { return nil }
      let (step, offset) = (Int(component.step), Int(component.offset))
      guard step % bytes == 0, offset % bytes == 0, step / bytes <= (isChroma ? 2 : 1) else { return nil }
      let (log2Width, log2Height) = isChroma ? (Int(format.log2_chroma_w), Int(format.log2_chroma_h)) : (0, 0)
      return SampleLayout(
        plane: Int(component.plane), offset: offset / bytes, step: step / bytes,
        width: (width + (1 << log2Width) - 1) >> log2Width, height: (height + (1 << log2Height) - 1) >> log2Height,
        bytesPerSample: bytes,
        levels: Levels(depth: Int(component.depth), shift: Int(component.shift), isFullRange: isFull, isChroma: isChroma))
    }

    guard let luma = layout(format.comp.0, isChroma: false) else { return nil }
    self.luma = luma
    if format.nb_components >= 3 {
      guard let cb = layout(format.comp.1, isChroma: true), let cr = layout(format.comp.2, isChroma: true) else { return nil }
      chroma = (cb, cr)
    }
  }

  /// The range that the frame states. If it states none, swscale's assumption: full for grey and
  /// the `yuvj` formats, limited for other YUV.
  static func isFullRange(_ frame: AVFrame) -> Bool {
    if frame.color_range != AVCOL_RANGE_UNSPECIFIED { return frame.color_range == AVCOL_RANGE_JPEG }
    switch AVPixelFormat(frame.format) {
    case AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P: return true
    case let format: return (av_pix_fmt_desc_get(format)?.pointee.nb_components ?? 3) <= 2
    }
  }

  static func isRGB(_ frame: AVFrame) -> Bool {
    guard let format = av_pix_fmt_desc_get(AVPixelFormat(frame.format))?.pointee else { return false }
    return format.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0
  }
}
