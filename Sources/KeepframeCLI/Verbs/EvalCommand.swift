import ArgumentParser

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Measure how good results are, on footage or against a known truth.",
    subcommands: [
      EvalGateCommand.self, EvalProjectionCommand.self, EvalEncoderCommand.self, EvalCostCommand.self, EvalBoundariesCommand.self,
      EvalScenesCommand.self, EvalSearchCommand.self, EvalDecksCommand.self,
    ])
}
