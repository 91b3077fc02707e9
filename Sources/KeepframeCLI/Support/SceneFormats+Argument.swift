import ArgumentParser
import Keepframe

/// `csv,otio,vtt`: what scenes are written as, in one decode.
struct SceneFormats: ExpressibleByArgument {
  let formats: [SceneFormat]

  static let names = SceneFormat.allCases.map(\.rawValue).joined(separator: ", ")

  init?(argument: String) {
    var formats: [SceneFormat] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let format = SceneFormat(rawValue: String(word)), !formats.contains(format) else { return nil }
      formats.append(format)
    }
    self.formats = formats
  }

  var defaultValueDescription: String { formats.map(\.rawValue).joined(separator: ",") }
}
