internal import CKeepframeFFmpeg

/// How three planes form a colour signal, and how the signal's channels become red, green and blue;
/// ITU-T H.273, table 4.
enum ColorMatrix: Hashable, Sendable {
  /// Y'CbCr with these weights of red and blue in Y'.
  case weights(red: Double, blue: Double)
  /// ICtCp, BT.2100's constant intensity: the channels are LMS, the responses of the eye's cones.
  case ictcp
  /// The first plane serves as all three channels, because the meaning of the others is unknown.
  case firstPlane

  static let bt601 = ColorMatrix.weights(red: 0.299, blue: 0.114)
  static let bt709 = ColorMatrix.weights(red: 0.2126, blue: 0.0722)
  static let bt2020 = ColorMatrix.weights(red: 0.2627, blue: 0.0593)

  /// nil if the space is not stated, or not used with YUV. BT.2020 with constant luminance is
  /// treated as BT.2020 without.
  init?(_ space: AVColorSpace) {
    switch space {
    case AVCOL_SPC_BT709: self = .bt709
    case AVCOL_SPC_FCC: self = .weights(red: 0.30, blue: 0.11)
    case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: self = .bt601
    case AVCOL_SPC_SMPTE240M: self = .weights(red: 0.212, blue: 0.087)
    case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: self = .bt2020
    case AVCOL_SPC_ICTCP: self = .ictcp
    default: return nil
    }
  }

  /// Maps (0...1, -0.5...0.5, -0.5...0.5) to the signals of the three channels, 0...1.
  func toChannels(_ transfer: TransferFunction) -> Matrix3 {
    switch self {
    case .weights(let red, let blue):
      let green = 1 - red - blue
      let (fromCr, fromCb) = (2 * (1 - red), 2 * (1 - blue))
      return Matrix3([1, 0, fromCr], [1, -blue * fromCb / green, -red * fromCr / green], [1, fromCb, 0])
    case .ictcp:
      // BT.2100-2, table 8.
      return transfer == .pq
        ? Matrix3([2048, 2048, 0] / 4096, [6610, -13613, 7003] / 4096, [17933, -17390, -543] / 4096).inverse
        : Matrix3([2048, 2048, 0] / 4096, [3625, -7465, 3840] / 4096, [9500, -9212, -288] / 4096).inverse
    case .firstPlane: return Matrix3([1, 0, 0], [1, 0, 0], [1, 0, 0])
    }
  }

  /// Maps the channels' linear light to linear light of the primaries.
  var channelsToPrimaries: Matrix3 {
    guard self == .ictcp else { return .identity }
    return Matrix3([1688, 2146, 262] / 4096, [683, 2951, 462] / 4096, [99, 309, 3688] / 4096).inverse
  }
}
