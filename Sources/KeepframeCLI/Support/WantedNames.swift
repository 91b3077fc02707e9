import ArgumentParser

/// Names of labels between commas, as in `people,text`.
struct WantedNames: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    if names.isEmpty { return nil }
  }
}
