import CKeepframeFFmpeg
import KeepframeDecoding

/// Frames of 1920x1080, yuv420p in limited range, one behind the other.
struct Frames {
  static let (width, height) = (1920, 1080)
  static let size = width * height * 3 / 2
  let bytes: UnsafeRawBufferPointer
  var count: Int { bytes.count / Self.size }

  func planes(_ frame: Int) -> (luma: UnsafeRawPointer, cb: UnsafeRawPointer, cr: UnsafeRawPointer) {
    let luma = bytes.baseAddress! + frame % count * Self.size
    let cb = luma + Self.width * Self.height
    return (luma, cb, cb + Self.width * Self.height / 4)
  }
}

/// What `ThumbnailReader` does with such a frame.
final class OurThumbnails {
  private var luma = AreaAverage()
  private var chroma = AreaAverage()
  private(set) var thumbnail = Thumbnail()

  func shrink(_ frame: (luma: UnsafeRawPointer, cb: UnsafeRawPointer, cr: UnsafeRawPointer)) {
    func layout(_ plane: Int) -> SampleLayout {
      let scale = plane == 0 ? 1 : 2
      return SampleLayout(
        plane: plane, offset: 0, step: 1, width: Frames.width / scale, height: Frames.height / scale, bytesPerSample: 1,
        levels: Levels(depth: 8, shift: 0, isFullRange: false, isChroma: plane > 0))
    }
    luma.average(
      frame.luma, stride: Frames.width, layout: layout(0), orientation: .upright, width: Thumbnail.width,
      height: Thumbnail.height, into: &thumbnail.luma)
    chroma.average(
      frame.cb, stride: Frames.width / 2, layout: layout(1), orientation: .upright, width: Thumbnail.chromaWidth,
      height: Thumbnail.chromaHeight, into: &thumbnail.cb)
    chroma.average(
      frame.cr, stride: Frames.width / 2, layout: layout(2), orientation: .upright, width: Thumbnail.chromaWidth,
      height: Thumbnail.chromaHeight, into: &thumbnail.cr)
  }
}

/// libswscale to 64x36 in full range; of yuv410p, whose chroma is 16x9 then.
final class ScaledThumbnails {
  private let scale: (_ frame: (luma: UnsafeRawPointer, cb: UnsafeRawPointer, cr: UnsafeRawPointer)) -> Void
  private let target: UnsafeMutablePointer<AVFrame>

  init(isAccurate: Bool) {
    let area: Int32 = 0x20
    let accurate: Int32 = 0x40000
    let target = av_frame_alloc()!
    target.pointee.width = Int32(Thumbnail.width)
    target.pointee.height = Int32(Thumbnail.height)
    target.pointee.format = AV_PIX_FMT_YUV410P.rawValue
    precondition(av_frame_get_buffer(target, 64) == 0, "out of memory")
    let (width, height) = (Int32(Frames.width), Int32(Frames.height))
    let scaler = sws_getContext(
      width, height, AV_PIX_FMT_YUV420P, target.pointee.width, target.pointee.height, AV_PIX_FMT_YUV410P,
      isAccurate ? area | accurate : area, nil, nil, nil)!
    let matrix = sws_getCoefficients(5)
    sws_setColorspaceDetails(scaler, matrix, 0, matrix, 1, 0, 1 << 16, 1 << 16)
    self.target = target
    scale = { frame in
      let planes = [frame.luma, frame.cb, frame.cr, nil].map { $0?.assumingMemoryBound(to: UInt8.self) }
      let to = [target.pointee.data.0, target.pointee.data.1, target.pointee.data.2, nil]
      let strides = [target.pointee.linesize.0, target.pointee.linesize.1, target.pointee.linesize.2, 0]
      _ = sws_scale(scaler, planes, [width, width / 2, width / 2, 0], 0, height, to, strides)
    }
  }

  func shrink(_ frame: (luma: UnsafeRawPointer, cb: UnsafeRawPointer, cr: UnsafeRawPointer)) { scale(frame) }

  var thumbnail: Thumbnail {
    func copy(_ plane: UnsafeMutablePointer<UInt8>?, _ stride: Int32, _ width: Int, _ height: Int) -> [UInt8] {
      (0..<height * width).map { plane![$0 / width * Int(stride) + $0 % width] }
    }
    var result = Thumbnail()
    let (data, strides) = (target.pointee.data, target.pointee.linesize)
    result.luma = copy(data.0, strides.0, Thumbnail.width, Thumbnail.height)
    result.cb = copy(data.1, strides.1, Thumbnail.chromaWidth, Thumbnail.chromaHeight)
    result.cr = copy(data.2, strides.2, Thumbnail.chromaWidth, Thumbnail.chromaHeight)
    return result
  }
}

func compareThumbnails(_ frames: Frames) {
  let (ours, plain, accurate) = (OurThumbnails(), ScaledThumbnails(isAccurate: false), ScaledThumbnails(isAccurate: true))
  func difference(_ other: ScaledThumbnails) -> Double {
    var most = 0
    for frame in 0..<frames.count {
      ours.shrink(frames.planes(frame))
      other.shrink(frames.planes(frame))
      let (a, b) = (ours.thumbnail, other.thumbnail)
      most = max(
        most, greatestDifference(a.luma, b.luma), greatestDifference(a.cb, b.cb), greatestDifference(a.cr, b.cr))
    }
    return Double(most)
  }
  let differences = (difference(plain), difference(accurate))
  for (name, count) in [("thumbnail_cold", frames.count), ("thumbnail_warm", 1)] {
    // Each way goes its own way around the frames, and leaves none that the next one takes.
    var turn = [0, frames.count / 3, 2 * frames.count / 3]
    func next(_ way: Int) -> (luma: UnsafeRawPointer, cb: UnsafeRawPointer, cr: UnsafeRawPointer) {
      turn[way] += 1
      return frames.planes(turn[way] % count)
    }
    compare(
      name, repetitions: 300,
      [
        Way("ours") { ours.shrink(next(0)) },
        Way("swscale", difference: differences.0) { plain.shrink(next(1)) },
        Way("swscale_accurate", difference: differences.1) { accurate.shrink(next(2)) },
      ])
  }
}
