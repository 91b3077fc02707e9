internal import CKeepframeFFmpeg
public import KeepframeSystem
public import SystemPackage

/// A cursor over the frames of one video stream, in presentation order.
///
/// `while try reader.advance() { try reader.readThumbnail(into: &thumbnail) }`
///
/// Pixels are written into the caller's memory; no pointer of libav's leaves the reader. The reader
/// decodes one frame ahead, to know a frame's duration and to recognise repeated times.
///
/// Dropping the reader at any point frees everything that it owns.
public struct VideoReader: ~Copyable {
  /// What container and codec state about the video stream that is read.
  public let stream: StreamDescription
  /// The timecode of the first frame: the container's, or else the one that the codec states with
  /// that frame. Known once ``advance()`` has returned `true`.
  public private(set) var startTimecode: SourceTimecode?

  private let path: FilePath
  private let options: DecodingOptions
  private let cancellation: Cancellation?

  private var source: FrameSource
  private var previous = PictureBuffer()
  private var current = PictureBuffer()
  private var upcoming = PictureBuffer()
  private var state = State.opened
  private var decodedCount = 0
  private var clock: Clock
  private var time = FrameTime(index: 0, pts: 0, durationTicks: 1, seconds: 0)
  private var previousTime: FrameTime?

  /// The visible part of the current frame, set when something is read of it.
  private var view: FieldView
  private var thumbnails: ThumbnailReader
  private var pictures: PictureReader

  private enum State {
    /// Nothing decoded yet.
    case opened
    /// `upcoming` holds the frame after `current`.
    case ahead
    /// `current` is the last frame.
    case last
    case ended
  }

  /// Opens a regular file, and finds its video stream and the decoder for it. Decodes nothing yet.
  ///
  /// - Throws: ``DecodingError`` if the file is missing, not a video, or of an unsupported kind;
  ///   `CancellationError`.
  public init(_ path: FilePath, options: DecodingOptions = .init(), cancellation: Cancellation? = nil) throws {
    do throws(DecodingError) { try self.init(opening: path, options: options, cancellation: cancellation) } catch {
      throw error.leaving
    }
  }

  /// The same, for use inside this module.
  init(opening path: FilePath, options: DecodingOptions, cancellation: Cancellation?) throws(DecodingError) {
    source = try FrameSource(path, options: options, cancellation: cancellation)
    stream = source.description
    clock = source.clock
    view = source.makeFieldView()
    thumbnails = ThumbnailReader(color: source.color)
    pictures = PictureReader(color: source.color, path: path)
    self.path = path
    self.options = options
    self.cancellation = cancellation
  }

  /// Decodes the next frame in presentation order.
  ///
  /// - Returns: `false` after the last frame; the reader then stays at its end.
  /// - Throws: ``DecodingError``, in particular if the whole stream gave no frame, or if the file
  ///   changed while it was read, which is noticed at the end. `CancellationError` once it is
  ///   cancelled. After an error, the reader is at its end.
  public mutating func advance() throws -> Bool {
    do throws(DecodingError) { return try decodeNext() } catch { throw error.leaving }
  }

  /// The same, for use inside this module.
  mutating func decodeNext() throws(DecodingError) -> Bool {
    do throws(DecodingError) {
      return try step()
    } catch {
      state = .ended
      throw error
    }
  }

  private mutating func step() throws(DecodingError) -> Bool {
    switch state {
    case .opened:
      guard try decodeUpcoming() else { throw source.noFrames() }
      startTimecode = stream.timecode ?? SourceTimecode(of: upcoming.pointer, frameRate: stream.frameRate)
    case .ahead: if cancellation?.isCancelled == true { throw .cancelled(path) }
    case .last, .ended:
      state = .ended
      return false
    }
    if options.keepsPreviousFrame {
      if decodedCount > 1 { previousTime = time }
      swap(&previous, &current)
    }
    swap(&current, &upcoming)
    let followsLastPacket = source.isFlushing
    state = try decodeUpcoming() ? .ahead : .last
    time = clock.place(
      stated: current.statedTime, statedDuration: frameDuration(current.pointer),
      next: state == .ahead ? upcoming.statedTime : nil,
      followsLastPacket: followsLastPacket)
    if let limit = options.maxDurationSeconds, time.seconds >= limit {
      try source.file.check(path, allowsGrowth: true)
      state = .ended
      return false
    }
    return true
  }

  /// The time of the current frame.
  ///
  /// - Precondition: The last ``advance()`` returned `true`. The same holds for everything that
  ///   reads the current frame.
  public var frame: FrameTime {
    requireFrame()
    return time
  }

  /// Whether no frame follows the current one.
  public var isLastFrame: Bool {
    requireFrame()
    return state == .last
  }

  /// Reads the frame before the current one. During `body`, it is the reader's current frame.
  ///
  /// - Precondition: ``DecodingOptions/keepsPreviousFrame``.
  /// - Returns: nil at the first frame, without calling `body`.
  public mutating func withPreviousFrame<Result>(
    _ body: (inout VideoReader) throws(DecodingError) -> Result
  ) throws(DecodingError) -> Result? {
    requireFrame()
    precondition(options.keepsPreviousFrame, "the frame before was not kept: set keepsPreviousFrame")
    guard let previousTime else { return nil }
    let currentTime = time
    swap(&current, &previous)
    time = previousTime
    defer {
      swap(&current, &previous)
      time = currentTime
    }
    return try body(&self)
  }

