import ArgumentParser
import Keepframe
import KeepframeEvaluation
import KeepframeFootage
import SystemPackage

struct EvalGateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Measure every gate on footage: coverage, recall and junk against the share kept.",
    discussion: """
      The weights must come from other footage. With --fold i/n only the held-out part is used; weights trained with the same \
      --fold have not seen it. Tables go to standard output.

      With --labels the command measures how much of what is kept is wanted. If --weights were taught from labels of other \
      footage, they are measured as they are. Otherwise the gate is taught by some of the labelled videos and measured on those \
      of other sources.

      EXAMPLE
        keepframe eval gate --footage unseen/ --json gate.json --charts charts/
        keepframe train gate --footage clips/ --fold 0/3 -o fold0.safetensors
        keepframe eval gate --footage clips/ --fold 0/3 --weights fold0.safetensors
        keepframe eval gate --footage clips/ --labels seen.jsonl --want people
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(
    help: ArgumentHelp("Weights of the learned gate. (default: those that come with keepframe)", valueName: "file"),
    completion: .file())
  var weights: String?

  @Option(help: ArgumentHelp("Programmes to compose for each of three seeds.", valueName: "n"))
  var programmes = GateEvaluation.Settings().programmes

  @Option(
    help: ArgumentHelp("Labels that say what is wanted, as for `train gate`. Only this is measured then.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(help: ArgumentHelp("Names of the labels that are wanted, separated by commas.", valueName: "names"))
  var want: WantedNames?

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Option(help: ArgumentHelp("Folder for the curves as SVG.", valueName: "dir"), completion: .directory)
  var charts: String?

  @Flag(help: "Replace existing files.")
  var force = false

  func validate() throws {
    if labels == nil, want != nil { throw ValidationError("--want needs --labels") }
    if labels != nil, charts != nil { throw ValidationError("--charts cannot be used with --labels") }
    if !(1...1000).contains(programmes) { throw ValidationError("--programmes: expected 1 to 1000, got \(programmes)") }
  }

  func run() throws {
    try reporting {
      let clipsFolder = try footage.options.folder()
      let inputs = try InputFiles.ofRun(clipsFolder, options: [self.weights, labels], backbone: footage.backbone)
      let file = try json.map { try Output(RawArgument.path($0), replace: force, sparing: inputs) }
      let weights = try self.weights.map { try GateWeights(contentsOf: RawArgument.path($0)) } ?? .shipped
      let set = try footage.load(clipsFolder, minimumSources: 3)
      let clips = footage.fold == nil ? set.clips : try footage.split(set).heldOut
      try weights.check(backbone: footage.backbone, dimension: clips.first?.embeddings.columns ?? 0)
      if let labels { return try measureWanted(LabelFile(contentsOf: RawArgument.path(labels)), clips, weights, file) }
      var evaluation = GateEvaluation(clips, weights: weights)
      evaluation.settings.seeds = (0..<3).map { footage.seed &+ $0 }
      evaluation.settings.programmes = programmes
      evaluation.settings.threads = footage.threads
      let printer = TrainingPrinter(footage.progress)
      let result = try evaluation.run(
        progress: { printer.show("gates", share: $0) }, cancellation: Interruption.cancellation)
      printer.finish()
      if let file { try file.write(Array(result.json.prettyPrinted().utf8)) }
      if let charts {
        let folder = RawArgument.path(charts)
        for chart in result.charts {
          try Output(folder.appending("\(chart.name).svg"), replace: force, sparing: inputs).write(Array(chart.svg.utf8))
        }
      }
      try Messages.result(result.text)
      return .ok
    }
  }

  private func measureWanted(
    _ labels: LabelFile, _ clips: [FootageClip], _ weights: GateWeights, _ file: Output?
  ) throws -> ExitStatus {
    let labelled = try LabelledFootage(labels, wanting: want?.names, in: clips)
    for note in labelled.notes { Messages.warning(note) }
    var evaluation = WantedEvaluation(labelled, weights: weights)
    evaluation.settings.seeds = (0..<3).map { footage.seed &+ $0 }
    evaluation.settings.threads = footage.threads
    let printer = TrainingPrinter(footage.progress)
    keepFreedMemory()
    let result = try evaluation.run(
      progress: { printer.show("wanted", share: $0) }, cancellation: Interruption.cancellation)
    printer.finish()
    if let file { try file.write(Array(result.json.prettyPrinted().utf8)) }
    try Messages.result(result.text)
    return .ok
  }
}
