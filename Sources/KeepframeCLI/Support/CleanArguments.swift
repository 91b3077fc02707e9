import ArgumentParser
import Keepframe
import SystemPackage

/// Whether `scenes` lists clean clips, and how they are cut.
struct CleanArguments: ParsableArguments {
  @Flag(help: "List clean clips: each within one shot, without cuts, jumps or frames of transitions.")
  var clean = false

  @OptionGroup
  var lengths: ClipLengthArguments

  @Option(
    help: ArgumentHelp(
      "Maximum length of a clean clip in seconds; longer shots become equal pieces. (default: no limit)", valueName: "s"))
  var maxLen: Double?

  @Option(
    help: ArgumentHelp("NPY file for one vector of each clip, one a row; a folder for several videos.", valueName: "file"),
    completion: .file())
  var embed: String?

  func validate() throws {
    if !clean {
      let given = [
        ("--trim", lengths.trim != nil), ("--min-len", lengths.minLen != nil), ("--max-len", maxLen != nil),
        ("--embed", embed != nil),
      ]
      if let name = given.first(where: \.1)?.0 { throw ValidationError("\(name) needs --clean") }
    }
    if embed == "-" { throw ValidationError("--embed needs a file name; standard output is for the list") }
    if let maxLen {
      if !(maxLen > 0 && maxLen.isFinite) { throw ValidationError("--max-len: expected more than 0 s, got \(maxLen)") }
      let least = lengths.settings.leastSeconds
      if maxLen < least { throw ValidationError("--max-len \(maxLen) is less than --min-len, \(least)") }
    }
  }

  /// Nil if scenes are listed instead.
  var settings: CleanClips? {
    guard clean else { return nil }
    var settings = lengths.settings
    settings.mostSeconds = maxLen
    return settings
  }

  /// The file for each input's vectors; nil if none are asked for.
  func places(of inputs: [Input], _ naming: OutputNaming) -> [FilePath?] {
    guard let embed else { return inputs.map { _ in nil } }
    let path = RawArgument.path(embed)
    guard inputs.count > 1 || embed.hasSuffix("/") || FileSystem.isDirectory(path) else { return [path] }
    return Inputs.destinations(inputs, folder: path, suffix: ".clips.npy", naming)
  }
}
