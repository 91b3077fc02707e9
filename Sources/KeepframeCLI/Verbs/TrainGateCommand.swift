import ArgumentParser
import Keepframe
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainGateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Train the learned gate: which frames are clear, live and with look-ahead.",
    discussion: """
      Embeddings are made once and kept, so a second run starts at once.

      EXAMPLE
        keepframe train gate --footage clips/ -o gate.safetensors
        keepframe index film.mp4 --gate-weights gate.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Transitions to make of the footage and learn from.", valueName: "n"))
  var transitions = GateTrainer.Settings().transitions

  @Option(help: ArgumentHelp("Steps of the training, for each of live and look-ahead.", valueName: "n"))
  var steps = GateTrainer.Settings().steps

  @Flag(help: "Replace the file that is there.")
  var force = false

  func validate() throws {
    if !(1...1_000_000).contains(steps) { throw ValidationError("--steps: expected 1 to 1000000, got \(steps)") }
    if !(0...100_000).contains(transitions) { throw ValidationError("--transitions: expected 0 to 100000, got \(transitions)") }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let folder = try footage.options.folder()
      try InputFiles.ofRun(folder, options: [], backbone: footage.backbone).check(path)
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "file"), at: path) }
      let set = try footage.load(folder, minimumSources: 5)
      let clips = try footage.split(set).training
      var recipe = GateRecipe(
        backbone: (footage.backbone, try footage.resolvedPrecision()), provenance: footage.provenance(of: "train gate"))
      recipe.settings.seed = footage.seed
      recipe.settings.transitions = transitions
      recipe.settings.steps = steps
      let printer = TrainingPrinter(footage.progress)
      keepFreedMemory()
      try recipe.run(clips, savingTo: path, cancellation: Interruption.cancellation) { progress in
        printer.show(progress.stage.rawValue, share: Double(progress.round) / Double(progress.of))
      }
      printer.finish()
      try Talk.result("\(PrintableText.escaping(path)): trained on \(clips.count) clips\n")
      return .ok
    }
  }
}
