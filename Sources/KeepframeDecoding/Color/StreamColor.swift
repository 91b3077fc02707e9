internal import CKeepframeFFmpeg

/// What container and codec state about a stream's colours. What a frame itself states takes
/// precedence.
struct StreamColor: Hashable, Sendable {
  private(set) var transfer = AVCOL_TRC_UNSPECIFIED
  private(set) var primaries = AVCOL_PRI_UNSPECIFIED
  private var matrix = AVCOL_SPC_UNSPECIFIED
  /// The luminance of the brightest pixel, in cd/m².
  private var peak: Double?
  private(set) var dolbyVision: DolbyVision?

  /// A stream whose colours are not stated.
  init() {}

  init(_ parameters: AVCodecParameters) {
    transfer = parameters.color_trc
    primaries = parameters.color_primaries
    matrix = parameters.color_space
  }

  /// - Parameter container: What the container stated before libavformat's probe. The probe drops
  ///   it if an HEVC stream itself states nothing.
  init(_ stream: UnsafeMutablePointer<AVStream>, container: StreamColor?) {
    self.init(stream.pointee.codecpar.pointee)
    if let container, !Self.isStated(transfer), !Self.isStated(primaries) {
      (transfer, primaries, matrix) = (container.transfer, container.primaries, container.matrix)
    }
    let peak = streamLightPeak(stream)
    self.peak = peak > 0 ? peak : nil
    dolbyVision = streamDolbyVision(stream).map {
      DolbyVision(profile: Int($0.pointee.dv_profile), compatibility: Int($0.pointee.dv_bl_signal_compatibility_id))
    }
  }

  /// How `frame` must be mapped; nil if a standard display shows it correctly as it is.
  @inline(__always)
  func toneMapping(of frame: UnsafePointer<AVFrame>) -> ToneMapping.Recipe? {
    let (transfer, primaries) = (frame.pointee.color_trc, frame.pointee.color_primaries)
    guard hasUnknownColors || mappedTransfer(transfer, primaries) != nil else { return nil }
    let peak = frameLightPeak(frame)
    return recipe(transfer, primaries, frame.pointee.colorspace, peak: peak > 0 ? peak : self.peak)
  }

  /// How to map frames that do not state their own colours.
  var toneMapping: ToneMapping.Recipe? {
    guard hasUnknownColors || mappedTransfer(transfer, primaries) != nil else { return nil }
    return recipe(transfer, primaries, matrix, peak: peak)
  }

  private var hasUnknownColors: Bool { dolbyVision?.hasKnownColors == false }

  /// nil if nothing must be mapped: standard dynamic range, unless its primaries are BT.2020's, and
  /// other transfer functions.
  private func mappedTransfer(
    _ statedTransfer: AVColorTransferCharacteristic, _ statedPrimaries: AVColorPrimaries
  ) -> TransferFunction? {
    let transfer = Self.isStated(statedTransfer) ? statedTransfer : self.transfer
    let primaries = Self.isStated(statedPrimaries) ? statedPrimaries : self.primaries
    let wide = primaries == AVCOL_PRI_BT2020 ? TransferFunction.standard : nil
    switch transfer {
    case AVCOL_TRC_SMPTE2084: return .pq
    case AVCOL_TRC_ARIB_STD_B67: return .hlg
    case AVCOL_TRC_BT709, AVCOL_TRC_SMPTE170M, AVCOL_TRC_BT2020_10, AVCOL_TRC_BT2020_12: return wide
    default: return Self.isStated(transfer) ? nil : dolbyVision?.baseTransfer ?? wide
    }
  }

  private func recipe(
    _ transfer: AVColorTransferCharacteristic, _ primaries: AVColorPrimaries, _ matrix: AVColorSpace, peak: Double?
  ) -> ToneMapping.Recipe {
    guard !hasUnknownColors, let mapped = mappedTransfer(transfer, primaries) else {
      return ToneMapping.Recipe(transfer: .pq, primaries: .bt2020, matrix: .firstPlane, peak: peak)
    }
    // BT.2100 allows only BT.2020's primaries, so they are assumed if none are stated.
    let primaries = ColorPrimaries(Self.isStated(primaries) ? primaries : self.primaries) ?? .bt2020
    return ToneMapping.Recipe(
      transfer: mapped, primaries: primaries,
      matrix: ColorMatrix(matrix) ?? ColorMatrix(self.matrix) ?? (primaries == .bt709 ? .bt709 : .bt2020),
      peak: mapped == .standard ? nil : peak)
  }

  /// libavutil's names; nil if not stated.
  var transferName: String? {
    Self.isStated(transfer) ? av_color_transfer_name(transfer).map { String(cString: $0) } : nil
  }
  var primariesName: String? {
    Self.isStated(primaries) ? av_color_primaries_name(primaries).map { String(cString: $0) } : nil
  }

  private static func isStated(_ transfer: AVColorTransferCharacteristic) -> Bool {
    transfer != AVCOL_TRC_UNSPECIFIED && transfer != AVCOL_TRC_RESERVED0 && transfer != AVCOL_TRC_RESERVED
  }

  private static func isStated(_ primaries: AVColorPrimaries) -> Bool {
    primaries != AVCOL_PRI_UNSPECIFIED && primaries != AVCOL_PRI_RESERVED0 && primaries != AVCOL_PRI_RESERVED
  }
}
