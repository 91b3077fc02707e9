/// Compresses the light of high dynamic range to what a standard display can show. Shadows stay
/// nearly linear.
///
/// John Hable's curve for Uncharted 2 with his constants ("Filmic Tonemapping Operators", 2010),
/// scaled so that `peak` becomes 1.
struct HableCurve: Hashable, Sendable {
  /// The light that becomes 1, in units of 100 cd/m².
  let peak: Double

  /// The constants of (x (a x + c) + d) / (x (a x + b) + e) - f.
  static let (a, b, c, d, e, f) = (0.15, 0.50, 0.05, 0.004, 0.06, 0.02 / 0.30)

  /// - Parameter light: In units of 100 cd/m².
  func shown(_ light: Double) -> Double { Self.filmic(light) / Self.filmic(peak) }

  static func filmic(_ x: Double) -> Double { (x * (a * x + c) + d) / (x * (a * x + b) + e) - f }
}
