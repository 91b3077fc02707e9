internal import KeepframeSystem
package import SystemPackage

/// Why a file of labels cannot be learned from.
package enum LabelError: Error, Hashable, Sendable {
  /// Lines count from 1.
  case badLine(file: FilePath, line: Int, problem: String)
  case unusable(file: FilePath, problem: String)
  /// None of the videos that it names is in the footage.
  case noVideo(file: FilePath, first: String)
  /// The file has named labels, but no name was given as wanted.
  case nothingWanted(file: FilePath, names: [String])
  /// Names were given as wanted, but the file says keep and skip.
  case notNamed(file: FilePath)
  case unknownName(file: FilePath, name: String, names: [String])
  /// `found` videos have labels.
  case tooFewVideos(file: FilePath, found: Int, needed: Int)
  /// Nothing that is labelled is wanted, or everything is.
  case oneSided(file: FilePath, everything: Bool)
}

extension LabelError: KeepframeFailure {
  package var code: String {
    switch self {
    case .badLine: "labels.bad-line"
    case .unusable: "labels.unusable"
    case .noVideo: "labels.no-video"
    case .nothingWanted: "labels.nothing-wanted"
    case .notNamed: "labels.not-named"
    case .unknownName: "labels.unknown-name"
    case .tooFewVideos: "labels.too-few-videos"
    case .oneSided: "labels.one-sided"
    }
  }

  package var subject: String? {
    switch self {
    case .badLine(let file, let line, _): "\(PrintableText.escaping(file)), line \(line)"
    case .unusable(let file, _), .noVideo(let file, _), .nothingWanted(let file, _), .notNamed(let file),
      .unknownName(let file, _, _), .tooFewVideos(let file, _, _), .oneSided(let file, _):
      PrintableText.escaping(file)
    }
  }

  package var failure: String {
    switch self {
    case .badLine(_, _, let problem), .unusable(_, let problem): problem
    case .noVideo(_, let first): "no video that it names is in the footage, such as \(PrintableText.escaping(first))"
    case .nothingWanted(_, let names): "has named labels (\(Self.list(names))), but none is chosen as wanted"
    case .notNamed: "says what to keep and to skip, and names no labels"
    case .unknownName(_, let name, let names): "no label \(PrintableText.escaping(name)), only \(Self.list(names))"
    case .tooFewVideos(_, let found, let needed): "\(needed) labelled videos are needed, \(found) found"
    case .oneSided(_, let everything): everything ? "everything labelled is wanted" : "nothing labelled is wanted"
    }
  }

  package var remedy: String? {
    switch self {
    case .badLine: "correct the line"
    case .unusable: "write one label per line, as JSON or CSV"
    case .noVideo: "name videos by their path below the folder of footage, or by their file name"
    case .nothingWanted: "say which labels are wanted"
    case .notNamed: "leave out which labels are wanted"
    case .unknownName: "choose one of these"
    case .tooFewVideos: "label moments of more videos"
    case .oneSided(_, let everything): everything ? "label what is not wanted, too" : "label what is wanted, too"
    }
  }

  private static func list(_ names: [String]) -> String { PrintableText.escaping(names.prefix(12).joined(separator: ", ")) }
}
