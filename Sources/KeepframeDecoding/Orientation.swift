/// How the stored picture must be turned and flipped to be upright: one of eight combinations.
///
/// Upright pixel (x, y) is stored at (x, y), or at (y, x) if `transposes`. Along a stored axis that
/// is flipped, positions count from the far end.
package struct Orientation: Hashable {
  var transposes = false
  /// Whether the picture is flipped along the stored picture's own axes.
  var flipsX = false
  var flipsY = false

  package static let upright = Orientation()

  package init(transposes: Bool = false, flipsX: Bool = false, flipsY: Bool = false) {
    self.transposes = transposes
    self.flipsX = flipsX
    self.flipsY = flipsY
  }

  /// From a container's display matrix of nine integers. The elements [a b; c d], at 0, 1, 3 and 4,
  /// map stored (x, y), with y down, to shown (a·x + c·y, b·x + d·y). Other angles are rounded to
  /// the nearest quarter turn. A singular matrix is ignored.
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

  /// The clockwise turn, before mirroring left to right, that makes the picture upright.
  var rotationDegrees: Int {
    switch (transposes, flipsX, flipsY) {
    case (false, _, false): 0
    case (false, _, true): 180
    case (true, false, _): 90
    case (true, true, _): 270
    }
  }

  var isMirrored: Bool { transposes ? flipsX == flipsY : flipsX != flipsY }

  /// The upright size of a stored size.
  func uprightSize(width: Int, height: Int) -> (width: Int, height: Int) {
    transposes ? (height, width) : (width, height)
  }

  /// Copies stored pixels of `Pixel` to their upright positions. `width` and `height` are the
  /// upright picture's.
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
