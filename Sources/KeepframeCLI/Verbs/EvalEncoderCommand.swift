import ArgumentParser
import Keepframe
import KeepframeBaselines
import KeepframeEvaluation
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct EvalEncoderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encoder",
    abstract: "Measure the encoder beside closed forms, RNN, LSTM, GRU, TCN and flat attention.",
    discussion: """
      The footage is split by origin. Each part is held out once, and every model is trained on the others. Models given by \
      --weights are not trained, so their weights must come from other footage. Tables go to standard output.

      The tasks: finding asks which programme an excerpt comes from. unseen asks the same under degradations that no model was \
      trained on; all models are trained again for it. re-edits asks which of many programmes, made of the same pieces in other \
      orders, an excerpt comes from. recall asks what followed a cue. cost measures processor time.

      EXAMPLE
        keepframe eval encoder --footage clips/ --json encoder.json --charts charts/
        keepframe eval encoder --footage unseen/ --weights encoder.safetensors
        keepframe eval encoder --footage clips/ --only re-edits --longest 300 --seeds 1
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @OptionGroup(title: "Renderings")
  var rendered: RenderedArguments

  @Option(
    help: ArgumentHelp("Trained weights of any model; may be given several times. Other models are trained.", valueName: "file"),
    completion: .file())
  var weights: [String] = []

  @Option(help: ArgumentHelp("Parts to split the footage into.", valueName: "n"))
  var folds = 3

  @Option(help: ArgumentHelp("How often to train each model, each time from another seed.", valueName: "n"))
  var seeds = EncoderEvaluation.Settings().seeds

  @Option(help: ArgumentHelp("Length in vectors of the longest programmes: 30, 300, 3000 or 10000.", valueName: "n"))
  var longest = 10_000

  @Option(help: ArgumentHelp("Model to leave out; may be given several times.", valueName: "kind"))
  var without: [EncoderKind] = []

  @Option(
    help: ArgumentHelp(
      "Only do this: \(EncoderEvaluation.Part.allCases.map(\.rawValue).joined(separator: ", ")); may be given several times.",
      valueName: "part"))
  var only: [EncoderEvaluation.Part] = []

  @Option(
    help: ArgumentHelp(
      "Length in vectors of the longest memory to recall from: 10, 30, 100, 1000, 10000 or 100000.", valueName: "n"))
  var recall = 100_000

  @Option(
    help: ArgumentHelp("Most training steps of an opponent for recall; training stops when it gets no better.", valueName: "n"))
  var recallSteps = RecallTrainer.Settings().steps

  @Option(help: ArgumentHelp("Training steps of an opponent for finding and re-edits.", valueName: "n"))
  var networkSteps = NetworkTrainer.Settings().steps

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Option(help: ArgumentHelp("Folder for the curves as SVG.", valueName: "dir"), completion: .directory)
  var charts: String?

  @Flag(help: "Replace existing files.")
  var force = false

  func validate() throws {
    if !(2...20).contains(folds) { throw ValidationError("--folds: expected 2 to 20, got \(folds)") }
    if !(1...100).contains(seeds) { throw ValidationError("--seeds: expected 1 to 100, got \(seeds)") }
    if !(0...1_000_000).contains(networkSteps) {
      throw ValidationError("--network-steps: expected 0 to 1000000, got \(networkSteps)")
    }
    if !(0...10_000_000).contains(recallSteps) {
      throw ValidationError("--recall-steps: expected 0 to 10000000, got \(recallSteps)")
    }
    if rendered.pictures == nil, rendered.views != RenderedSet.usualViews || !rendered.holdOut.isEmpty {
      throw ValidationError("--views and --hold-out need --pictures")
    }
    if without.contains(.hierarchical) { throw ValidationError("--without: hierarchical is the model that is measured") }
    if footage.fold != nil { throw ValidationError("--fold: every part is held out in turn; use --folds") }
  }

  func run() throws {
    try reporting {
      let folder = try footage.options.folder()
      let pictures = try rendered.pictureFolder()
      let inputs = try InputFiles.ofRun(
        folder, pictures?.pictures.map(\.path) ?? [], options: weights, backbone: footage.backbone)
      let file = try json.map { try Output(RawArgument.path($0), replace: force, sparing: inputs) }
      let set = try footage.load(folder, minimumSources: folds)
      let dimension = set.clips.first?.embeddings.columns
      let given = try weights.map { try TrainedEncoder(contentsOf: RawArgument.path($0), inputDimension: dimension) }
      let renderings = try pictures.map { try rendered.load(folder, $0, footage) }
      var evaluation = EncoderEvaluation(set, given: given, renderings: renderings)
      evaluation.settings.seed = footage.seed
      evaluation.settings.seeds = seeds
      evaluation.settings.folds = folds
      evaluation.settings.threads = footage.threads
      evaluation.settings.lengths.removeAll { $0 > longest }
      evaluation.settings.projection.pictures.excluded = rendered.holdOut
      evaluation.settings.network.steps = networkSteps
      evaluation.settings.models.removeAll { without.contains($0) }
      evaluation.settings.recallCounts.removeAll { $0 > recall }
      evaluation.settings.recall.steps = recallSteps
      if !only.isEmpty { evaluation.settings.parts = Set(only) }
      let printer = TrainingPrinter(footage.progress)
      var done = 0.0
      keepFreedMemory()
      let result = try evaluation.run(
        progress: {
          printer.show($0, share: min(0.99, done / Double(folds * (20 + 30 * seeds))))
          done += 1
        }, cancellation: Interruption.cancellation)
      printer.finish()
      if let file { try file.write(Array(result.json.prettyPrinted().utf8)) }
      if let charts {
        for chart in result.charts {
          let path = RawArgument.path(charts).appending("\(chart.name).svg")
          try Output(path, replace: force, sparing: inputs).write(Array(chart.svg.utf8))
        }
      }
      try Messages.result(result.text)
      return .ok
    }
  }
}
