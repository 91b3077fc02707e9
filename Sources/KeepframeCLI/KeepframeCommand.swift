import ArgumentParser
import Keepframe

@main
struct KeepframeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keepframe",
    abstract: "Keeps the few frames of a video that are worth keeping.",
    discussion: """
      EXAMPLE
        keepframe index film.mp4                  writes film.keepframe/: retained frames, context vectors, scenes
        keepframe scenes film.mp4                 prints the scenes
        keepframe report film.keepframe -o film.html

      Results go to standard output, talk to standard error. Exit status: 0 done; 3 a partial result was written and is marked;
      64 usage; 65 bad media; 66 no such input; 69 something is not installed; 70 a bug in keepframe; 73 and 74 cannot write;
      75 busy, try again; 130 and 143 interrupted.
      """,
    version: keepframeVersion,
    subcommands: [
      IndexCommand.self, ScenesCommand.self, ExportCommand.self, ReportCommand.self, EvalCommand.self, InfoCommand.self,
    ])

  static func main() {
    Interruption.arm()
    do {
      let words = RawArgument.commandLine()
      try checkVerb(words.first)
      var command = try parseAsRoot(words)
      try command.run()
    } catch {
      // Help, the version and statuses of our own go out as they are; a mistake is one line like any other error.
      guard exitCode(for: error) == .validationFailure, !(error is ExitCode) else { exit(withError: error) }
      let message = message(for: error)
      Talk.error("\(message.hasSuffix(".") ? String(message.dropLast()) : message); see keepframe --help")
      exit(withError: ExitCode.validationFailure)
    }
  }

  /// A mistyped verb would else be taken for a stray argument.
  private static func checkVerb(_ word: String?) throws {
    let verbs = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !verbs.contains(word) else { return }
    throw ValidationError("no verb \(word)\(Spelling.suggestion(for: word, among: verbs))")
  }
}
