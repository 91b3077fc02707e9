internal import Glibc

/// How the signal of a video encodes light.
enum TransferFunction: Hashable, Sendable, CaseIterable {
  /// Perceptual quantizer: SMPTE ST 2084, ITU-R BT.2100-2 table 4.
  case pq
  /// Hybrid log-gamma: ARIB STD-B67, ITU-R BT.2100-2 table 5, for a display of 1000 cd/m².
  case hlg
  /// Standard dynamic range: ITU-R BT.1886 with a black of 0.
  case standard

  /// The light of a display, in units of 100 cd/m², the white of standard dynamic range.
  ///
  /// HLG's system gamma of 1.2 is applied to each channel separately, as zscale does, and not to
  /// the luminance, as BT.2100 specifies. So saturated colours become slightly more saturated, but
  /// one table serves all channels.
  ///
  /// - Parameter signal: 0...1; values outside are clamped.
  /// - Returns: 0...100 for PQ, 0...10 for HLG, 0...1 for standard dynamic range.
  func light(_ signal: Double) -> Double {
    let signal = min(max(signal, 0), 1)
    switch self {
    case .pq:
      let (m1, m2) = (2610.0 / 16384, 2523.0 / 4096 * 128)
      let (c1, c2, c3) = (3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32)
      let power = pow(signal, 1 / m2)
      return 100 * pow(max(power - c1, 0) / (c2 - c3 * power), 1 / m1)
    case .hlg:
      let a = 0.17883277
      let (b, c) = (1 - 4 * a, 0.5 - a * log(4 * a))
      let scene = signal <= 0.5 ? signal * signal / 3 : (exp((signal - c) / a) + b) / 12
      return 10 * pow(scene, 1.2)
    case .standard: return pow(signal, 2.4)
    }
  }

  /// The signal of standard dynamic range for `light`: the inverse of ``standard``.
  ///
  /// - Parameter light: 1 is white; values outside 0...1 are clamped.
  static func standardSignal(_ light: Double) -> Double { pow(min(max(light, 0), 1), 1 / 2.4) }
}
