import ArgumentParser
struct EvalGateCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "gate") }
