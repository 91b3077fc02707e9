import ArgumentParser
import Glibc
import Keepframe
import KeepframeSystem
import SystemPackage

struct SetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Fetch the inference runtime and build the default model, if they are missing.",
    discussion: """
      Both go into the user's data folder, $XDG_DATA_HOME/keepframe or ~/.local/share/keepframe. Needs Python 3.11 to 3.14 with \
      pip, and the network; no other verb does. Nothing is fetched if both are there already.

      EXAMPLE
        keepframe setup
        keepframe info     says what is there now
      """)

  func run() throws {
    try reporting {
      // Keepframe runs nothing from a folder that others can write to, so the umask must forbid it.
      umask(0o022)
      let setUp = ComponentSetup(
        .current(), model: RuntimeBackbone.defaultName, cancellation: Interruption.cancellation)
      let places = try setUp.run { step in
        switch step {
        case .fetching(let python):
          try Messages.result(
            "fetching the inference runtime and the default weights (98 MB), with \(printable(python.string))\n")
        case .building(let model): try Messages.result("building \(model)\n")
        }
      }
      let how = places.areNew ? "installed" : "already there:"
      for path in [places.runtime, places.model] { try Messages.result("\(how) \(printable(path.string))\n") }
      return .ok
    }
  }
}
