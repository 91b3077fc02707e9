import Keepframe
import SystemPackage
import Yams

/// A named set of settings in YAML.
enum PipelineFile {
  /// The pipelines that come with the program.
  static let builtIn: [String: [UInt8]] = [
    "default": PackageResources.default_yaml, "exact": PackageResources.exact_yaml, "fast": PackageResources.fast_yaml,
    "film": PackageResources.film_yaml, "lecture": PackageResources.lecture_yaml,
    "surveillance": PackageResources.surveillance_yaml,
  ]

  /// - Parameter name: a built-in name, or the path of a file (with a `/`, or ending in .yaml or
  ///   .yml).
  /// - Throws: ``UsageError``, or ``ArchiveError`` if a file cannot be read.
  static func settings(_ name: String) throws -> PartialSettings {
    if let text = builtIn[name] { return try parse(String(decoding: text, as: UTF8.self), from: name) }
    guard name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") else {
      throw UsageError(
        "--pipeline: \(name) is not a pipeline or a .yaml file\(Spelling.suggestion(for: name, among: builtIn.keys.sorted()))")
    }
    let path = RawArgument.path(name)
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FileSystem.read(path) } catch { throw ArchiveError(.cannotRead(error), at: path) }
    return try parse(String(decoding: bytes, as: UTF8.self), from: name)
  }

  static func parse(_ text: String, from name: String) throws(UsageError) -> PartialSettings {
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch {
      let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? "not YAML"
      throw UsageError("\(name): not YAML (\(reason)); see Pipelines/default.yaml for an example")
    }
    var settings = PartialSettings()
    guard let node else { return settings }
    guard case .mapping(let mapping) = node else {
      throw UsageError("\(name): expected `key: value` lines; see Pipelines/default.yaml")
    }
    let targets = mapping.keys.compactMap(\.string).filter { ["price", "rate", "budget"].contains($0) }
    if targets.count > 1 { throw UsageError("\(name): \(targets.joined(separator: " and ")) exclude each other; give one") }
    for (keyNode, value) in mapping {
      let place = "\(name):\(keyNode.mark?.line ?? 1)"
      guard let key = keyNode.string, let reader = readers[key] else {
        let key = keyNode.string ?? "?"
        throw UsageError("\(place): unknown key \(key)\(Spelling.suggestion(for: key, among: readers.keys.sorted()))")
      }
      guard let text = value.scalar?.string, reader.read(text, &settings) else {
        throw UsageError("\(place): \(key): expected \(reader.expected), got \(value.scalar?.string ?? "a list or mapping")")
      }
    }
    do { try settings.validate() } catch { throw UsageError("\(name): \(error)") }
    return settings
  }

  /// How one key's text becomes a setting.
  private struct Reader: Sendable {
    let expected: String
    let read: @Sendable (String, inout PartialSettings) -> Bool

    init<Value: Sendable>(
      _ expected: String, _ keyPath: any WritableKeyPath<PartialSettings, Value?> & Sendable,
      _ parse: @escaping @Sendable (String) -> Value?
    ) {
      self.expected = expected
      read = { text, settings in
        guard let value = parse(text) else { return false }
        settings[keyPath: keyPath] = value
        return true
      }
    }
  }

  private static let readers: [String: Reader] = [
    "fps": Reader("a number", \.samplesPerSecond) { Double($0) },
    "gate": Reader("one of \(names(GateKind.self))", \.gate) { GateKind(rawValue: $0) },
    "price": Reader("a number", \.target) { Double($0).map { .price($0) } },
    "rate": Reader("a share such as 2%", \.target) { PartialSettings.rate($0).map { .rate($0) } },
    "budget": Reader("a number of frames", \.target) { Int($0).map { .budget($0) } },
    "look_ahead_s": Reader("seconds", \.lookAheadSeconds) { Double($0) },
    "gate_weights": Reader("a name or a path", \.gateWeightsName) { $0 },
    "backbone": Reader("a name or a path", \.backbone) { $0 },
    "precision": Reader("one of \(names(Precision.self))", \.precision) { Precision(rawValue: $0) },
    "detector": Reader("one of \(names(DetectorSettings.Kind.self))", \.detector) { DetectorSettings.Kind(rawValue: $0) },
    "threshold": Reader("a number", \.detectorThreshold) { Double($0) },
    "min_scene_s": Reader("seconds", \.minimumSceneSeconds) { Double($0) },
    "window": Reader("a number of frames", \.windowSize) { Int($0) },
    "contexts": Reader("1, 2, 4 or 8", \.contexts) { Int($0) },
    "thumbnail_width": Reader("a number of pixels", \.thumbnailWidth) { Int($0) },
    "ocr": Reader("languages such as eng+deu", \.ocrLanguages) { ScreenReader.areLanguages($0) ? $0 : nil },
    "effort": Reader("one of \(names(Effort.self))", \.effort) { Effort(rawValue: $0) },
  ]

  private static func names<Name: CaseIterable & RawRepresentable<String>>(_: Name.Type) -> String {
    Name.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
