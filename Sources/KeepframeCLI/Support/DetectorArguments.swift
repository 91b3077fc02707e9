public import ArgumentParser
public import Keepframe

extension DetectorSettings.Kind: ExpressibleByArgument {}
extension DetectorSettings.Jumps: ExpressibleByArgument {}

/// Which detector finds the boundaries.
struct DetectorArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Detector of boundaries: learned or adaptive. (default: learned)", valueName: "name"))
  var detector: DetectorSettings.Kind?

  @Option(
    help: ArgumentHelp("Weights of the learned detector, from `keepframe train boundaries`.", valueName: "file"),
    completion: .file())
  var detectorWeights: String?

  var isGiven: Bool { detector != nil || detectorWeights != nil }

  func validate() throws {
    if detectorWeights != nil, detector == .adaptive {
      throw ValidationError("--detector-weights needs the learned detector, got --detector adaptive")
    }
  }

  /// - Throws: ``WeightsError``
  func weights() throws -> BoundaryNetwork? { try detectorWeights.map { try BoundaryNetwork(contentsOf: RawArgument.path($0)) } }

  func settings(threshold: Double?) throws -> DetectorSettings {
    var settings = DetectorSettings()
    settings.kind = detector ?? .learned
    settings.weights = try weights()
    settings.threshold = threshold
    return settings
  }
}
