/// A detector from outside of the package, as settings name it.
///
///     var settings = DetectorSettings()
///     settings.custom = CustomDetector(name: "brightness") { _ in BrightnessDetector() }
///
/// Two of one name count as equal: an index made with one is up to date for the other.
public struct CustomDetector: Hashable, Sendable {
  /// What scene files and manifests call it.
  public let name: String
  /// Names of what it measures of each frame, in the order of ``BoundaryDetector/lastMetrics``.
  public let metricNames: [String]
  let make: @Sendable (Double) -> any BoundaryDetector

  /// - Parameter make: a new detector for one video, given its frames a second; 25 where the file
  ///   states none.
  public init(name: String, metricNames: [String] = [], make: @escaping @Sendable (Double) -> any BoundaryDetector) {
    self.name = name
    self.metricNames = metricNames
    self.make = make
  }

  /// Whether both have one name.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  /// Takes the name alone, as `==` does.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
