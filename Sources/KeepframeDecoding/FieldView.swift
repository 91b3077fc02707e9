internal import CKeepframeFFmpeg

/// Shows those lines of a frame that were taken at one moment.
///
/// An interlaced frame weaves two fields, taken one after the other; a pulldown weaves fields of
/// two film frames. A cut between the two fields of a frame looks like a mixture of both shots, and
/// whatever moves is combed. One field alone shows one moment, at half the vertical resolution, so
/// that is what thumbnails, pictures and embeddings are made of.
///
/// A frame counts as woven if the codec says so, or, where it says nothing, if it is combed all
/// over (``CombTest``): encoders are often told that telecined film is progressive.
struct FieldView: ~Copyable {
  /// Set by ``show(_:)``; it owns no pixels, and holds good as long as the frame does.
  let picture = PictureBuffer()
  /// Which field is shown first, 0 for the upper one; nil where only each frame says.
  private let firstField: Int32?
  private let presentation: Presentation

  init(of stream: UnsafeMutablePointer<AVStream>, _ presentation: Presentation) {
    self.presentation = presentation
    // libav's "TB" is Matroska's and QuickTime's 9: interleaved lines, the upper field first. Its
    // comment in avcodec.h has the fields the other way round, the files do not.
    firstField =
      switch stream.pointee.codecpar.pointee.field_order {
      case AV_FIELD_TT, AV_FIELD_TB: 0
      case AV_FIELD_BB, AV_FIELD_BT: 1
      default: nil
      }
  }

  deinit { pictureShowNothing(picture.pointer) }

  /// Makes ``picture`` all lines of `frame`, or those of the field that is shown first.
  mutating func show(_ frame: borrowing PictureBuffer) {
    let isWoven = frameIsInterlaced(frame.pointer) != 0
    if isWoven || CombTest.isCombed(frame.pointer.pointee) {
      let declared = isWoven ? (frameShowsTopFieldFirst(frame.pointer) != 0 ? 0 : 1) : Int32(0)
      // Where an odd number of lines was cut off, the upper field begins with the second line left.
      let isOdd = Int32(presentation.linesCut(above: frame.pointer) & 1)
      pictureShowField(picture.pointer, frame.pointer, (firstField ?? declared) ^ isOdd)
    } else {
      pictureShowAll(picture.pointer, frame.pointer)
    }
  }
}

/// Tells a frame that weaves two different pictures from one that shows one.
///
/// On such a frame a line differs from both its neighbours the same way nearly everywhere; on one
/// picture only where it has stripes a line thick. Some lines of the luma plane are looked at in
/// full.
enum CombTest {
  /// Lines looked at.
  private static let samples = 16
  /// Levels of 255 by which a line must differ from both neighbours.
  private static let least: Int16 = 12
  /// Share of the looked-at samples that must be combed.
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

  /// Samples of a line that differ from those above and below the same way.
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
