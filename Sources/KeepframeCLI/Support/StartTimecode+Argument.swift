public import ArgumentParser
public import Keepframe

extension StartTimecode: ExpressibleByArgument {
  /// `01:00:00:00`, or `01:00:00;00` for drop frame; whether a frame can have it depends on the
  /// video.
  public init?(argument: String) { self.init(argument) }
}
