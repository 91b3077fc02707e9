internal import FoundationEssentials
internal import KeepframeSystem
internal import SystemPackage

/// A JSON file beside a model, `clip.keepframe.json` for `clip.onnx`. Unknown keys are errors.
protocol SidecarFile: Decodable {
  associatedtype Key: CodingKey, CaseIterable, RawRepresentable<String>

  /// Such a file, to show where there is none.
  static var example: String { get }
  /// The keys that must be given, in words.
  static var required: String { get }
}

extension SidecarFile {
  static func path(for model: FilePath) -> FilePath {
    model.removingLastComponent().appending("\(model.stem ?? "").keepframe.json")
  }

  static func read(for model: FilePath) throws(FeatureError) -> Self {
    let path = path(for: model)
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: 1 << 16)
    } catch .noSuchFileOrDirectory {
      let name = path.lastComponent?.string ?? ""
      throw .modelMissing(model: model, problem: "no sidecar \(name)", remedy: "write one such as \(example)")
    } catch {
      throw .modelMissing(model: path, problem: "cannot be read: \(error)", remedy: nil)
    }
    do {
      return try parse(bytes)
    } catch {
      throw .modelMismatch(model: path, problem: error.description, remedy: nil)
    }
  }

  static func parse(_ bytes: [UInt8]) throws(FileProblem) -> Self {
    do {
      return try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch let problem as FileProblem {
      throw problem
    } catch let error as DecodingError {
      throw FileProblem(error, required: required)
    } catch {
      throw FileProblem("\(error)")
    }
  }

  /// The values of the file, once all of its keys are known ones.
  static func values(_ decoder: any Decoder) throws -> KeyedDecodingContainer<Key> {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys where Key(rawValue: key.stringValue) == nil {
      let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
      throw FileProblem("unknown key `\(oneLine(key.stringValue, limit: 40))`; known are \(known)")
    }
    return try decoder.container(keyedBy: Key.self)
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ values: KeyedDecodingContainer<Key>, _ key: Key
  ) throws -> Choice? {
    guard let text = try values.decodeIfPresent(String.self, forKey: key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let allowed = Choice.allCases.map(\.rawValue).joined(separator: " or ")
    throw FileProblem("\(key.rawValue): expected \(allowed), got `\(oneLine(text, limit: 40))`")
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension FileProblem {
  /// Turns the decoder's errors into our words.
  fileprivate init(_ error: DecodingError, required: String) {
    switch error {
    case .keyNotFound(let key, _):
      self.init("`\(key.stringValue)` is missing; \(required) must be given")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let place = context.codingPath.first?.stringValue ?? "the file"
      self.init("\(place): \(oneLine(context.debugDescription, limit: 120))")
    case .dataCorrupted(let context):
      self.init("not JSON: \(oneLine(context.debugDescription, limit: 120))")
    @unknown default:
      self.init(oneLine("\(error)", limit: 120))
    }
  }
}
