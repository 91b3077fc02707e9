internal import CKeepframeFFmpeg

/// The red, green and blue that a video's colours are mixed from; ITU-T H.273, table 2. White is
/// D65 for all of them.
enum ColorPrimaries: Hashable, Sendable, CaseIterable {
  case bt709, bt470bg, smpte170m, bt2020, p3

  /// nil if the primaries are not stated, or are rare with high dynamic range.
  init?(_ primaries: AVColorPrimaries) {
    switch primaries {
    case AVCOL_PRI_BT709: self = .bt709
    case AVCOL_PRI_BT470BG: self = .bt470bg
    case AVCOL_PRI_SMPTE170M, AVCOL_PRI_SMPTE240M: self = .smpte170m
    case AVCOL_PRI_BT2020: self = .bt2020
    case AVCOL_PRI_SMPTE431, AVCOL_PRI_SMPTE432: self = .p3
    default: return nil
    }
  }

  /// Maps linear light of these primaries to linear light of BT.709's. Colours outside BT.709 get
  /// negative values.
  var toBT709: Matrix3 { Self.bt709.toXYZ.inverse * toXYZ }

  /// CIE 1931 chromaticities.
  private var chromaticities: (red: (x: Double, y: Double), green: (x: Double, y: Double), blue: (x: Double, y: Double)) {
    switch self {
    case .bt709: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
    case .bt470bg: ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060))
    case .smpte170m: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070))
    case .bt2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
    case .p3: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
    }
  }

  /// Maps linear light to CIE XYZ. The amounts of the three primaries follow from the white point;
  /// SMPTE RP 177, section 3.3.
  private var toXYZ: Matrix3 {
    func xyz(_ color: (x: Double, y: Double)) -> SIMD3<Double> {
      [color.x / color.y, 1, (1 - color.x - color.y) / color.y]
    }
    let (red, green, blue) = (xyz(chromaticities.red), xyz(chromaticities.green), xyz(chromaticities.blue))
    let amounts = Matrix3(red, green, blue).transposed.inverse * xyz((0.3127, 0.3290))
    return Matrix3(red * amounts.x, green * amounts.y, blue * amounts.z).transposed
  }
}
