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
      The footage is split by origin; each part is held out once, and every model is trained on the others. Weights are taken as they \
      are, and must then be of other footage. Asked is: which programme an excerpt is of (finding), also under degradations that no \
      model was trained on (unseen, for which all are trained again), which of many orders of the same pieces (re-edits), and \
      what followed a cue (recall). Tables go to standard output.

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
    help: ArgumentHelp("Trained weights, of any model; may be given several times. Others are trained.", valueName: "file"),
    completion: .file())
  var weights: [String] = []

  @Option(help: ArgumentHelp("Parts to split the footage in.", valueName: "n"))
  var folds = 3

  @Option(help: ArgumentHelp("How often to train each model, from one seed after another.", valueName: "n"))
  var seeds = EncoderEvaluation.Settings().seeds

  @Option(help: ArgumentHelp("Vectors of the longest programmes: 30, 300, 3000 or 10000.", valueName: "n"))
  var longest = 10_000

  @Option(help: ArgumentHelp("Models to leave out; may be given several times.", valueName: "kind"))
  var without: [EncoderKind] = []

  @Option(
    help: ArgumentHelp(
      "Find out only this: \(EncoderEvaluation.Part.allCases.map(\.rawValue).joined(separator: ", ")); may be given several times.",
      valueName: "part"))
  var only: [EncoderEvaluation.Part] = []

  @Option(help: ArgumentHelp("Longest memory to recall from: 10, 30, 100, 1000, 10000 or 100000.", valueName: "n"))
  var recall = 100_000

  @Option(help: ArgumentHelp("Most steps to train an opponent to remember; it stops when it gets no better.", valueName: "n"))
  var recallSteps = RecallTrainer.Settings().steps

  @Option(help: ArgumentHelp("Steps to train an opponent to find and to tell re-edits apart.", valueName: "n"))
  var networkSteps = NetworkTrainer.Settings().steps

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Option(help: ArgumentHelp("Folder for the curves as SVG.", valueName: "dir"), completion: .directory)
  var charts: String?

  @Flag(help: "Replace files that are there.")
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
      throw ValidationError("--views and --hold-out: of pictures; give --pictures")
    }
    if without.contains(.hierarchical) { throw ValidationError("--without: hierarchical is what is measured") }
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
      evaluation.settings.front.pictures.excluded = rendered.holdOut
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
      try Talk.result(result.text)
      return .ok
    }
  }
}
