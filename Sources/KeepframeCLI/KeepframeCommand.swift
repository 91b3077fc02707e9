import ArgumentParser
import Glibc
import Keepframe

@main
struct KeepframeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keepframe",
    abstract: "Keeps the few frames of a video that are worth keeping.",
    discussion: """
      EXAMPLE
        keepframe index film.mp4     writes film.keepframe/, what was kept and why
        keepframe scenes film.mp4    prints the scenes
        keepframe report film.keepframe -o film.html

      Results go to standard output, messages to standard error.

      EXIT STATUS
         0  done                         70  a bug in keepframe
         3  a partial result, marked     71  out of memory
        64  usage                        73  cannot create the output
        65  bad media                    74  cannot write
        66  no such input                75  busy, try again
        69  something not installed      130, 143  interrupted
      """,
    version: keepframeVersion,
    subcommands: [
      IndexCommand.self, SearchCommand.self, DupsCommand.self, LibraryCommand.self, ScenesCommand.self, ExportCommand.self,
      ReportCommand.self, InfoCommand.self, TrainCommand.self, EvalCommand.self, ComposeCommand.self, SetupCommand.self,
    ])

  static func main() {
    StandardStreams.occupy()
    Interruption.arm()
    LibavLog.capture()
    setenv("OPENBLAS_NUM_THREADS", "1", 1)  // otherwise it starts a thread per core, idle, with 128 MiB each
    do {
      let words = RawArgument.commandLine()
      try checkVerb(words.first)
      var command = try parseAsRoot(words)
      try command.run()
    } catch {
      // Help, the version and our own exit statuses pass through. A mistake in the call is printed
      // as one line, like any other error.
      guard exitCode(for: error) == .validationFailure, !(error is ExitCode) else { exit(withError: error) }
      let message = message(for: error)
      let sentence = message.hasSuffix(".") ? String(message.dropLast()) : message
      Messages.error(sentence + (sentence.hasSuffix("?") ? " See keepframe --help" : "; see keepframe --help"))
      exit(withError: ExitCode.validationFailure)
    }
  }

  /// Without this, ArgumentParser would report a mistyped verb as a stray argument.
  private static func checkVerb(_ word: String?) throws {
    let verbs = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !verbs.contains(word) else { return }
    throw ValidationError("no verb \(word)\(Spelling.suggestion(for: word, among: verbs))")
  }
}
