public import Boundaries

extension AdaptiveDetector {
  /// What the settings and the manifest call it.
  public static let name = "adaptive"
  /// The threshold that its own initialiser takes when told none.
  public static let defaultThreshold = 0.5
}
