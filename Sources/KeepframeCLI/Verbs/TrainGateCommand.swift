import ArgumentParser
import Keepframe
import KeepframeEvaluation
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainGateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Train the learned gate: which frames are clear or, from labels, which frames matter to you.",
    discussion: """
      With --labels the gate learns what you want. The file of labels says which moments of the footage to keep or skip, or \
      what they show. docs/gates.md describes it; the marks made in a report are saved as such a file. Without --labels the \
      gate learns which frames are clear. Embeddings are made once and kept, so a second run starts at once.

      EXAMPLE
        keepframe train gate --labels marks.jsonl --footage clips/ -o mine.safetensors
        keepframe train gate --labels seen.csv --want people,text --footage clips/ -o people.safetensors
        keepframe train gate --labels seen.csv --want text --finished --decks decks/ --footage clips/ -o talks.safetensors
        keepframe train gate --footage clips/ -o gate.safetensors
        keepframe index film.mp4 --gate-weights gate.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp("Labels that say what is wanted, as JSON Lines or CSV, of eight videos or more.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Names of the labels that are wanted, separated by commas. A moment needs only one of them.", valueName: "names"))
  var want: WantedNames?

  @Option(
    help: ArgumentHelp(
      "Weights of the gate to teach. It keeps what it knows about clear frames. (default: those that come with keepframe)",
      valueName: "file"),
    completion: .file())
  var start: String?

  @Flag(help: "Wait until nothing more appears in a picture, as on slides that are built line by line. Needs --labels.")
  var finished = false

  @Option(
    help: ArgumentHelp(
      "Slides from `keepframe compose --decks`, to learn when a slide is finished. Needs --finished.", valueName: "dir"),
    completion: .directory)
  var decks: String?

  @Option(
    help: ArgumentHelp(
      "Transitions to make from the footage and learn from. (default: \(GateTrainer.Settings().transitions))", valueName: "n"))
  var transitions: Int?

  @Option(
    help: ArgumentHelp(
      "Training steps of each network. (default: \(GateTrainer.Settings().steps))", valueName: "n"))
  var steps: Int?

  @Flag(help: "Replace an existing file.")
  var force = false

  func validate() throws {
    if labels == nil, want != nil || start != nil || finished {
      throw ValidationError("--want, --start and --finished need --labels")
    }
    if decks != nil, !finished { throw ValidationError("--decks needs --finished") }
    if labels != nil, transitions != nil || steps != nil {
      throw ValidationError("--transitions and --steps cannot be used with --labels")
    }
    if let steps, !(1...1_000_000).contains(steps) { throw ValidationError("--steps: expected 1 to 1000000, got \(steps)") }
    if let transitions, !(0...100_000).contains(transitions) {
      throw ValidationError("--transitions: expected 0 to 100000, got \(transitions)")
    }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let folder = try footage.options.folder()
      try InputFiles.ofRun(folder, options: [labels, start, decks], backbone: footage.backbone).check(path)
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "the file exists"), at: path) }
      if let labels { return try teach(LabelFile(contentsOf: RawArgument.path(labels)), folder, path) }
      let set = try footage.load(folder, minimumSources: 5)
      let clips = try footage.split(set).training
      var recipe = GateRecipe(
        backbone: (footage.backbone, try footage.resolvedPrecision()), provenance: footage.provenance(of: "train gate"))
      recipe.settings.seed = footage.seed
      if let transitions { recipe.settings.transitions = transitions }
      if let steps { recipe.settings.steps = steps }
      let printer = TrainingPrinter(footage.progress)
      keepFreedMemory()
      try recipe.run(clips, savingTo: path, cancellation: Interruption.cancellation) { progress in
        printer.show(progress.stage.rawValue, share: Double(progress.round) / Double(progress.of))
      }
      printer.finish()
      try Messages.result("\(PrintableText.escaping(path)): trained on \(clips.count) clips\n")
      return .ok
    }
  }

  private func teach(_ file: LabelFile, _ folder: FootageFolder, _ path: FilePath) throws -> ExitStatus {
    let start = try start.map { try GateWeights(contentsOf: RawArgument.path($0)) }
    let set = try footage.load(folder, minimumSources: 1)
    let clips = try footage.split(set).training
    let labelled = try LabelledFootage(file, wanting: want?.names, in: clips)
    for note in labelled.notes { Messages.warning(note) }
    let dimension = clips.first?.embeddings.columns ?? 0
    let taught =
      start
      ?? (footage.backbone == GateWeights.shipped.backbone
        ? .shipped : GateWeights(backbone: footage.backbone, dimension: dimension))
    try taught.check(backbone: footage.backbone, dimension: dimension)
    var recipe = WorthRecipe(
      start: taught, precision: try footage.resolvedPrecision(), provenance: footage.provenance(of: "train gate"))
    recipe.threads = footage.threads
    recipe.finish = finished ? .usual : nil
    if let decks { recipe.decks = try trials(RawArgument.path(decks)) }
    let printer = TrainingPrinter(footage.progress)
    keepFreedMemory()
    let (result, finish) = try recipe.run(labelled, wanting: want?.names, savingTo: path, cancellation: Interruption.cancellation)
    {
      printer.show("worth", share: $0)
    }
    printer.finish()
    try Messages.result(
      "\(PrintableText.escaping(path)): taught by \(result.clipCount) labelled videos of \(result.sourceCount) "
        + "\(result.sourceCount == 1 ? "source" : "sources")\(told(result))\(finish.map(told) ?? "")\n")
    return .ok
  }

  /// The decks in a folder, sampled at the rate of the pipeline `lecture`.
  private func trials(_ path: FilePath) throws -> [DeckTrial] {
    let rate = FinishTrainer.samplesPerSecond
    let set = try footage.load(
      FootageFolder(path), samplesPerSecond: rate, viewSamplesPerSecond: rate, views: [], minimumSources: 1)
    return try set.clips.map { try DeckTrial($0) }
  }

  private func told(_ result: FinishTrainer.Result) -> String {
    let heldOut = result.heldOut.reduce(DeckOutcome()) { $0 + $1.outcome }
    func figures(_ outcome: DeckOutcome) -> String {
      "\(fixed(outcome.completeShare, digits: 3)) with \(fixed(outcome.keptPerSlide, digits: 2)) frames a slide"
    }
    return "; a slide is finished by cosine \(result.finish.cosine), detail \(result.finish.detail): of "
      + "\(result.outcome.slideCount) slides kept complete \(figures(result.outcome)), by the usual numbers "
      + "\(figures(result.usual)), without waiting \(figures(result.unfinished)), kinds that were left out \(figures(heldOut))"
  }

  /// The measured figures, in words.
  private func told(_ result: WorthTrainer.Result) -> String {
    guard let (untaught, taught) = result.measured else { return "; too few labelled videos or sources to measure on" }
    func change(_ figure: KeyPath<LeanChoice.Figures, Double>) -> String {
      "\(fixed(untaught[keyPath: figure], digits: 3)) to \(fixed(taught[keyPath: figure], digits: 3))"
    }
    return "; lean chosen at 2 %, by sources unseen by the probe: wanted among the kept \(change(\.wantedShare)), "
      + "coverage of the wanted "
      + "\(change(\.wantedCoverage)), of all \(change(\.coverage))"
  }
}
