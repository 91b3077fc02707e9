import ArgumentParser

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Measure quality on footage.", subcommands: [EvalGateCommand.self, EvalEncoderCommand.self])
}
