internal import KeepframeSystem
internal import SystemPackage

extension LabelFile {
  private static let columns = ["video", "t", "start_s", "end_s", "mark", "weight", "labels"]

  /// Reads a header with the names of the JSON members, in any order, then one label on each line.
  /// Fields may be quoted (RFC 4180) but hold no line break. Several names stand in one field,
  /// separated by semicolons. Unknown columns are skipped.
  static func parse(csv lines: [Line], _ path: FilePath) throws(LabelError) -> [MomentLabel] {
    func fields(_ line: Line) throws(LabelError) -> [String] {
      guard let fields = csvFields(line.text) else {
        throw LabelError.badLine(file: path, line: line.number, problem: "has a quote that does not close, or text after one")
      }
      return fields
    }
    let header = try fields(lines[0])
    guard header.contains("video") else {
      throw LabelError.badLine(
        file: path, line: lines[0].number,
        problem: "expected a JSON object, or a header with video, t or start_s and end_s, and mark, weight or labels")
    }
    if let twice = header.first(where: { name in Self.columns.contains(name) && header.count { $0 == name } > 1 }) {
      throw LabelError.badLine(file: path, line: lines[0].number, problem: "has two columns \(twice)")
    }
    return try lines.dropFirst().map { line throws(LabelError) in
      func fail(_ problem: String) -> LabelError { .badLine(file: path, line: line.number, problem: problem) }
      let row = try fields(line)
      guard row.count == header.count else { throw fail("expected \(header.count) fields, got \(row.count)") }
      func field(_ name: String) -> String? { header.firstIndex(of: name).map { row[$0] }.flatMap { $0.isEmpty ? nil : $0 } }
      var raw = RawLabel(video: field("video"), mark: field("mark"))
      raw.moment = field("t").map { .text($0) }
      raw.start = field("start_s").map { .text($0) }
      raw.end = field("end_s").map { .text($0) }
      if let text = field("weight") {
        guard let weight = Double(text) else { throw fail("expected a weight of 0 to 1, got \(printable(text, limit: 40))") }
        raw.weight = weight
      }
      // An empty field means "none of the names" only if the line has no mark and no weight.
      if header.contains("labels"), raw.mark == nil, raw.weight == nil {
        raw.names = (field("labels") ?? "").split(separator: ";").map { trimmed($0) }
      }
      return try raw.label(line: line.number, fail: fail)
    }
  }
}

/// The fields of one line; nil if a quote is not closed.
private func csvFields(_ line: Substring) -> [String]? {
  var fields: [String] = []
  var rest = line
  while true {
    if rest.first == "\"" {
      var field = ""
      rest.removeFirst()
      while true {
        guard let quote = rest.firstIndex(of: "\"") else { return nil }
        field += rest[..<quote]
        rest = rest[rest.index(after: quote)...]
        guard rest.first == "\"" else { break }
        field += "\""
        rest.removeFirst()
      }
      fields.append(field)
      guard let next = rest.first else { return fields }
      guard next == "," else { return nil }
    } else {
      let end = rest.firstIndex(of: ",") ?? rest.endIndex
      fields.append(trimmed(rest[..<end]))
      rest = rest[end...]
      if rest.isEmpty { return fields }
    }
    rest.removeFirst()
  }
}

private func trimmed(_ text: Substring) -> String {
  let start = text.drop(while: \.isWhitespace)
  return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
}
