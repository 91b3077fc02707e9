import ArgumentParser
import Keepframe
import KeepframeEvaluation
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct EvalSearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Measure how well copied excerpts and frames are found in a library, beside simpler ways to look for them.",
    discussion: """
      Excerpts of each clip, and single frames, are altered in one to three of ten ways; half of the excerpts have foreign footage \
      inside. Each is looked for twice: where its clip is in the library, and where it is not. The footage is split by origin. \
      Each part is held out once, or only the part that --fold names, and a projection is trained on the other parts for each of \
      three seeds. With --weights nothing is trained, so they must come from other footage. Tables go to standard output.

      EXAMPLE
        keepframe eval search --footage clips/ --pictures photographs/ --hold-out blur,rotation
        keepframe eval search --footage unseen/ --pictures photographs/ --weights projection.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @OptionGroup(title: "Renderings")
  var rendered: RenderedArguments

  @Option(
    help: ArgumentHelp("Trained weights of a projection. Without them, projections are trained.", valueName: "file"),
    completion: .file())
  var weights: String?

  @Option(help: ArgumentHelp("Parts to split the footage into, unless --fold is given.", valueName: "n"))
  var folds = 3

  @Option(help: ArgumentHelp("Excerpts of each kind of each clip.", valueName: "n"))
  var excerpts = 2

  @Option(help: ArgumentHelp("Training steps of each projection.", valueName: "n"))
  var steps = ProjectionTrainer.Settings().steps

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Flag(help: "Replace existing files.")
  var force = false

  func validate() throws {
    if !(2...20).contains(folds) { throw ValidationError("--folds: expected 2 to 20, got \(folds)") }
    if !(1...1000).contains(excerpts) { throw ValidationError("--excerpts: expected 1 to 1000, got \(excerpts)") }
    if !(0...1_000_000).contains(steps) { throw ValidationError("--steps: expected 0 to 1000000, got \(steps)") }
  }

  func run() throws {
    try reporting {
      let folder = try footage.options.folder()
      let pictures = try rendered.pictureFolder()
      let inputs = try InputFiles.ofRun(
        folder, pictures?.pictures.map(\.path) ?? [], options: [weights], backbone: footage.backbone)
      let file = try json.map { try Output(RawArgument.path($0), replace: force, sparing: inputs) }
      let isSplit = weights == nil || footage.fold != nil
      let set = try footage.load(folder, minimumSources: isSplit ? footage.fold?.count ?? folds : 1)
      let renderings = try rendered.load(folder, pictures, footage)
      let printer = TrainingPrinter(footage.progress)
      let copies = try loadCopies(
        of: set, count: excerpts, backbone: try makeBackbone(named: footage.backbone, precision: footage.precision),
        cache: footage.options.store, threads: footage.threads, cancellation: Interruption.cancellation,
        report: { printer.show($0) })
      let given = try weights.map {
        try ProjectionFile(contentsOf: RawArgument.path($0), inputDimension: renderings.frames.originals.columns).projection
      }
      var evaluation = SearchEvaluation(set, copies: copies, renderings: renderings, given: given)
      evaluation.settings.seeds = (0..<3).map { footage.seed &+ $0 }
      evaluation.settings.folds = footage.fold?.count ?? folds
      evaluation.settings.fold = footage.fold?.index
      evaluation.settings.heldOutKinds = rendered.holdOut
      evaluation.settings.training.steps = steps
      evaluation.settings.threads = footage.threads
      keepFreedMemory()
      let result = try evaluation.run(
        progress: { printer.show($0, share: $1) }, cancellation: Interruption.cancellation)
      printer.finish()
      if let file { try file.write(Array(result.json.prettyPrinted().utf8)) }
      try Messages.result(result.text)
      return .ok
    }
  }
}