  /// Whether the codec can start decoding at the current frame.
  public var isKeyFrame: Bool {
    requireFrame()
    return frameIsKey(current.pointer) != 0
  }

  /// Width of the current frame, upright, in stored pixels; ``shape`` has the size as shown.
  public var frameWidth: Int { uprightSize.width }
  /// Height of the current frame, upright, in stored pixels.
  public var frameHeight: Int { uprightSize.height }

  /// How the current frame is shown.
  public var shape: PictureShape {
    requireFrame()
    return source.presentation.shape(of: current.pointer)
  }

  /// Shrinks the current frame to a thumbnail.
  public mutating func readThumbnail(into thumbnail: inout Thumbnail) throws(DecodingError) {
    requireFrame()
    view.show(current)
    let orientation = orientation
    try StageTimes.measure(.thumbnail) { () throws(DecodingError) in
      try thumbnails.read(view.picture, orientation: orientation, path: path, into: &thumbnail)
    }
  }

  /// Stretches the whole current frame, upright, to the size of `picture`.
  public mutating func readPicture(into picture: inout Picture) throws(DecodingError) {
    requireFrame()
    let orientation = orientation
    view.show(current)
    try StageTimes.measure(.picture) { () throws(DecodingError) in try pictures.read(view.picture, orientation, into: &picture) }
  }

  /// The current frame as a JPEG file: upright, square pixels, at most `maxWidth` wide and never
  /// enlarged.
  ///
  /// The same frame gives the same bytes on every run.
  ///
  /// - Parameter quality: 1...100, on about the same scale as libjpeg's.
  public mutating func readJPEG(maxWidth: Int, quality: Int) throws(DecodingError) -> [UInt8] {
    try readPreview(maxWidth: maxWidth).jpeg(quality: quality, at: path)
  }

  /// The current frame, upright, with square pixels, at most `maxWidth` wide and never enlarged.
  package mutating func readPreview(maxWidth: Int) throws(DecodingError) -> Preview {
    requireFrame()
    let (orientation, size) = (orientation, squarePixelSize(maxWidth: maxWidth))
    view.show(current)
    return try StageTimes.measure(.picture) { () throws(DecodingError) in
      try pictures.preview(view.picture, orientation, size: size)
    }
  }

  /// How the colours of the frames decoded so far were mapped. Nil if they were not, and the
  /// stream's description did not ask for it.
  public var toneMapping: String? { source.toneMappings.description }
  /// The state of the file when it was opened.
  package var file: FileState { source.file }

  /// What went wrong so far; final once ``advance()`` has returned `false`.
  public var damage: DecodingDamage {
    var damage = source.damage
    damage.synthesizedTimestamps = clock.synthesizedTimestamps
    damage.timestampJumps = clock.jumps
    return damage
  }
}

// MARK: - The current frame

extension VideoReader {
  private func requireFrame() {
    precondition(state == .ahead || state == .last, "no current frame: the last advance() did not return true")
  }

  /// The container's orientation, or else the codec's.
  private var orientation: Orientation { source.presentation.orientation(of: current.pointer) }

  private var uprightSize: (width: Int, height: Int) {
    requireFrame()
    return orientation.uprightSize(width: Int(current.pointer.pointee.width), height: Int(current.pointer.pointee.height))
  }

  /// The largest size for the current frame that has square pixels, enlarges neither side and fits
  /// `maxWidth`.
  public func squarePixelSize(maxWidth: Int) -> (width: Int, height: Int) {
    requireFrame()
    return source.presentation.squarePixelSize(of: current.pointer, maxWidth: maxWidth)
  }
}

// MARK: - Decoding

extension VideoReader {
  /// Decodes into `upcoming`; returns `false` after the last frame.
  ///
  /// At the first sign of damage in a video decoded by several threads, it starts over with one
  /// thread and decodes up to the same frame. The frames given so far are sound and come out the
  /// same. Later frames no longer depend on which thread was faster.
  private mutating func decodeUpcoming() throws(DecodingError) -> Bool {
    var hasFrame = try source.next(into: upcoming)
    if source.isUnrepeatable {
      var options = options
      options.threadCount = 1
      source = try FrameSource(path, options: options, cancellation: cancellation, unchangedSince: source.file)
      for _ in 0..<decodedCount where try !source.next(into: upcoming) { return false }
      hasFrame = try source.next(into: upcoming)
    }
    if hasFrame { decodedCount += 1 }
    return hasFrame
  }
}

extension PictureBuffer {
  /// The presentation time that the file states. If it states none, the one that libavcodec infers
  /// from decoding order.
  fileprivate var statedTime: Int64? {
    let frame = pointer.pointee
    let time = frame.pts != noTimestamp ? frame.pts : frame.best_effort_timestamp
    return time == noTimestamp ? nil : time
  }
}

/// libav's contexts may move between threads as long as only one uses them at a time, and a
/// noncopyable reader has only one owner.
extension VideoReader: @unchecked Sendable {}
