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
      The weights must be of other footage. With --fold i/n only the held-out part is measured on, so weights trained with the same \
      --fold have seen none of it. Tables go to standard output.

      With --labels it is measured how much of what is kept is wanted: of --weights that were taught elsewhere as they are, else of a gate \
      that is taught by some of the labelled videos and judged on those of other sources.

      EXAMPLE
        keepframe eval gate --footage unseen/ --json gate.json --charts charts/
        keepframe train gate --footage clips/ --fold 0/3 -o fold0.safetensors
        keepframe eval gate --footage clips/ --fold 0/3 --weights fold0.safetensors
        keepframe eval gate --footage clips/ --labels seen.jsonl --want people
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(
    help: ArgumentHelp("Of the learned gate; those that come with keepframe by default.", valueName: "file"), completion: .file())
  var weights: String?

  @Option(help: ArgumentHelp("Made-up programmes for each of three seeds.", valueName: "n"))
  var programmes = GateEvaluation.Settings().programmes

  @Option(
    help: ArgumentHelp("What is wanted in the footage, as for `train gate`; then only this is measured.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(help: ArgumentHelp("Which of the labels' names are wanted, between commas.", valueName: "names"))
  var want: WantedNames?

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Option(help: ArgumentHelp("Folder for the curves as SVG.", valueName: "dir"), completion: .directory)
  var charts: String?

  @Flag(help: "Replace files that are there.")
  var force = false

  func validate() throws {
    if labels == nil, want != nil { throw ValidationError("--want needs --labels") }
    if labels != nil, charts != nil { throw ValidationError("--charts: there are none with --labels") }
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
      try Talk.result(result.text)
      return .ok
    }
  }

  private func measureWanted(
    _ labels: LabelFile, _ clips: [FootageClip], _ weights: GateWeights, _ file: Output?
  ) throws -> ExitStatus {
    let labelled = try LabelledFootage(labels, wanting: want?.names, in: clips)
    for note in labelled.notes { Talk.warning(note) }
    var evaluation = WantedEvaluation(labelled, weights: weights)
    evaluation.settings.seeds = (0..<3).map { footage.seed &+ $0 }
    evaluation.settings.threads = footage.threads
    let printer = TrainingPrinter(footage.progress)
    keepFreedMemory()
    let result = try evaluation.run(
      progress: { printer.show("wanted", share: $0) }, cancellation: Interruption.cancellation)
    printer.finish()
    if let file { try file.write(Array(result.json.prettyPrinted().utf8)) }
    try Talk.result(result.text)
    return .ok
  }
}
