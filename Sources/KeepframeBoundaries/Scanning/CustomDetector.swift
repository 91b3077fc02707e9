/// A detector from outside the package, for use in settings.
///
///     var settings = DetectorSettings()
///     settings.custom = CustomDetector(name: "brightness") { _ in BrightnessDetector() }
///
/// Two detectors with the same name count as equal: an index made with one is up to date for the
/// other.
public struct CustomDetector: Hashable, Sendable {
  /// The detector's name in scene files and manifests.
  public let name: String
  /// The names of its measurements of each frame, in the order of ``BoundaryDetector/lastMetrics``.
  public let metricNames: [String]
  let make: @Sendable (Double) -> any BoundaryDetector

  /// - Parameter make: Makes a detector for one video, given its frames a second; 25 if the file
  ///   states none.
  public init(name: String, metricNames: [String] = [], make: @escaping @Sendable (Double) -> any BoundaryDetector) {
    self.name = name
    self.metricNames = metricNames
    self.make = make
  }

  /// Whether both have the same name.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  /// Hashes only the name, as `==` compares only names.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
