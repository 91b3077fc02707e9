internal import KeepframeBundle
internal import KeepframeSystem
package import SystemPackage

/// Labels of moments as a file holds them: JSON Lines or CSV, recognised by the first character.
///
/// A file uses one kind of label throughout: keep, skip and weights, or named labels. docs/gates.md
/// describes both.
package struct LabelFile: Hashable, Sendable {
  package let path: FilePath
  /// In the order of the file, at least one.
  package let labels: [MomentLabel]

  /// - Throws: ``LabelError`` that names the line, or `ArchiveError` if the file cannot be read.
  package init(contentsOf path: FilePath) throws {
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(path) } catch { throw ArchiveError(.cannotRead(error), at: path) }
    try self.init(bytes, from: path)
  }

  /// - Parameter path: for errors.
  package init(_ bytes: [UInt8], from path: FilePath) throws(LabelError) {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: text, as: UTF8.self) else {
      throw LabelError.unusable(file: path, problem: "is not text")
    }
    let lines = Self.lines(text)
    guard let first = lines.first else { throw LabelError.unusable(file: path, problem: "holds no label") }
    let labels =
      first.text.first == "{" ? try Self.parse(jsonLines: lines, path) : try Self.parse(csv: lines, path)
    guard let kind = labels.first?.isNamed else { throw LabelError.unusable(file: path, problem: "holds no label") }
    if let other = labels.first(where: { $0.isNamed != kind }) {
      throw LabelError.badLine(
        file: path, line: other.line, problem: "expected \(kind ? "labels" : "keep, skip or a weight") as in the lines before")
    }
    self.path = path
    self.labels = labels
  }

  /// Whether it holds named labels instead of keep and skip.
  package var isNamed: Bool { labels[0].isNamed }

  /// All names of labels, sorted.
  package var names: [String] {
    let names = labels.flatMap { label -> [String] in if case .names(let names) = label.word { names } else { [] } }
    return Set(names).sorted()
  }

  /// A line that is not empty, without surrounding space; `number` counts from 1.
  struct Line {
    let number: Int
    let text: Substring
  }

  private static func lines(_ text: String) -> [Line] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap { index, line in
      let text = line.drop(while: \.isWhitespace)
      guard let last = text.lastIndex(where: { !$0.isWhitespace }) else { return nil }
      return Line(number: index + 1, text: text[...last])
    }
  }
}

/// The unchecked parts of one label, from either format.
struct RawLabel {
  /// Seconds, or a clock's time as text.
  enum Time {
    case number(Double)
    case text(String)
  }

  var video: String?
  var moment: Time?
  var start: Time?
  var end: Time?
  var mark: String?
  var weight: Double?
  var names: [String]?

  /// - Parameter fail: makes the error of a problem.
  func label(line: Int, fail: (String) -> LabelError) throws(LabelError) -> MomentLabel {
    guard let video, !video.isEmpty else { throw fail("names no video") }
    return MomentLabel(video: video, place: try place(fail), word: try word(fail), line: line)
  }

  private func place(_ fail: (String) -> LabelError) throws(LabelError) -> MomentLabel.Place {
    func seconds(_ time: Time) throws(LabelError) -> Double {
      switch time {
      case .number(let value):
        guard value >= 0, value < 1e9 else { throw fail("expected a time from 0 on, got \(value)") }
        return value
      case .text(let text):
        guard let value = clockSeconds(text) else {
          throw fail("expected seconds, MM:SS.nnn or HH:MM:SS.nnn, got \(printable(text, limit: 40))")
        }
        return value
      }
    }
    switch (moment, start, end) {
    case (let moment?, nil, nil): return .moment(try seconds(moment))
    case (nil, let start?, let end?):
      let (start, end) = (try seconds(start), try seconds(end))
      guard start < end else { throw fail("ends at \(end) s, not after its start at \(start) s") }
      return .span(start..<end)
    default: throw fail("expected a time t, or start_s and end_s")
    }
  }

  private func word(_ fail: (String) -> LabelError) throws(LabelError) -> MomentLabel.Word {
    switch (mark, weight, names) {
    case ("keep", nil, nil): return .weight(1)
    case ("skip", nil, nil): return .weight(0)
    case (let mark?, nil, nil): throw fail("expected keep or skip, got \(printable(mark, limit: 40))")
    case (nil, let weight?, nil):
      guard (0...1).contains(weight) else { throw fail("expected a weight of 0 to 1, got \(weight)") }
      return .weight(weight)
    case (nil, nil, let names?):
      guard !names.contains("") else { throw fail("holds a label without a name") }
      return .names(names)
    default: throw fail("expected one of mark, weight and labels")
    }
  }
}

/// Converts `2.5`, `MM:SS.nnn` or `HH:MM:SS.nnn` to seconds; nil if the text is none of them.
package func clockSeconds(_ text: some StringProtocol) -> Double? {
  let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
    part.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." } ? Double(part) : nil
  }
  let values = parts.compactMap(\.self)
  guard (1...3).contains(values.count), values.count == parts.count, values.dropFirst().allSatisfy({ $0 < 60 }) else {
    return nil
  }
  let seconds = values.reduce(0) { $0 * 60 + $1 }
  return seconds < 1e9 ? seconds : nil
}
