/// Maps a picture of high dynamic range or with BT.2020's primaries, at its final size, to what a
/// standard display shows (BT.709).
///
/// The steps: a table maps signal to light, then the primaries' matrix, then ``HableCurve`` on the
/// brightest channel with the others in proportion, then a table for BT.1886. FFmpeg's zscale and
/// tonemap=hable do the same in that order. The first table is finer than 12-bit PQ, because the
/// primaries' matrix may subtract large amounts of light from each other. A result is wrong by at
/// most 1.5 levels of 255 (ToneMappingTests).
struct ToneMapping {
  /// The values that a mapping depends on.
  struct Recipe: Hashable, Sendable {
    var transfer: TransferFunction
    var primaries: ColorPrimaries
    var matrix: ColorMatrix
    /// The luminance of the brightest pixel, in cd/m²; nil if not stated.
    var peak: Double?

    /// nil if light needs no change. Without a stated peak, the curve ends at 1000 cd/m², which is
    /// HLG's peak and most masters'. FFmpeg's does too.
    var curve: HableCurve? {
      transfer == .standard ? nil : HableCurve(peak: min(max((peak ?? 1000) / 100, 1), 100))
    }

    /// A word for the mapping; see ``StreamDescription/toneMapping``.
    var name: String { matrix == .firstPlane ? "gray" : curve == nil ? "primaries" : "hable" }

    /// Maps linear light of the channels to linear light of BT.709.
    var toBT709: Matrix3 { primaries.toBT709 * matrix.channelsToPrimaries }
  }

  /// What three planes of 16-bit samples mean.
  enum Planes: Hashable {
    /// `depth` bits, shifted up to 16.
    case yuv(depth: Int, isFullRange: Bool)
    case gbr
  }

  let recipe: Recipe
  private let light: [Float]
  private let shown: [UInt8]
  private let toBT709: Matrix3
  private let curve: HableCurve?
  private var row = RowBuffers()

  private static let lightSteps = 16384
  private static let shownSteps = 4096

  init(_ recipe: Recipe) {
    self.recipe = recipe
    light = (0..<Self.lightSteps).map { Float(recipe.transfer.light(Double($0) / Double(Self.lightSteps - 1))) }
    // Indexed by the square root of light, so that shadows have enough entries.
    shown = (0..<Self.shownSteps).map { step in
      let root = Double(step) / Double(Self.shownSteps - 1)
      return UInt8((TransferFunction.standardSignal(root * root) * 255).rounded())
    }
    toBT709 = recipe.toBT709
    curve = recipe.curve
  }

  /// Maps `width` x `height` pixels.
  ///
  /// - Parameters:
  ///   - planes, strides: The planes of `Planes`, strides in samples.
  ///   - rgb: Packed R G B, full range; rows are `rgbStride` bytes apart.
  mutating func map(
    _ planes: (UnsafePointer<UInt16>, UnsafePointer<UInt16>, UnsafePointer<UInt16>), strides: (Int, Int, Int),
    _ meaning: Planes, width: Int, height: Int, into rgb: UnsafeMutablePointer<UInt8>, rgbStride: Int
  ) {
    let toIndex = indexing(meaning)
    row.reserve(width)
    for y in 0..<height {
      row.index(
        (planes.0 + y * strides.0, planes.1 + y * strides.1, planes.2 + y * strides.2), toIndex, last: Float(Self.lightSteps - 1),
        width: width)
      row.lookUp(light, width: width)
      row.bend(toBT709, curve, last: Float(Self.shownSteps - 1), width: width)
      row.show(shown, into: rgb + y * rgbStride, width: width)
    }
  }

  /// Maps samples to positions in the table of light.
  private func indexing(_ meaning: Planes) -> (matrix: Matrix3, offset: SIMD3<Double>) {
    let last = Double(Self.lightSteps - 1)
    switch meaning {
    case .gbr: return (Matrix3([0, 0, last / 65535], [last / 65535, 0, 0], [0, last / 65535, 0]), .zero)
    case .yuv(let depth, let isFullRange):
      let unit = Double(1 << 8)  // a unit of 8 bits, in 16 bits
      let full = Double(((1 << depth) - 1) << (16 - depth))
      let origin: SIMD3<Double> = [isFullRange ? 0 : 16 * unit, 128 * unit, 128 * unit]
      let spans: SIMD3<Double> = isFullRange ? [full, full, full] : [219 * unit, 224 * unit, 224 * unit]
      let channels = recipe.matrix.toChannels(recipe.transfer)
      let matrix = Matrix3(
        channels.rows.0 / spans * last, channels.rows.1 / spans * last, channels.rows.2 / spans * last)
      return (matrix, -(matrix * origin))
    }
  }
}
