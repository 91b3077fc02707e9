public import ArgumentParser
public import Keepframe

extension SceneLength: ExpressibleByArgument {
  public var defaultValueDescription: String {
    switch self {
    case .seconds(let seconds): "\(seconds)s"
    case .frames(let count): "\(count)"
    }
  }

  /// `15` is frames, as PySceneDetect has it; `0.6s`, `2.5`, `MM:SS.nnn` and `HH:MM:SS.nnn` are time.
  public init?(argument: String) {
    if let frames = Int(argument) {
      guard frames >= 0 else { return nil }
      self = .frames(frames)
      return
    }
    let text = argument.hasSuffix("s") ? String(argument.dropLast()) : argument
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
      part.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." } ? Double(part) : nil
    }
    let values = parts.compactMap(\.self)
    guard (1...3).contains(values.count), values.count == parts.count, values.dropFirst().allSatisfy({ $0 < 60 }) else {
      return nil
    }
    self = .seconds(values.reduce(0) { $0 * 60 + $1 })
  }
}
