import ArgumentParser

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn from a folder of footage.",
    subcommands: [TrainGateCommand.self, TrainProjectionCommand.self, TrainEncoderCommand.self, TrainBoundariesCommand.self])
}
