import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct ComposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Make edited videos with known cuts and transitions out of real footage, to test a detector on.",
    discussion: """
      Cuts, dissolves, fades, wipes, slides, pushes and zooms, and what only looks like one: flashes, strobe, exposure ramps, whip pans, \
      captions and more. Beside each video lies its truth, as `keepframe eval boundaries --truth` reads it. ffmpeg encodes them.

      EXAMPLE
        keepframe compose --footage clips/ --count 20 -o edits/
        keepframe eval boundaries --truth edits/ --footage edits/
      """)

  @OptionGroup(title: "Footage")
  var footage: ReelArguments

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder for the videos and their truth.", valueName: "dir"), completion: .directory)
  var output: String

  @Option(help: ArgumentHelp("How many videos, of about half a minute.", valueName: "n"))
  var count = 20

  @Flag(help: "Put no two shots of one origin beside each other but for jumps, which makes boundaries easy to see.")
  var apart = false

  @Flag(help: "Replace files that are there.")
  var force = false

  func validate() throws {
    if !(1...999).contains(count) { throw ValidationError("--count: expected 1 to 999, got \(count)") }
  }

  func run() throws {
    try reporting {
      let folder = RawArgument.path(output)
      let clips = try footage.options.folder()
      let inputs = try InputFiles.ofRun(clips, footage.labelFiles(clips))
      let set = EditSet(count, in: folder)
      for path in set.files { try inputs.check(path) }
      if !force, let there = set.videos.first(where: { FileSystem.exists($0) }) {
        throw ArchiveError(.exists(what: "file"), at: there)
      }
      let printer = TrainingPrinter(footage.progress)
      let videos = try footage.videos(of: clips)
      let used = footage.fold == nil ? videos.training : videos.heldOut
      let teachers = try footage.teachers(used)
      let maker = try EditMaker(
        try footage.reels(used, teachers, printer), neighbours: apart ? .apart : .mixed, seed: footage.seed)
      let truths = try set.truths.map { try Output($0, replace: force, sparing: inputs) }
      let made = try set.make(by: maker, threads: footage.threads, cancellation: Interruption.cancellation)
      for (truth, output) in zip(made, truths) { try output.write(Array(truth.json.utf8)) }
      printer.finish()
      let frames = made.reduce(0) { $0 + $1.frameCount }
      let cuts = made.reduce(0) { $0 + $1.cuts.count }
      let transitions = made.reduce(0) { $0 + $1.transitions.count }
      let negatives = made.reduce(0) { $0 + $1.negatives.count }
      try Talk.result(
        "\(PrintableText.escaping(folder)): \(count) videos of \(frames) frames with \(cuts) cuts, \(transitions) transitions and "
          + "\(negatives) of what is neither\n")
      return .ok
    }
  }
}
