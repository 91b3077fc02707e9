import ArgumentParser
import Keepframe
import KeepframeAutograd
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainProjectionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "projection",
    abstract: "Train the projection of embeddings, which puts copies of a frame near it and other frames far away.",
    discussion: """
      One frame a second of the footage, and each picture, is altered as copies may be: cropped, recoloured, written on, \
      blurred and more. Embeddings are made once and kept, so a second run starts at once.

      EXAMPLE
        keepframe train projection --footage clips/ --pictures photographs/ -o projection.safetensors
        keepframe eval projection --footage unseen/ --weights projection.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @OptionGroup(title: "Renderings")
  var rendered: RenderedArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Training steps.", valueName: "n"))
  var steps = ProjectionTrainer.Settings().steps

  @Flag(help: "Continue from the checkpoint that an interrupted run left beside the file.")
  var resume = false

  @Flag(help: "Replace an existing file.")
  var force = false

  func validate() throws {
    if !(0...1_000_000).contains(steps) { throw ValidationError("--steps: expected 0 to 1000000, got \(steps)") }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let folder = try footage.options.folder()
      let pictures = try rendered.pictureFolder()
      let inputs = try InputFiles.ofRun(folder, pictures?.pictures.map(\.path) ?? [], backbone: footage.backbone)
      for place in [path, ProjectionRecipe.checkpoint(of: path)] { try inputs.check(place) }
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "the file exists"), at: path) }
      let clips = try footage.split(try footage.load(folder, minimumSources: 2)).training
      let renderings = try rendered.load(folder, pictures, footage)
      var recipe = ProjectionRecipe(
        backbone: (footage.backbone, try footage.resolvedPrecision()), provenance: footage.provenance(of: "train projection"))
      recipe.seed = footage.seed
      recipe.settings.steps = steps
      recipe.settings.pictures.excluded = rendered.holdOut
      recipe.resumes = resume
      let printer = TrainingPrinter(footage.progress)
      keepFreedMemory()
      let made = try recipe.run(
        clips, renderings: renderings, savingTo: path, cancellation: Interruption.cancellation
      ) { progress in
        printer.show("projection", share: Double(progress.step) / Double(max(1, progress.of)), [("loss", progress.loss)])
      }
      printer.finish()
      try Messages.result(
        "\(PrintableText.escaping(path)): trained on \(made.frames) frames of \(clips.count) clips and \(made.pictures) pictures\n"
      )
      return .ok
    }
  }
}
