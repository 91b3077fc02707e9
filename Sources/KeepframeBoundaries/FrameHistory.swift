internal import Glibc  // memcmp
internal import KeepframeDecoding

/// The last frames, and how each differs from the previous one, in a ring of fixed size.
struct FrameHistory: Sendable {
  /// The number of frames appended so far; the newest is `count - 1`.
  private(set) var count = 0
  let capacity: Int
  private var luma: [UInt8]
  private var chroma: [UInt8]
  private var moments: [LumaMoments]
  private var contentSteps: [Double]
  private var structureSteps: [Double]

  init(capacity: Int) {
    self.capacity = capacity
    luma = Array(repeating: 0, count: capacity * FrameDifference.lumaSize)
    chroma = Array(repeating: 0, count: capacity * FrameDifference.chromaSize * 2)
    moments = Array(repeating: LumaMoments(), count: capacity)
    contentSteps = Array(repeating: 0, count: capacity)
    structureSteps = Array(repeating: 0, count: capacity)
  }

  mutating func append(_ thumbnail: Thumbnail) {
    precondition(
      thumbnail.luma.count == Thumbnail.width * Thumbnail.height
        && thumbnail.cb.count == Thumbnail.chromaWidth * Thumbnail.chromaHeight && thumbnail.cr.count == thumbnail.cb.count,
      "expected a 64x36 thumbnail with 16x9 chroma, got \(thumbnail.luma.count), \(thumbnail.cb.count) and \(thumbnail.cr.count) cells"
    )
    let slot = count % capacity
    luma.withUnsafeMutableBytes { ring in
      Self.pad(
        thumbnail.luma, width: Thumbnail.width, by: FrameDifference.lumaReach,
        into: UnsafeMutableRawBufferPointer(rebasing: ring[(slot * FrameDifference.lumaSize)...]))
    }
    chroma.withUnsafeMutableBytes { ring in
      let blue = slot * FrameDifference.chromaSize * 2
      for (plane, start) in [(thumbnail.cb, blue), (thumbnail.cr, blue + FrameDifference.chromaSize)] {
        Self.pad(
          plane, width: Thumbnail.chromaWidth, by: FrameDifference.chromaReach,
          into: UnsafeMutableRawBufferPointer(rebasing: ring[start...]))
      }
    }
    var sum = 0
    var squares = 0
    for value in thumbnail.luma {
      sum &+= Int(value)
      squares &+= Int(value) &* Int(value)
    }
    moments[slot] = LumaMoments(sum: sum, sumOfSquares: squares, count: thumbnail.luma.count)
    count += 1
    contentSteps[slot] = count > 1 ? content(count - 2, count - 1) : 0
    structureSteps[slot] = count > 1 ? structure(count - 2, count - 1) : 0
  }

  /// Whether `frame` is still in the ring.
  func holds(_ frame: Int) -> Bool { frame >= 0 && frame < count && frame >= count - capacity }

  /// ``FrameDifference/content(_:_:oldChroma:newChroma:)`` from the previous frame; 0 for frame 0.
  func contentStep(_ frame: Int) -> Double { contentSteps[slot(frame)] }
  /// ``structure(_:_:)`` from the previous frame; 0 for frame 0.
  func structureStep(_ frame: Int) -> Double { structureSteps[slot(frame)] }
  /// The standard deviation of the luma.
  func spread(_ frame: Int) -> Double { moments[slot(frame)].spread }

  /// The motion-tolerant difference in levels.
  func content(_ old: Int, _ new: Int) -> Double {
    let (from, to) = (slot(old), slot(new))
    return luma.withUnsafeBytes { luma in
      chroma.withUnsafeBytes { chroma in
        if Self.areEqual(luma, from, to, FrameDifference.lumaSize),
          Self.areEqual(chroma, from, to, 2 * FrameDifference.chromaSize)
        {
          return 0
        }
        return FrameDifference.content(
          luma.baseAddress! + from * FrameDifference.lumaSize, luma.baseAddress! + to * FrameDifference.lumaSize,
          oldChroma: chroma.baseAddress! + from * 2 * FrameDifference.chromaSize,
          newChroma: chroma.baseAddress! + to * 2 * FrameDifference.chromaSize)
      }
    }
  }

  /// The contrast-normalised difference, `1 - correlation`: 0 for the same picture with another
  /// exposure, about 1 for unrelated ones.
  func structure(_ old: Int, _ new: Int) -> Double {
    let (from, to) = (slot(old), slot(new))
    let products = luma.withUnsafeBytes {
      FrameDifference.product(
        $0.baseAddress! + from * FrameDifference.lumaSize, $0.baseAddress! + to * FrameDifference.lumaSize)
    }
    return 1
      - LumaMoments.correlation(
        moments[from], moments[to], sumOfProducts: products, count: Thumbnail.width * Thumbnail.height)
  }

  /// One cell of a frame's thumbnail.
  func luma(_ frame: Int, _ row: Int, _ column: Int) -> UInt8 {
    let reach = FrameDifference.lumaReach
    return luma[slot(frame) * FrameDifference.lumaSize + (row + reach) * FrameDifference.lumaRow + column + reach]
  }

  private static func areEqual(_ ring: UnsafeRawBufferPointer, _ a: Int, _ b: Int, _ size: Int) -> Bool {
    memcmp(ring.baseAddress! + a * size, ring.baseAddress! + b * size, size) == 0
  }

  private func slot(_ frame: Int) -> Int {
    precondition(holds(frame), "frame \(frame) is not among the last \(capacity) of \(count)")
    return frame % capacity
  }

  /// Copies a plane and repeats its edges outwards.
  private static func pad(_ plane: [UInt8], width: Int, by reach: Int, into out: UnsafeMutableRawBufferPointer) {
    let height = plane.count / width
    let row = width + 2 * reach
    plane.withUnsafeBytes { plane in
      for y in 0..<(height + 2 * reach) {
        let source = min(max(y - reach, 0), height - 1) * width
        let target = y * row
        (out.baseAddress! + target + reach).copyMemory(from: plane.baseAddress! + source, byteCount: width)
        for x in 0..<reach {
          out[target + x] = plane[source]
          out[target + row - 1 - x] = plane[source + width - 1]
        }
      }
    }
  }
}

/// The step between frames that a detector looks at: 1 up to 45 frames a second, about 60 gives 2,
/// at most 8.
func framePace(frameRate: Double) -> Int {
  frameRate.isFinite ? min(max(Int((frameRate / 30).rounded()), 1), 8) : 1
}
