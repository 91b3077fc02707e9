internal import FoundationEssentials
internal import SystemPackage

extension LabelFile {
  /// Reads one object on each line: `{"video": "a.mp4", "t": 3.5, "mark": "keep"}`. Unknown members
  /// are skipped.
  static func parse(jsonLines lines: [Line], _ path: FilePath) throws(LabelError) -> [MomentLabel] {
    let decoder = JSONDecoder()
    return try lines.map { line throws(LabelError) in
      func fail(_ problem: String) -> LabelError { .badLine(file: path, line: line.number, problem: problem) }
      let object: JSONLabel
      do { object = try decoder.decode(JSONLabel.self, from: Data(line.text.utf8)) } catch {
        throw fail(problem(of: error))
      }
      return try object.raw.label(line: line.number, fail: fail)
    }
  }

  private static func problem(of error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      if let key = context.codingPath.first?.stringValue { return "\(key) is not what it should be" }
    case DecodingError.dataCorrupted(let context):
      if let key = context.codingPath.first?.stringValue { return "\(key) is not what it should be" }
    default: break
    }
    return "is no JSON object"
  }
}

private struct JSONLabel: Decodable {
  let raw: RawLabel

  private enum Key: String, CodingKey {
    case video, moment = "t", start = "start_s", end = "end_s", mark, weight, labels
  }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    func time(_ key: Key) throws -> RawLabel.Time? {
      guard object.contains(key), try !object.decodeNil(forKey: key) else { return nil }
      if let text = try? object.decode(String.self, forKey: key) { return .text(text) }
      return .number(try object.decode(Double.self, forKey: key))
    }
    raw = RawLabel(
      video: try object.decodeIfPresent(String.self, forKey: .video), moment: try time(.moment), start: try time(.start),
      end: try time(.end), mark: try object.decodeIfPresent(String.self, forKey: .mark),
      weight: try object.decodeIfPresent(Double.self, forKey: .weight),
      names: try object.decodeIfPresent([String].self, forKey: .labels))
  }
}
