import ArgumentParser
import Keepframe

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Draw a bundle as one self-contained HTML page.",
    discussion: """
      EXAMPLE
        keepframe report film.keepframe -o film.html
      """)

  @Argument(help: "A bundle made by index.", completion: .directory)
  var bundle: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("File for the page; - for standard output. (default: NAME.html)", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    try reporting {
      let path = RawArgument.path(bundle)
      let inputs = try InputFiles.ofRun([path])
      let opened = try Bundle(path)
      let destination = output.map { RawArgument.path($0) } ?? OutputName.named(after: path, suffix: ".html")
      let page = try Output(output == "-" ? nil : destination, replace: force, sparing: inputs)
      try page.write(Array(try Report.html(opened).utf8))
      return .ok
    }
  }
}
