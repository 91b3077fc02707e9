internal import CKeepframeFFmpeg
internal import SystemPackage

/// Shrinks frames of high dynamic range, then maps their colours. Mapping comes second because a
/// picture has fewer pixels than a frame.
///
/// Shrinking averages the signal, not the light, as for any other video.
struct ToneMapper: ~Copyable {
  private var mapping: ToneMapping?
  /// Converts the frame to 16 bits a sample at the final size; colours are not changed.
  private var shrinking: PixelConverter?
  /// Converts the mapped picture to the requested format.
  private var packing: PixelConverter?
  private var mapped = PictureBuffer()

  /// - Parameter task: The plain conversion that this replaces.
  /// - Returns: A picture that belongs to the mapper and is overwritten by the next call.
  mutating func convert(
    _ frame: borrowing PictureBuffer, _ task: PixelConverter.Task, _ recipe: ToneMapping.Recipe, path: FilePath
  ) throws(DecodingError) -> UnsafeMutablePointer<AVFrame> {
    let source = frame.pointer.pointee
    let isRGB = FrameLayout.isRGB(source)
    let isFull = FrameLayout.isFullRange(source)
    var shrink = PixelConverter.Task(
      source, width: Int(task.width), height: Int(task.height), format: isRGB ? AV_PIX_FMT_GBRP16LE : AV_PIX_FMT_YUV444P16LE,
      isFullRange: isRGB ? nil : isFull)
    shrink.keepColors()
    if shrinking?.task != shrink { shrinking = try PixelConverter(shrink, path: path) }
    let small = try shrinking!.convert(frame, path: path).pointee
    try reserve(task, path: path)
    prepare(recipe)
    let depth = Int(av_pix_fmt_desc_get(AVPixelFormat(source.format))?.pointee.comp.0.depth ?? 16)
    let (first, second, third) = (small.data.0!, small.data.1!, small.data.2!)
    let strides = (Int(small.linesize.0), Int(small.linesize.1), Int(small.linesize.2))
    mapping!.map(
      (samples(first), samples(second), samples(third)), strides: (strides.0 / 2, strides.1 / 2, strides.2 / 2),
      isRGB ? .gbr : .yuv(depth: min(depth, 16), isFullRange: isFull), width: Int(task.width), height: Int(task.height),
      into: mapped.pointer.pointee.data.0!, rgbStride: Int(mapped.pointer.pointee.linesize.0))
    guard task.format != AV_PIX_FMT_RGB24.rawValue else { return mapped.pointer }
    let pack = PixelConverter.Task(
      mapped.pointer.pointee, width: Int(task.width), height: Int(task.height), format: AVPixelFormat(task.format),
      isFullRange: task.range < 0 ? nil : task.range == 1)
    if packing?.task != pack { packing = try PixelConverter(pack, path: path) }
    return try packing!.convert(mapped, path: path)
  }

  /// Maps a thumbnail. Each luma cell is treated as a pixel, with interpolated chroma.
  mutating func map(_ thumbnail: inout Thumbnail, _ recipe: ToneMapping.Recipe) {
    prepare(recipe)
    let luma = thumbnail.luma.map { UInt16($0) << 8 }
    let (cb, cr) = (ChromaGrid.enlarged(thumbnail.cb), ChromaGrid.enlarged(thumbnail.cr))
    var rgb = [UInt8](repeating: 0, count: luma.count * 3)
    let (width, height) = (Thumbnail.width, Thumbnail.height)
    luma.withUnsafeBufferPointer { luma in
      cb.withUnsafeBufferPointer { cb in
        cr.withUnsafeBufferPointer { cr in
          rgb.withUnsafeMutableBufferPointer { rgb in
            mapping!.map(
              (luma.baseAddress!, cb.baseAddress!, cr.baseAddress!), strides: (width, width, width),
              .yuv(depth: 8, isFullRange: true), width: width, height: height, into: rgb.baseAddress!, rgbStride: 3 * width)
          }
        }
      }
    }
    ChromaGrid.write(rgb, into: &thumbnail)
  }

  private mutating func prepare(_ recipe: ToneMapping.Recipe) {
    if mapping?.recipe != recipe { mapping = ToneMapping(recipe) }
  }

  private mutating func reserve(_ task: PixelConverter.Task, path: FilePath) throws(DecodingError) {
    guard mapped.pointer.pointee.width != task.width || mapped.pointer.pointee.height != task.height else { return }
    mapped = PictureBuffer()
    mapped.pointer.pointee.width = task.width
    mapped.pointer.pointee.height = task.height
    mapped.pointer.pointee.format = AV_PIX_FMT_RGB24.rawValue
    try check(path, "allocate a picture", av_frame_get_buffer(mapped.pointer, 64), kind: .outOfMemory)
  }

  private func samples(_ plane: UnsafeMutablePointer<UInt8>) -> UnsafePointer<UInt16> {
    UnsafeRawPointer(plane).assumingMemoryBound(to: UInt16.self)
  }
}
