import ArgumentParser
import Keepframe

/// How many frames clean clips lose at their ends, and how short they may be.
struct ClipLengthArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Frames to leave out of a clean clip at each end of its shot. (default: \(CleanClips().trimFrames))", valueName: "frames"))
  var trim: Int?

  @Option(
    help: ArgumentHelp("Minimum length of a clean clip in seconds. (default: \(CleanClips().leastSeconds))", valueName: "s"))
  var minLen: Double?

  func validate() throws {
    if let trim, !(0...1000).contains(trim) { throw ValidationError("--trim: expected 0 to 1000 frames, got \(trim)") }
    if let minLen, !(minLen >= 0 && minLen.isFinite) { throw ValidationError("--min-len: expected 0 s or more, got \(minLen)") }
  }

  var settings: CleanClips {
    var settings = CleanClips()
    if let trim { settings.trimFrames = trim }
    if let minLen { settings.leastSeconds = minLen }
    return settings
  }
}
