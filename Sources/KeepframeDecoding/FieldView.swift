internal import CKeepframeFFmpeg

/// A view of a frame that shows only lines taken at one moment.
///
/// An interlaced frame weaves two fields, taken one after the other; a pulldown weaves fields of
/// two film frames. If a cut falls between the two fields of a frame, the frame looks like a
/// mixture of both shots. Whatever moves looks combed. One field alone shows one moment, at half
/// the vertical resolution. Thumbnails, pictures and embeddings are made of one field.
///
/// A frame counts as woven if the codec says so, or if it looks combed all over (``CombTest``):
/// encoders are often told that telecined film is progressive.
struct FieldView: ~Copyable {
  /// The view that ``show(_:)`` sets. It owns no pixels, and is valid as long as the frame is.
  let picture = PictureBuffer()
  /// The field that is shown first, 0 for the upper one; nil if the stream does not state it.
  private let firstField: Int32?
  private let presentation: Presentation

  init(of stream: UnsafeMutablePointer<AVStream>, _ presentation: Presentation) {
    self.presentation = presentation
    // libav's AV_FIELD_TB is 9 in Matroska and QuickTime: interleaved lines, upper field first. The
    // comment in avcodec.h says the opposite, but files mean this.
    firstField =
      switch stream.pointee.codecpar.pointee.field_order {
      case AV_FIELD_TT, AV_FIELD_TB: 0
      case AV_FIELD_BB, AV_FIELD_BT: 1
      default: nil
      }
  }

  deinit { pictureShowNothing(picture.pointer) }

  /// Sets ``picture`` to all lines of `frame`, or if it is woven, to those of the field shown
  /// first.
  mutating func show(_ frame: borrowing PictureBuffer) {
    let isWoven = frameIsInterlaced(frame.pointer) != 0
    if isWoven || CombTest.isCombed(frame.pointer.pointee) {
      let declared = isWoven ? (frameShowsTopFieldFirst(frame.pointer) != 0 ? 0 : 1) : Int32(0)
      // If an odd number of lines was cropped, the upper field begins with the second line left.
      let isOdd = Int32(presentation.linesCut(above: frame.pointer) & 1)
      pictureShowField(picture.pointer, frame.pointer, (firstField ?? declared) ^ isOdd)
    } else {
      pictureShowAll(picture.pointer, frame.pointer)
    }
  }
}

/// Tells a frame that weaves two different pictures from a frame that shows one.
///
/// In a woven frame, nearly every sample of a line is brighter than both neighbouring lines, or
/// darker than both. In a single picture, that happens only where it has stripes one line thick.
/// The test examines some whole lines of the luma plane.
enum CombTest {
  /// The number of lines examined.
  private static let samples = 16
  /// The least difference to both neighbouring lines, in levels of 0...255.
  private static let least: Int16 = 12
  /// The least share of the examined samples that must be combed.
  private static let share = 0.25

  static func isCombed(_ frame: AVFrame) -> Bool {
    guard frame.height >= 32, let luma = FrameLayout(frame)?.luma, luma.step == 1, luma.plane == 0, let base = frame.data.0
    else { return false }
    let stride = Int(frame.linesize.0)
    var combed = 0
    for sample in 0..<Self.samples {
      // Odd and even lines in turn, away from the edge.
      let line = 1 + sample * (luma.height - 2) / Self.samples
      let row = UnsafeRawPointer(base) + line * stride
      combed &+=
        luma.bytesPerSample == 1
        ? Self.count(row, stride: stride, width: luma.width, as: UInt8.self, shift: 0)
        : Self.count(row, stride: stride, width: luma.width, as: UInt16.self, shift: luma.levels.bitsOverEight)
    }
    return Double(combed) >= Self.share * Double(Self.samples * luma.width)
  }

  /// The number of samples in a line that are brighter than those above and below, or darker than
  /// both.
  @inline(__always)
  private static func count<Sample: FixedWidthInteger & UnsignedInteger>(
    _ row: UnsafeRawPointer, stride: Int, width: Int, as _: Sample.Type, shift: Int
  ) -> Int {
    let above = (row - stride).assumingMemoryBound(to: Sample.self)
    let line = row.assumingMemoryBound(to: Sample.self)
    let below = (row + stride).assumingMemoryBound(to: Sample.self)
    var count: Int32 = 0
    for x in 0..<width {
      let value = Int16(truncatingIfNeeded: line[x] &>> Sample(truncatingIfNeeded: shift))
      let up = value &- Int16(truncatingIfNeeded: above[x] &>> Sample(truncatingIfNeeded: shift))
      let down = value &- Int16(truncatingIfNeeded: below[x] &>> Sample(truncatingIfNeeded: shift))
      let isCombed = (up > least && down > least) || (up < -least && down < -least)
      count &+= isCombed ? 1 : 0
    }
    return Int(count)
  }
}
