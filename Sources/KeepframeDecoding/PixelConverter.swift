internal import CKeepframeFFmpeg
internal import Glibc
internal import SystemPackage

/// Owns one `SwsContext` and the picture that it writes to. Both fit one kind of source frame.
///
/// Colours are converted as FFmpeg's scale filter does: with the frame's matrix if it names one,
/// otherwise BT.601; with the frame's range. The target is a padded picture of our own, since
/// swscale may write past the end of a row.
struct PixelConverter: ~Copyable {
  /// Everything that a converter depends on.
  struct Task: Hashable {
    var sourceWidth: Int32
    var sourceHeight: Int32
    var sourceFormat: Int32
    /// -1 if the frame states none.
    var sourceRange: Int32
    var sourceColorspace: Int32
    var width: Int32
    var height: Int32
    var format: Int32
    var range: Int32

    /// Converts `frame` to `width` x `height` pixels of `format`, still in storage orientation.
    init(_ frame: AVFrame, width: Int, height: Int, format: AVPixelFormat, isFullRange: Bool? = nil) {
      sourceWidth = frame.width
      sourceHeight = frame.height
      sourceFormat = frame.format
      sourceRange = frame.color_range == AVCOL_RANGE_UNSPECIFIED ? -1 : frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0
      let matrix = Int32(frame.colorspace.rawValue)
      sourceColorspace = (1...10).contains(matrix) && matrix != 8 ? matrix : Int32(AVCOL_SPC_UNSPECIFIED.rawValue)
      self.width = Int32(width)
      self.height = Int32(height)
      self.format = format.rawValue
      range = isFullRange.map { $0 ? 1 : 0 } ?? -1
    }

    /// Treats the source's YUV as if it had the target's matrix, so that swscale changes only size
    /// and depth.
    mutating func keepColors() { sourceColorspace = Int32(AVCOL_SPC_UNSPECIFIED.rawValue) }
  }

  let task: Task
  private let scaler: UnsafeMutableRawPointer
  private let target: PictureBuffer

  init(_ task: Task, path: FilePath) throws(DecodingError) {
    let format = pixelFormatName(task.sourceFormat)
    let target = PictureBuffer()
    target.pointer.pointee.width = task.width
    target.pointer.pointee.height = task.height
    target.pointer.pointee.format = task.format
    try check(path, "allocate a picture", av_frame_get_buffer(target.pointer, 64), kind: .outOfMemory)
    errno = 0
    guard
      let scaler = scalerCreate(
        task.sourceWidth, task.sourceHeight, task.sourceFormat, task.sourceRange, task.sourceColorspace,
        task.width, task.height, task.format, task.range)
    else {
      throw DecodingError(
        path: path, kind: errno == ENOMEM ? .outOfMemory : .convert(format), operation: "convert",
        detail: LibavLog.lastLineOfThisThread)
    }
    self.task = task
    self.scaler = scaler
    self.target = target
    LiveObjects.created()
  }

  deinit {
    scalerFree(scaler)
    LiveObjects.freed()
  }

  /// Converts `frame`; the result belongs to the converter and is overwritten by the next call.
  mutating func convert(_ frame: borrowing PictureBuffer, path: FilePath) throws(DecodingError) -> UnsafeMutablePointer<AVFrame> {
    try check(
      path, "convert", scalerConvert(scaler, frame.pointer, target.pointer), kind: .convert(pixelFormatName(task.sourceFormat)))
    return target.pointer
  }
}

/// Keeps the converter for the last task, since a video rarely has two. Also maps high dynamic
/// range to standard.
struct ConverterCache: ~Copyable {
  private let color: StreamColor
  private var converter: PixelConverter?
  private var toneMapper: ToneMapper?

  /// - Parameter color: The stated colours of the frames' stream.
  init(color: StreamColor) {
    self.color = color
    converter = nil
    toneMapper = nil
  }

  mutating func convert(
    _ frame: borrowing PictureBuffer, _ task: PixelConverter.Task, path: FilePath
  ) throws(DecodingError) -> UnsafeMutablePointer<AVFrame> {
    if let recipe = color.toneMapping(of: frame.pointer) {
      if toneMapper == nil { toneMapper = ToneMapper() }
      return try toneMapper!.convert(frame, task, recipe, path: path)
    }
    if converter?.task != task { converter = try PixelConverter(task, path: path) }
    return try converter!.convert(frame, path: path)
  }
}
