public import ArgumentParser
public import Keepframe
internal import KeepframeFootage

extension SceneLength: ExpressibleByArgument {
  /// As one would write it on the command line: `0.6s`, or `15` for frames.
  public var defaultValueDescription: String {
    switch self {
    case .seconds(let seconds): "\(seconds)s"
    case .frames(let count): "\(count)"
    }
  }

  /// `15` is frames, as PySceneDetect has it; `0.6s`, `2.5`, `MM:SS.nnn` and `HH:MM:SS.nnn` are
  /// time.
  public init?(argument: String) {
    if let frames = Int(argument) {
      guard frames >= 0 else { return nil }
      self = .frames(frames)
      return
    }
    let text = argument.hasSuffix("s") ? String(argument.dropLast()) : argument
    guard let seconds = clockSeconds(text) else { return nil }
    self = .seconds(seconds)
  }
}
