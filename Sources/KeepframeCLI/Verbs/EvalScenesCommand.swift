import ArgumentParser
import Keepframe
import KeepframeEvaluation
import KeepframeFootage
import SystemPackage

struct EvalScenesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes",
    abstract: "Measure how well shots are grouped into scenes, beside overlapping links and the cosine of neighbours.",
    discussion: """
      Films with known scenes are composed of the footage. The footage is split by origin, and each part is held out once. \
      Settings are chosen on films of the other parts, and measured on films of the part that is held out. The table goes to \
      standard output.

      EXAMPLE
        keepframe eval scenes --footage clips/
      """)

  @OptionGroup(title: "Footage")
  var footage: FootageArguments

  @Option(help: ArgumentHelp("Parts to split the footage into.", valueName: "n"))
  var folds = SceneEvaluation.Settings().folds

  @Option(help: ArgumentHelp("Films to compose of each part.", valueName: "n"))
  var films = SceneEvaluation.Settings().films

  func validate() throws {
    if !(2...20).contains(folds) { throw ValidationError("--folds: expected 2 to 20, got \(folds)") }
    if !(1...1000).contains(films) { throw ValidationError("--films: expected 1 to 1000, got \(films)") }
    if footage.fold != nil { throw ValidationError("--fold: every part is held out in turn; use --folds") }
  }

  func run() throws {
    try reporting {
      let folder = try footage.options.folder()
      _ = try InputFiles.ofRun(folder, backbone: footage.backbone)
      var evaluation = SceneEvaluation(try footage.load(folder, minimumSources: folds))
      evaluation.settings.folds = folds
      evaluation.settings.films = films
      evaluation.settings.seed = footage.seed
      let printer = TrainingPrinter(footage.progress)
      let result = try evaluation.run(
        progress: { printer.show("scenes", share: $0) }, cancellation: Interruption.cancellation)
      printer.finish()
      try Messages.result(result.text)
      return .ok
    }
  }
}
