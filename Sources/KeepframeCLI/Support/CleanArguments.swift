import ArgumentParser
import Keepframe
import SystemPackage

/// Whether `scenes` lists clean clips, and how they are cut.
struct CleanArguments: ParsableArguments {
  @Flag(help: "List clips of one shot each: no cut, jump or frame of a transition inside.")
  var clean = false

  @OptionGroup
  var lengths: ClipLengthArguments

  @Option(help: ArgumentHelp("Most length in seconds; longer shots become equal pieces. (default: no limit)", valueName: "s"))
  var maxLen: Double?

  @Option(
    help: ArgumentHelp("Write a vector a clip, as NPY of a row each; a folder for several videos.", valueName: "file"),
    completion: .file())
  var embed: String?

  func validate() throws {
    if !clean {
      let given = [
        ("--trim", lengths.trim != nil), ("--min-len", lengths.minLen != nil), ("--max-len", maxLen != nil),
        ("--embed", embed != nil),
      ]
      if let name = given.first(where: \.1)?.0 { throw ValidationError("\(name) goes with --clean") }
    }
    if embed == "-" { throw ValidationError("--embed names a file; standard output is for the list") }
    if let maxLen {
      if !(maxLen > 0 && maxLen.isFinite) { throw ValidationError("--max-len: expected more than 0 s, got \(maxLen)") }
      let least = lengths.settings.leastSeconds
      if maxLen < least { throw ValidationError("--max-len \(maxLen) is less than --min-len, \(least)") }
    }
  }

  /// Nil where scenes are listed.
  var settings: CleanClips? {
    guard clean else { return nil }
    var settings = lengths.settings
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
