import ArgumentParser
import Keepframe
import KeepframeEvaluation
import KeepframeFootage
import KeepframeTraining
import SystemPackage

struct EvalDecksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decks",
    abstract: "Count how many slides that are built line by line an index kept complete.",
    discussion: """
      A slide is kept complete if a frame is kept after its last line has appeared and before the next slide.

      EXAMPLE
        keepframe compose --decks --footage clips/ -o decks/
        keepframe index --pipeline lecture -o kept/ decks/*.mkv
        keepframe eval decks --truth decks/ --bundles kept/
      """)

  @Option(
    help: ArgumentHelp("Folder of decks with their truth, from `keepframe compose --decks`.", valueName: "dir"),
    completion: .directory)
  var truth: String

  @Option(help: ArgumentHelp("Folder of their bundles, from `keepframe index`.", valueName: "dir"), completion: .directory)
  var bundles: String

  @Option(help: ArgumentHelp("File for all numbers as JSON.", valueName: "file"), completion: .file())
  var json: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    try reporting {
      let decks = try FootageFolder(RawArgument.path(truth)).videos
      let read = decks.flatMap { [DeckTruth.file(of: $0.path), bundle(of: $0.path)] }
      let inputs = try InputFiles.ofRun(read)
      let file = try json.map { try Output(RawArgument.path($0), replace: force, sparing: inputs) }
      var report = DeckReport()
      for deck in decks {
        let kept = try Bundle(bundle(of: deck.path)).retained()
        report.add(deck.name, try DeckTruth(contentsOf: DeckTruth.file(of: deck.path)), kept: kept.map(\.t))
      }
      if let file { try file.write(Array(report.json.prettyPrinted().utf8)) }
      try Messages.result(report.text)
      return .ok
    }
  }

  private func bundle(of video: FilePath) -> FilePath {
    RawArgument.path(bundles).appending("\(video.stem ?? "")\(Bundle.suffix)")
  }
}
