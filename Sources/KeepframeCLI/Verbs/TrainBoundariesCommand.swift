import ArgumentParser
import Keepframe
import KeepframeAutograd
import KeepframeEvaluation
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainBoundariesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boundaries",
    abstract: "Train the learned detector of cuts and transitions.",
    discussion: """
      Edits with known cuts and transitions are composed of the footage and encoded by ffmpeg. They are kept, so a second run \
      starts at once. Clips that --truth describes are not learned from. With edits of other origins, they decide which state \
      of the training is kept.

      EXAMPLE
        keepframe train boundaries --footage clips/ -o boundaries.safetensors
        keepframe scenes film.mp4 --detector-weights boundaries.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: ReelArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp("Folder with the truth of some of the clips, as NAME.json.", valueName: "dir"),
    completion: .directory)
  var truth: String?

  @Option(help: ArgumentHelp("Edited programmes to compose, about half a minute each.", valueName: "n"))
  var edits = 240

  @Option(help: ArgumentHelp("Training steps of each network.", valueName: "n"))
  var steps = BoundaryTrainer.Settings().steps

  @Option(help: ArgumentHelp("Networks to train separately; their answers are averaged.", valueName: "n"))
  var members = BoundaryTrainer.Settings().members

  @Flag(help: "Replace an existing file.")
  var force = false

  func validate() throws {
    if !(1...10_000).contains(edits) { throw ValidationError("--edits: expected 1 to 10000, got \(edits)") }
    if !(1...32).contains(members) { throw ValidationError("--members: expected 1 to 32, got \(members)") }
    if !(1...1_000_000).contains(steps) { throw ValidationError("--steps: expected 1 to 1000000, got \(steps)") }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let clips = try footage.options.folder()
      let truths = try truth.map { try ClipFiles.truths(RawArgument.path($0)) } ?? []
      try InputFiles.ofRun(clips, truths.map(\.file) + footage.labelFiles(clips)).check(path)
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "the file exists"), at: path) }
      let printer = TrainingPrinter(footage.progress)
      defer { printer.finish() }
      let videos = try footage.videos(of: clips, excluding: Set(truths.map { $0.clip })).training
      let teachers = try footage.teachers(videos)
      let reels = try footage.reels(videos, teachers, printer)
      let videosFolder = RawArgument.path(footage.footage)
      let judges = try truths.compactMap { clip, file -> (video: FilePath, labels: BoundaryLabels)? in
        let video = videosFolder.appending(clip)
        return FileSystem.exists(video) ? (video, BoundaryLabels(try ClipFiles.truth(file))) : nil
      }
      var recipe = BoundaryRecipe(provenance: footage.options.provenance(of: "train boundaries"))
      recipe.settings.seed = footage.seed
      recipe.settings.steps = steps
      recipe.settings.members = members
      recipe.edits = edits
      recipe.threads = footage.threads
      recipe.cache = footage.store
      recipe.cancellation = Interruption.cancellation
      keepFreedMemory()
      let result = try recipe.run(
        BoundaryRecipe.Footage(
          videos: videos, teachers: footage.labels == nil ? nil : teachers, reels: reels, judges: judges,
          judgeNames: truths.map { $0.clip }),
        savingTo: path
      ) { printer.show($0, share: $1, $2) }
      printer.finish()
      try Messages.result(
        "\(PrintableText.escaping(path)): trained on \(result.edits) edits and \(result.clips) clips, chosen on \(result.chosen) others\n"
      )
      return .ok
    }
  }
}

extension BoundaryLabels {
  init(_ truth: BoundaryTruth) {
    self.init(
      cuts: truth.cuts.map(\.frames.lowerBound),
      transitions: truth.transitions.map { EditTruth.Span(frames: $0.frames, kind: $0.kind) },
      unknown: truth.ambiguous.map { max(0, $0.lowerBound - 2)...$0.upperBound + 2 })
  }
}
