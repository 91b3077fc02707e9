import ArgumentParser
import Keepframe

/// The formats of `scenes -f`, which are all written from one decode.
enum SceneFormats {
  static let names = SceneFormat.allCases.map(\.rawValue).joined(separator: ", ")

  /// `csv,otio,vtt`
  static func parse(_ argument: String) throws -> [SceneFormat] {
    var formats: [SceneFormat] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard let format = SceneFormat(rawValue: word) else {
        throw ValidationError(
          "-f: no format \(word)\(Spelling.suggestion(for: word, among: SceneFormat.allCases.map(\.rawValue)))")
      }
      if formats.contains(format) { throw ValidationError("-f: \(word) is given twice") }
      formats.append(format)
    }
    return formats
  }
}
