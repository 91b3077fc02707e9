import Keepframe
import KeepframeBaselines

/// Settings that a pipeline file or the command line names. Those that are nil stay as they are.
struct PartialSettings: Equatable {
  var samplesPerSecond: Double?
  var gate: GateKind?
  var target: RetentionTarget?
  var lookAheadSeconds: Double?
  /// The weights that a pipeline names; ``PartialSettings/weights(named:)`` reads them.
  var gateWeightsName: String?
  var gateWeights: GateWeights?
  var encoder: TrainedEncoder?
  var backbone: String?
  var precision: Precision?
  var detector: DetectorSettings.Kind?
  var detectorWeights: BoundaryNetwork?
  var detectorThreshold: Double?
  var minimumSceneSeconds: Double?
  var windowSize: Int?
  var contexts: Int?
  var thumbnailWidth: Int?
  var effort: Effort?
  /// Empty for none, in place of a pipeline's.
  var ocrLanguages: String?

  /// - Throws: ``UsageError`` that names the setting, what was expected and what was given.
  func validate() throws(UsageError) {
    func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws(UsageError) {
      guard let value, !range.contains(value) else { return }
      throw UsageError("\(name): expected \(range.lowerBound) to \(range.upperBound), got \(value)")
    }
    try check("fps", samplesPerSecond, 0.001...1000)
    try check("look_ahead_s", lookAheadSeconds, 0...60)
    try check("threshold", detectorThreshold, 0.001...0.999)
    try check("min_scene_s", minimumSceneSeconds, 0...3600)
    try check("window", windowSize.map(Double.init), 2...100_000)
    if let contexts, ![1, 2, 4, 8].contains(contexts) { throw UsageError("contexts: expected 1, 2, 4 or 8, got \(contexts)") }
    try check("thumbnail_width", thumbnailWidth.map(Double.init), 16...4096)
    switch target {
    case .price(let price): try check("price", price, 0...1e9)
    case .rate(let rate):
      guard rate > 0, rate <= 1 else { throw UsageError("rate: expected more than 0 % and at most 100 %, got \(rate * 100) %") }
    case .budget(let count): guard count >= 1 else { throw UsageError("budget: expected at least 1 frame, got \(count)") }
    case nil: break
    }
  }

  /// - Throws: ``UsageError`` if settings that are valid by themselves contradict each other.
  static func validate(_ settings: IndexSettings) throws(UsageError) {
    switch (settings.gate, settings.target) {
    case (.all, .price(nil)): break
    case (.all, _): throw UsageError("the gate all keeps everything; it takes no price, rate or budget")
    case (.uniform, .price(let price?)) where price <= 0:
      throw UsageError("price: the gate uniform keeps one sample in every `price` seconds; expected more than 0, got \(price)")
    default: break
    }
  }

  func apply(to settings: inout IndexSettings, _ choice: inout BackboneChoice) {
    if let samplesPerSecond { settings.samplesPerSecond = samplesPerSecond }
    if let gate {
      // A price is in its gate's own currency, so another gate cannot use it.
      if gate != settings.gate ?? .learned, case .price = settings.target { settings.target = .price(nil) }
      settings.gate = gate
    }
    if let target { settings.target = target }
    if let lookAheadSeconds { settings.lookAheadSeconds = lookAheadSeconds }
    if let gateWeights { settings.gateWeights = gateWeights }
    if let encoder { settings.encoder = encoder }
    if let backbone { choice.name = backbone }
    if let precision { choice.precision = precision }
    if let detector { settings.detector.kind = detector }
    if let detectorWeights { settings.detector.weights = detectorWeights }
    if let detectorThreshold { settings.detector.threshold = detectorThreshold }
    if let minimumSceneSeconds { settings.minimumSceneSeconds = minimumSceneSeconds }
    if let windowSize { settings.windowSize = windowSize }
    if let contexts { settings.contexts = contexts }
    if let thumbnailWidth { settings.thumbnailWidth = thumbnailWidth }
    if let effort { settings.effort = effort }
    if let ocrLanguages { settings.ocrLanguages = ocrLanguages.isEmpty ? nil : ocrLanguages }
  }

  /// Weights of a learned gate: those that come with the program under this name, or else those in
  /// the file of this path.
  ///
  /// - Throws: ``WeightsError``
  static func weights(named name: String) throws -> GateWeights {
    try GateWeights.taught[name] ?? GateWeights(contentsOf: RawArgument.path(name))
  }

  /// A share: `2%`, `2 %` or `0.02`.
  static func rate(_ text: String) -> Double? {
    guard text.hasSuffix("%") else { return Double(text) }
    return Double(text.dropLast().filter { $0 != " " }).map { $0 / 100 }
  }
}
