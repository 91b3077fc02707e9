package import SystemPackage

/// Why the inference runtime and the default model could not be installed.
package enum SetUpError: Hashable {
  /// No wheels are pinned for this kind of processor or system.
  case unsupportedMachine(String)
  /// The program was installed without the files that its set-up needs.
  case notInstalled
  /// A variable that is set decides where to look, so what set-up installs would not be found.
  case misled(Installation.Missing)
  case noDataFolder
  /// Others may write to the folder, so nothing in it is run.
  case openToOthers(folder: FilePath)
  case cannotCreate(FilePath, Errno)
  case cannotWrite(FilePath, Errno)
  /// Another process is setting up the same folder now.
  case busy(folder: FilePath)
  /// `named` is the Python that the variable PYTHON names, if that is set.
  case noPython(named: FilePath?)
  case noPip(python: FilePath)
  case noNetwork(says: String)
  /// A fetched file does not have its pinned hash.
  case altered(says: String)
  case fetchFailed(status: Int32, says: String)
  case buildFailed(model: String, status: Int32, says: String)
}

extension SetUpError: KeepframeFailure {
  package var code: String {
    switch self {
    case .unsupportedMachine: "setup.unsupported-machine"
    case .notInstalled: "setup.not-installed"
    case .misled: "setup.misled"
    case .noDataFolder: "setup.no-data-folder"
    case .openToOthers: "setup.open-to-others"
    case .cannotCreate: "setup.cannot-create"
    case .cannotWrite: "setup.cannot-write"
    case .busy: "setup.busy"
    case .noPython: "setup.no-python"
    case .noPip: "setup.no-pip"
    case .noNetwork: "setup.no-network"
    case .altered: "setup.altered"
    case .fetchFailed: "setup.fetch-failed"
    case .buildFailed: "setup.build-failed"
    }
  }

  package var subject: String? {
    switch self {
    case .unsupportedMachine, .notInstalled, .noDataFolder, .noNetwork, .altered, .fetchFailed: "set-up"
    case .misled(let missing): missing.part.variable
    case .openToOthers(let path), .cannotCreate(let path, _), .cannotWrite(let path, _), .busy(let path), .noPip(let path):
      oneLine(path.string)
    case .noPython(let path): path.map { oneLine($0.string) } ?? "set-up"
    case .buildFailed(let model, _, _): model
    }
  }

  package var failure: String {
    switch self {
    case .unsupportedMachine(let machine): "no wheels are pinned for \(machine)"
    case .notInstalled: "requirements.txt and build-backbone.py are not installed with the program"
    case .misled(let missing): "names \(oneLine((missing.named ?? "").string)), which has no \(missing.part.file)"
    case .noDataFolder: "found no data folder for the user"
    case .openToOthers: "others may write there, so nothing in it would be used"
    case .cannotCreate(_, let errno): "cannot create (\(errno))"
    case .cannotWrite(_, let errno): "cannot write (\(errno))"
    case .busy: "another set-up is writing it"
    case .noPython(nil): "found no Python 3.11 to 3.14, which the pinned wheels are for"
    case .noPython: "PYTHON names it, but it is not Python 3.11 to 3.14, which the pinned wheels are for"
    case .noPip: "has no pip"
    case .noNetwork(let says): "cannot reach the package index" + Self.quoted(says)
    case .altered(let says): "a wheel does not have its pinned hash" + Self.quoted(says)
    case .fetchFailed(let status, let says): "pip ended with \(status)" + Self.quoted(says)
    case .buildFailed(_, let status, let says): "building it ended with \(status)" + Self.quoted(says)
    }
  }

  package var remedy: String? {
    switch self {
    case .unsupportedMachine: "set KEEPFRAME_OPENVINO and KEEPFRAME_MODELS to your own"
    case .notInstalled: "install them in share/keepframe/setup beside the program's folder"
    case .misled: "correct it, or unset it"
    case .noDataFolder: "set HOME or XDG_DATA_HOME"
    case .openToOthers: "take that right away from others (chmod o-w), or set XDG_DATA_HOME"
    case .cannotCreate: "make the folder above it writable, or set XDG_DATA_HOME"
    case .cannotWrite(_, .noSpace): "free 600 MB there and run again"
    case .cannotWrite: "check the disk and run again"
    case .busy: "wait for that one and run again"
    case .noPython(nil): "install one (apt-get install python3 python3-pip), or set PYTHON to one"
    case .noPython: "set PYTHON to one, or unset it"
    case .noPip: "install it (apt-get install python3-pip), or set PYTHON to a Python that has it"
    case .noNetwork: "connect, or set PIP_INDEX_URL to a mirror, and run again"
    case .altered: "run again; if it stays so, do not trust the mirror"
    case .fetchFailed, .buildFailed: "run again"
    }
  }

  private static func quoted(_ says: String) -> String { says.isEmpty ? "" : ": \(says)" }
}
