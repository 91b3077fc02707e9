/// Maps a picture of high dynamic range or of BT.2020's primaries, at its final size, to what a
/// standard display shows (BT.709).
///
/// Signal to light by a table, the primaries' matrix, ``HableCurve`` on the brightest channel with
/// the others in proportion, and BT.1886 by another table: what FFmpeg's zscale and tonemap=hable
/// do in that order. The first table is finer than 12-bit PQ, since the primaries' matrix may take
/// much light from much; a result is off by 1.5 levels of 255 at most (ToneMappingTests).
struct ToneMapping {
  /// What a mapping depends on.
  struct Recipe: Hashable, Sendable {
    var transfer: TransferFunction
    var primaries: ColorPrimaries
    var matrix: ColorMatrix
    /// Of the brightest pixel, in cd/m²; nil where nothing is said of it.
    var peak: Double?

    /// nil where light is as it should be. Without a stated peak it ends at the 1000 cd/m² of HLG
    /// and of most masters, as FFmpeg's does.
    var curve: HableCurve? {
      transfer == .standard ? nil : HableCurve(peak: min(max((peak ?? 1000) / 100, 1), 100))
    }

    /// What is done, in a word; see ``StreamDescription/toneMapping``.
    var name: String { matrix == .firstPlane ? "gray" : curve == nil ? "primaries" : "hable" }

    /// From linear light of the channels to that of BT.709.
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
    // By the root of light, so that shadows have enough entries.
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
  ///   - planes, strides: of `Planes`, strides in samples.
  ///   - rgb: packed R G B, full range; rows `rgbStride` bytes apart.
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

  /// Takes samples to entries of the table of light.
  private func indexing(_ meaning: Planes) -> (matrix: Matrix3, offset: SIMD3<Double>) {
    let last = Double(Self.lightSteps - 1)
    switch meaning {
    case .gbr: return (Matrix3([0, 0, last / 65535], [last / 65535, 0, 0], [0, last / 65535, 0]), .zero)
    case .yuv(let depth, let isFullRange):
      let unit = Double(1 << 8)  // of 8 bits, in 16
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
