import ArgumentParser
import Keepframe
import SystemPackage

/// Whether `scenes` lists clean clips, and how they are cut.
struct CleanArguments: ParsableArguments {
  @Flag(help: "List clips of one shot each: no cut, jump or frame of a transition inside.")
  var clean = false

  @Option(
    help: ArgumentHelp("Frames left out at either end of a shot. (default: \(CleanClips().trimFrames))", valueName: "frames"))
  var trim: Int?

  @Option(help: ArgumentHelp("Least length of a clip in seconds. (default: \(CleanClips().leastSeconds))", valueName: "s"))
  var minLen: Double?

  @Option(help: ArgumentHelp("Most length in seconds; longer shots become equal pieces. (default: no limit)", valueName: "s"))
  var maxLen: Double?

  @Option(
    help: ArgumentHelp("Write a vector a clip, as NPY of a row each; a folder for several videos.", valueName: "file"),
    completion: .file())
  var embed: String?

  func validate() throws {
    if !clean {
      let given = [
        ("--trim", trim != nil), ("--min-len", minLen != nil), ("--max-len", maxLen != nil), ("--embed", embed != nil),
      ]
      if let name = given.first(where: \.1)?.0 { throw ValidationError("\(name) goes with --clean") }
    }
    if embed == "-" { throw ValidationError("--embed names a file; standard output is for the list") }
    if let trim, !(0...1000).contains(trim) { throw ValidationError("--trim: expected 0 to 1000 frames, got \(trim)") }
    if let minLen, !(minLen >= 0 && minLen.isFinite) { throw ValidationError("--min-len: expected 0 s or more, got \(minLen)") }
    if let maxLen {
      if !(maxLen > 0 && maxLen.isFinite) { throw ValidationError("--max-len: expected more than 0 s, got \(maxLen)") }
      let least = minLen ?? CleanClips().leastSeconds
      if maxLen < least { throw ValidationError("--max-len \(maxLen) is less than --min-len, \(least)") }
    }
  }

  /// Nil where scenes are listed.
  var settings: CleanClips? {
    guard clean else { return nil }
    var settings = CleanClips()
    if let trim { settings.trimFrames = trim }
    if let minLen { settings.leastSeconds = minLen }
    settings.mostSeconds = maxLen
    return settings
  }

  /// Where each input's vectors go; nil where none are asked for.
  func places(of inputs: [Input], _ naming: OutputNaming) -> [FilePath?] {
    guard let embed else { return inputs.map { _ in nil } }
    let path = RawArgument.path(embed)
    guard inputs.count > 1 || embed.hasSuffix("/") || FileSystem.isDirectory(path) else { return [path] }
    return Inputs.destinations(inputs, folder: path, suffix: ".clips.npy", naming)
  }
}
