import ArgumentParser

struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure how good results are, against a known truth.",
    subcommands: [EvalBoundariesCommand.self])
}
