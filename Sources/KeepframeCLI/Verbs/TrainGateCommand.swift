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

  @Option(help: ArgumentHelp("Go on from these weights instead of from nothing.", valueName: "file"), completion: .file())
  var resume: String?

  @Flag(help: "Replace the file that is there.")
  var force = false

  func validate() throws {
    if !(0...100_000).contains(rounds) { throw ValidationError("--rounds: expected 0 to 100000, got \(rounds)") }
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
      // One part in five says what to keep; not the first, which is one origin alone where one is much longer than the others.
      let (training, heldOut) = try FootageSet(clips: clips).fold(1, of: 5)
      let dimension = clips.first?.embeddings.columns ?? 0
      let start = resumed ?? GateWeights(backbone: footage.backbone, dimension: dimension)
      try start.check(backbone: footage.backbone, dimension: dimension)

      var trainer = GateTrainer()
      trainer.settings.seed = footage.seed
      trainer.settings.rounds = rounds
      trainer.settings.threads = footage.threads
      let printer = TrainingPrinter(footage.progress)
      let metadata = [
        "made_by": "keepframe \(keepframeVersion) train gate", "seed": "\(footage.seed)", "rounds": "\(rounds)",
        "precision": try makeBackbone(named: footage.backbone, precision: footage.precision).description.precision,
        "fold": footage.fold.map { "\($0.index)/\($0.count)" } ?? "none",
        "clips": clips.map(\.name).joined(separator: " "),
      ]
      keepFreedMemory()
      let weights = try trainer.train(
        training, heldOut: heldOut, start: start,
        progress: { progress in
          printer.show(
            progress.stage.rawValue, share: Double(progress.round) / Double(max(1, progress.of)),
            progress.heldOut.map { [("held_out", $0)] } ?? [])
        }, cancellation: Interruption.cancellation,
        keep: { try $0.save(to: path, metadata: metadata) })
      printer.finish()
      try weights.save(to: path, metadata: metadata)
      try Talk.result("\(PrintableText.escaping(path)): trained on \(training.count) clips, chosen on \(heldOut.count)\n")
      return .ok
    }
  }
}
