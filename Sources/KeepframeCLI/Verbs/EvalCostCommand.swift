import ArgumentParser
import Keepframe
import KeepframeBaselines
import KeepframeEvaluation

struct EvalCostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "Measure what the encoder and its opponents cost: time for one vector, and for many at once.",
    discussion: """
      Needs no footage: the vectors are random. Each is then a shot of its own, which is the most work for the encoder. \
      The opponents have as many parameters as the encoder with its projection, and they need that projection as well. \
      Times are processor times: medians of repetitions in which all models take turns. \
      Multiplications and bytes are counted from the shapes.

      EXAMPLE
        keepframe eval cost --threads 1 --json cost.json
      """)

  @Option(help: ArgumentHelp("Length in vectors of the longest memory to append to.", valueName: "n"))
  var longest = 1_000_000

  @Option(help: ArgumentHelp("Repetitions of each measurement.", valueName: "n"))
  var repetitions = CostMeasurement.Settings().repetitions

  @Option(help: ArgumentHelp("Threads for encoding many vectors at once. Never changes the result.", valueName: "n"))
  var threads = 1

  @Option(help: ArgumentHelp("Model to leave out; may be given several times.", valueName: "kind"))
  var without: [EncoderKind] = []

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @Option(help: ArgumentHelp("How to show progress: auto, bar, json or none.", valueName: "style"))
  var progress = ProgressStyle.auto

  func validate() throws {
    if !(100...10_000_000).contains(longest) { throw ValidationError("--longest: expected 100 to 10000000, got \(longest)") }
    if !(1...100).contains(repetitions) { throw ValidationError("--repetitions: expected 1 to 100, got \(repetitions)") }
    if !(1...64).contains(threads) { throw ValidationError("--threads: expected 1 to 64, got \(threads)") }
  }

  func run() throws {
    try reporting {
      let file = try json.map { try Output(RawArgument.path($0), replace: force, sparing: InputFiles()) }
      let kinds = CostMeasurement.kinds.filter { !without.contains($0) }
      var measurement = CostMeasurement(kinds)
      measurement.settings.lengths.removeAll { $0 > longest }
      measurement.settings.repetitions = repetitions
      measurement.settings.threads = threads
      let printer = TrainingPrinter(progress)
      let steps = Double(repetitions * kinds.count)
      var done = 0.0
      let result = try measurement.run(
        progress: {
          printer.show($0, share: done / max(1, steps))
          done += 1
        }, cancellation: Interruption.cancellation)
      printer.finish()
      if let file { try file.write(Array(result.json.prettyPrinted().utf8)) }
      try Messages.result(result.text)
      return .ok
    }
  }
}
