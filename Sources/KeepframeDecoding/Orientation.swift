/// How the stored picture must be turned to be upright: one of the eight symmetries of a rectangle.
///
/// Upright pixel (x, y) is stored at (x, y), or at (y, x) if `transposes`, counted from the far end
/// along each stored axis that is flipped.
package struct Orientation: Hashable {
  var transposes = false
  /// Along the stored picture's own axes.
  var flipsX = false
  var flipsY = false

  package static let upright = Orientation()

  package init(transposes: Bool = false, flipsX: Bool = false, flipsY: Bool = false) {
    self.transposes = transposes
    self.flipsX = flipsX
    self.flipsY = flipsY
  }

  /// From a container's display matrix: nine integers, of which [a b; c d] at 0, 1, 3, 4 maps
  /// stored (x, y), y down, to shown (a·x + c·y, b·x + d·y). Angles between are taken to the
  /// nearest quarter turn; a matrix without area is ignored.
  init(matrix: UnsafePointer<Int32>) {
    let (a, b, c, d) = (Int64(matrix[0]), Int64(matrix[1]), Int64(matrix[3]), Int64(matrix[4]))
    let (straight, crossed) = (a &* d, b &* c)
    if straight == crossed {
      self.init()
    } else if straight.magnitude >= crossed.magnitude {
      self.init(transposes: false, flipsX: a < 0, flipsY: d < 0)
    } else {
      self.init(transposes: true, flipsX: b < 0, flipsY: c < 0)
    }
  }

  /// Clockwise turn, before mirroring left to right, that makes the picture upright.
  var rotationDegrees: Int {
    switch (transposes, flipsX, flipsY) {
    case (false, _, false): 0
    case (false, _, true): 180
    case (true, false, _): 90
    case (true, true, _): 270
    }
  }

  var isMirrored: Bool { transposes ? flipsX == flipsY : flipsX != flipsY }

  /// The size as seen upright.
  func uprightSize(width: Int, height: Int) -> (width: Int, height: Int) {
    transposes ? (height, width) : (width, height)
  }

  /// Copies stored pixels of `Pixel` to where they belong upright. `width` and `height` are those
  /// of the upright picture.
  func copy<Pixel>(
    from source: UnsafeRawPointer, stride sourceStride: Int, to target: UnsafeMutableRawPointer, stride targetStride: Int,
    width: Int, height: Int, as _: Pixel.Type
  ) {
    let size = MemoryLayout<Pixel>.size
    if self == .upright {
      for y in 0..<height { (target + y * targetStride).copyMemory(from: source + y * sourceStride, byteCount: width * size) }
      return
    }
    let (storedWidth, storedHeight) = uprightSize(width: width, height: height)
    // Stepping right or down in the upright picture moves this many bytes in the stored one.
    let stepX = flipsX ? -size : size
    let stepY = flipsY ? -sourceStride : sourceStride
    let origin = source + (flipsX ? (storedWidth - 1) * size : 0) + (flipsY ? (storedHeight - 1) * sourceStride : 0)
    let (right, down) = transposes ? (stepY, stepX) : (stepX, stepY)
    for y in 0..<height {
      var from = origin + y * down
      var to = target + y * targetStride
      for _ in 0..<width {
        to.copyMemory(from: from, byteCount: size)
        from += right
        to += size
      }
    }
  }
}
