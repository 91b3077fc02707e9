internal import KeepframeDecoding

/// Turns bytes into a network's input: a look-up per byte, no arithmetic.
struct Preprocessing {
  let width: Int
  let height: Int
  let layout: Sidecar.Layout
  let channels: Sidecar.Channels
  /// `[3 * 256]` in R G B order: `(byte * scale - mean) / std`.
  private let table: [Float]

  init(_ sidecar: Sidecar) {
    width = sidecar.width
    height = sidecar.height
    layout = sidecar.layout
    channels = sidecar.channels
    // Double, because the reference values were made so. The table is made only once.
    table = (0..<3).flatMap { c in
      (0..<256).map { Float((Double($0) * Double(sidecar.scale) - Double(sidecar.mean[c])) / Double(sidecar.std[c])) }
    }
  }

  /// The input's shape, batch of one.
  var shape: [Int64] {
    switch layout {
    case .nchw: [1, 3, Int64(height), Int64(width)]
    case .nhwc: [1, Int64(height), Int64(width), 3]
    }
  }

  var count: Int { width * height * 3 }

  /// Writes `picture` into `input`, in ``shape``. Nothing is allocated.
  ///
  /// - Parameter input: ``count`` floats.
  func fill(_ input: UnsafeMutablePointer<Float>, from picture: Picture) {
    precondition(
      picture.width == width && picture.height == height && picture.rgb.count == count,
      "expected a picture of \(width)x\(height), got \(picture.width)x\(picture.height), \(picture.rgb.count) bytes")
    let pixelCount = width * height
    // The distance between channels of a pixel, and between pixels.
    let (channelStep, pixelStep) = layout == .nchw ? (pixelCount, 1) : (1, 3)
    picture.rgb.withUnsafeBufferPointer { bytes in
      table.withUnsafeBufferPointer { table in
        for c in 0..<3 {
          let place = channels == .rgb ? c : 2 - c
          let source = bytes.baseAddress! + c
          let values = table.baseAddress! + c * 256
          let target = input + place * channelStep
          var pixel = 0
          while pixel < pixelCount {
            target[pixel &* pixelStep] = values[Int(source[pixel &* 3])]
            pixel &+= 1
          }
        }
      }
    }
  }
}
