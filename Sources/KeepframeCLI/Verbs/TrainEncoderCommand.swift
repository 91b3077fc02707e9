import ArgumentParser
import Keepframe
import KeepframeAutograd
import KeepframeBaselines
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainEncoderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encoder",
    abstract: "Train the encoder, or one of the models that it is compared with.",
    discussion: """
      Embeddings are made once and kept, so a second run starts at once. The training learns a projection of embeddings that \
      puts a degraded frame near its original. For an opponent it also learns a network on top of the projection. A sixth of \
      the footage, of other origins, decides which state of the training is kept.

      EXAMPLE
        keepframe train encoder --footage clips/ -o encoder.safetensors
        keepframe train encoder --footage clips/ --projection projection.safetensors -o encoder.safetensors
        keepframe train encoder --footage clips/ --model lstm --fold 0/3 -o lstm.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "What to train: \(EncoderKind.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"))
  var model = EncoderKind.hierarchical

  @Option(
    help: ArgumentHelp("Projection that `train projection` wrote. Without it, one is learned here.", valueName: "file"),
    completion: .file())
  var projection: String?

  @Option(
    help: ArgumentHelp(
      "Training steps of the projection, and of the one by which the hierarchy remembers order.", valueName: "n"))
  var steps = ProjectionTrainer.Settings().steps

  @Option(help: ArgumentHelp("Training steps of an opponent's network.", valueName: "n"))
  var networkSteps = NetworkTrainer.Settings().steps

  @Flag(help: "Continue from the checkpoints that an interrupted run left beside the file.")
  var resume = false

  @Flag(help: "Replace an existing file.")
  var force = false

  func validate() throws {
    for (name, value) in [("--steps", steps), ("--network-steps", networkSteps)] where !(0...1_000_000).contains(value) {
      throw ValidationError("\(name): expected 0 to 1000000, got \(value)")
    }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let folder = try footage.options.folder()
      let inputs = try InputFiles.ofRun(folder, options: projection.map { [$0] } ?? [], backbone: footage.backbone)
      let checkpoints = EncoderTrainer.Stage.allCases.map { EncoderRecipe.checkpoint($0, of: path) }
      for place in [path] + checkpoints { try inputs.check(place) }
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "the file exists"), at: path) }
      let set = try footage.load(folder, minimumSources: 2)
      let clips = try footage.split(set).training
      let dimension = set.clips.first?.embeddings.columns
      let given = try projection.map { try ProjectionFile(contentsOf: RawArgument.path($0), inputDimension: dimension) }
      var recipe = EncoderRecipe(
        model, backbone: (footage.backbone, try footage.resolvedPrecision()), provenance: footage.provenance(of: "train encoder"))
      recipe.projection = given
      recipe.seed = footage.seed
      recipe.steps = steps
      recipe.networkSteps = networkSteps
      recipe.resumes = resume
      let printer = TrainingPrinter(footage.progress)
      keepFreedMemory()
      try recipe.run(clips, savingTo: path, cancellation: Interruption.cancellation) { stage, progress in
        printer.show(
          stage.rawValue, share: Double(progress.step) / Double(max(1, progress.of)),
          [("loss", progress.loss)] + (progress.heldOut.map { [("held_out", $0)] } ?? []))
      }
      printer.finish()
      try Messages.result("\(PrintableText.escaping(path)): \(model.rawValue), trained on \(clips.count) clips\n")
      return .ok
    }
  }
}
