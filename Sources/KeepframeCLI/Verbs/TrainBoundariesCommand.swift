import ArgumentParser
import Keepframe
import KeepframeAutograd
import KeepframeEvaluation
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct TrainBoundariesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boundaries",
    abstract: "Train the learned detector of cuts and transitions.",
    discussion: """
      Edits with known cuts and transitions are composed of the footage and encoded by ffmpeg; they are kept, so a second run starts at \
      once. Clips that --truth knows are not learned from: with edits of other origins they decide which state is kept.

      EXAMPLE
        keepframe train boundaries --footage clips/ -o boundaries.safetensors
        keepframe scenes film.mp4 --detector-weights boundaries.safetensors
      """)

  @OptionGroup(title: "Footage")
  var footage: ReelArguments

  @Option(name: .shortAndLong, help: ArgumentHelp("File for the weights.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: ArgumentHelp("Folder with the truth of some of the clips, NAME.json.", valueName: "dir"), completion: .directory)
  var truth: String?

  @Option(help: ArgumentHelp("Edited programmes to compose, of about half a minute.", valueName: "n"))
  var edits = 160

  @Option(help: ArgumentHelp("Steps of training, for each member.", valueName: "n"))
  var steps = BoundaryTrainer.Settings().steps

  @Option(help: ArgumentHelp("Networks to train apart; their answers are averaged.", valueName: "n"))
  var members = BoundaryTrainer.Settings().members

  @Flag(help: "Replace the file that is there.")
  var force = false

  func validate() throws {
    if !(1...10_000).contains(edits) { throw ValidationError("--edits: expected 1 to 10000, got \(edits)") }
    if !(1...32).contains(members) { throw ValidationError("--members: expected 1 to 32, got \(members)") }
    if !(1...1_000_000).contains(steps) { throw ValidationError("--steps: expected 1 to 1000000, got \(steps)") }
  }

  func run() throws {
    try reporting {
      let path = RawArgument.path(output)
      let clips = try footage.options.folder()
      let truths = try truth.map { try ClipFiles.truths(RawArgument.path($0)) } ?? []
      try InputFiles.ofRun(clips, truths.map(\.file) + footage.labelFiles(clips)).check(path)
      if !force, FileSystem.exists(path) { throw ArchiveError(.exists(what: "file"), at: path) }
      let printer = TrainingPrinter(footage.progress)
      defer { printer.finish() }
      let videos = try footage.videos(of: clips, excluding: Set(truths.map { $0.clip })).training
      let teachers = try footage.teachers(videos)
      let reels = try footage.reels(videos, teachers, printer)
      // One part in six says what to keep.
      let sizes = reels.reduce(into: [String: Double]()) { $0[$1.source, default: 0] += Double($1.stretches.count) }
      let unseen = try sourcesOfFold(1, of: 6, sizes: sizes)
      let composer = EditSequences(cache: footage.store, threads: footage.threads, cancellation: Interruption.cancellation)
      let own = try composer.make(
        EditMaker(reels.filter { !unseen.contains($0.source) }, seed: footage.seed), count: edits
      ) { printer.show("edits", share: $0) }
      var heldOut = try composer.make(
        EditMaker(reels.filter { unseen.contains($0.source) }, seed: footage.seed), count: max(1, edits / 8)
      ) { printer.show("held-out edits", share: $0) }
      let folder = RawArgument.path(footage.footage)
      for (clip, file) in truths {
        let video = folder.appending(clip)
        guard FileSystem.exists(video) else { continue }
        let truth = try ClipFiles.truth(file)
        heldOut.append(BoundarySequence(try strip(video), BoundaryLabels(truth)))
      }
      let real = try inParallel(videos.count, threads: footage.threads) { index -> [BoundarySequence]? in
        guard let teacher = teachers[videos[index].name] else { return nil }
        let strip = try strip(videos[index].path)
        return LabelledStrip(strip, teacher.labels(strip)).variants.map { BoundarySequence($0.strip, $0.labels) }
      }.compactMap(\.self)

      var trainer = BoundaryTrainer()
      trainer.settings.seed = footage.seed
      trainer.settings.steps = steps
      trainer.settings.members = members
      keepFreedMemory()
      let network = try trainer.train(
        edits: own, real: Array(real.joined()), heldOut: heldOut,
        progress: { progress in
          printer.show(
            "train", share: Double(progress.step) / Double(progress.of),
            [("loss", progress.loss)] + (progress.heldOut.map { [("held_out", -$0)] } ?? []))
        }, cancellation: Interruption.cancellation)
      printer.finish()
      try network.save(
        to: path,
        metadata: [
          "made_by": "keepframe \(keepframeVersion) train boundaries", "seed": "\(footage.seed)", "edits": "\(edits)",
          "steps": "\(steps)", "members": "\(members)", "fold": footage.fold.map { "\($0.index)/\($0.count)" } ?? "none",
          "labels": footage.labels == nil ? "none" : "\(real.count) clips", "clips": videos.map(\.name).joined(separator: " "),
          "chosen_on": (truths.map { $0.clip } + unseen.sorted()).joined(separator: " "),
        ])
      try Talk.result(
        "\(PrintableText.escaping(path)): trained on \(own.count) edits and \(real.count) clips, chosen on \(heldOut.count) others\n"
      )
      return .ok
    }
  }

  private func strip(_ video: FilePath) throws -> ThumbnailStrip {
    try ThumbnailStrip.load(video, cache: footage.store, cancellation: Interruption.cancellation)
  }
}

extension BoundaryLabels {
  init(_ truth: BoundaryTruth) {
    self.init(
      cuts: truth.cuts.map(\.frames.lowerBound),
      transitions: truth.transitions.map { EditTruth.Span(frames: $0.frames, kind: $0.kind) },
      unknown: truth.ambiguous.map { max(0, $0.lowerBound - 2)...$0.upperBound + 2 })
  }
}
