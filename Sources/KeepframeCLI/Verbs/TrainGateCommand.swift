import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainGateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Train the learned gate: which frames are worth a slot, live and with look-ahead.",
    discussion: """
      Embeddings are made once and kept, so a second run starts at once. A fifth of the footage, of other origins, decides which \
      state is kept.

      EXAMPLE
        keepframe train gate --footage clips/ -o gate.safetensors
        keepframe index film.mp4 --gate-weights gate.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Rounds of the search, for each of live and look-ahead.", valueName: "n"))
  var rounds = GateTrainer.Settings().rounds

  @Option(help: ArgumentHelp("Steps for the projection in which frames are matched.", valueName: "n"))
  var steps = GateTrainer.Settings().matchSteps

  @Option(help: ArgumentHelp("Programmes to make up of the footage and learn from.", valueName: "n"))
  var programmes = GateTrainer.Settings().programmes

  @Option(help: ArgumentHelp("Go on from these weights instead of from nothing.", valueName: "file"), completion: .file())
  var resume: String?

  @Flag(help: "Replace the file that is there.")
  var force = false

  func validate() throws {
    if !(0...100_000).contains(rounds) { throw ValidationError("--rounds: expected 0 to 100000, got \(rounds)") }
    if !(0...1_000_000).contains(steps) { throw ValidationError("--steps: expected 0 to 1000000, got \(steps)") }
    if !(1...1000).contains(programmes) { throw ValidationError("--programmes: expected 1 to 1000, got \(programmes)") }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let folder = try footage.options.folder()
      try InputFiles.ofRun(folder, options: [resume], backbone: footage.backbone).check(path)
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "file"), at: path) }
      let resumed = try resume.map { try GateWeights(contentsOf: RawArgument.path($0)) }
      let set = try footage.load(folder, minimumSources: 5)
      let clips = try footage.split(set).training
      var recipe = GateRecipe(
        backbone: (footage.backbone, try footage.resolvedPrecision()), provenance: footage.provenance(of: "train gate"))
      recipe.start = resumed
      recipe.settings.seed = footage.seed
      recipe.settings.rounds = rounds
      recipe.settings.matchSteps = steps
      recipe.settings.programmes = programmes
      recipe.settings.threads = footage.threads
      let printer = TrainingPrinter(footage.progress)
      keepFreedMemory()
      let result = try recipe.run(clips, savingTo: path, cancellation: Interruption.cancellation) { progress in
        printer.show(
          progress.stage.rawValue, share: Double(progress.round) / Double(max(1, progress.of)),
          progress.heldOut.map { [("held_out", $0)] } ?? [])
      }
      printer.finish()
      try Talk.result("\(PrintableText.escaping(path)): trained on \(result.trained) clips, chosen on \(result.chosen)\n")
      return .ok
    }
  }
}
