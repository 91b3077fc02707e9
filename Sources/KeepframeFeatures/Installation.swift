internal import Glibc
internal import SystemPackage

/// Where this process may find the inference runtime and the default models.
///
/// Nothing is started to look: no Python, no shell. A variable that is set is believed, and an empty place it names is an
/// error rather than a reason to look elsewhere.
struct Installation {
  /// Only the names below are read: KEEPFRAME_OPENVINO, KEEPFRAME_MODELS, VIRTUAL_ENV, CONDA_PREFIX, HOME.
  var environment: [String: String]
  /// Where the search for a `.deps` folder starts, each upward to the root.
  var starts: [FilePath]
  /// Python and system folders that may hold a runtime; in tests, none.
  var systemFolders: [FilePath] = []
  /// Who may have made a `.deps`: what is in it will be executed.
  var trustedOwners: Set<uid_t> = [0, geteuid()]

  /// The executable comes before the current folder: who built the binary is trusted more than who filled the folder.
  static func current() -> Installation {
    var variables: [String: String] = [:]
    for name in ["KEEPFRAME_OPENVINO", "KEEPFRAME_MODELS", "VIRTUAL_ENV", "CONDA_PREFIX", "HOME"] {
      variables[name] = KeepframeFeatures.environment(name)
    }
    var installation = Installation(environment: variables, starts: [])
    if let executable = realpath("/proc/self/exe", nil) {
      installation.starts.append(FilePath(platformString: executable).removingLastComponent())
      var status = stat()
      if stat(executable, &status) == 0 { installation.trustedOwners.insert(status.st_uid) }
      free(executable)
    }
    if let folder = getcwd(nil, 0) {
      installation.starts.append(FilePath(platformString: folder))
      free(folder)
    }
    installation.systemFolders = installation.sitePackages.map { $0.appending("openvino/libs") }
    installation.systemFolders += ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib"]
    return installation
  }

  /// The path of libopenvino_c.
  func runtimeLibrary() throws(FeatureError) -> FilePath {
    if let place = environment["KEEPFRAME_OPENVINO"] {
      let path = FilePath(place)
      if isFile(path) { return path }
      // A wheel's folder, its parent, or an unpacked archive of OpenVINO's own.
      for inside in ["", "libs", "openvino/libs", "runtime/lib/intel64", "lib"] {
        if let library = library(in: path.appending(inside)) { return library }
      }
      throw .runtimeMissing(problem: "KEEPFRAME_OPENVINO is `\(oneLine(place))`, which has no libopenvino_c.so")
    }
    for folder in folders(trusted: true) {
      if let library = library(in: folder.appending("python/openvino/libs")) { return library }
    }
    for folder in systemFolders {
      if let library = library(in: folder) { return library }
    }
    let ignored = folders(trusted: false).first.map { "; ignored \($0), which somebody else may have filled" } ?? ""
    throw .runtimeMissing(problem: oneLine("found no libopenvino_c.so in .deps or in Python's packages\(ignored)"))
  }

  /// The path of a model that set-up made, such as `efficientnet-lite0`.
  func model(named name: String) throws(FeatureError) -> FilePath {
    let file = "\(name).xml"
    if let place = environment["KEEPFRAME_MODELS"] {
      let path = FilePath(place).appending(file)
      guard isFile(path) else {
        throw .modelNotWhereNamed(model: path, variable: "KEEPFRAME_MODELS")
      }
      return path
    }
    for folder in folders(trusted: true) {
      let path = folder.appending("models").appending(file)
      if isFile(path) { return path }
    }
    throw .modelNotInstalled(model: FilePath(file), problem: "found in no .deps/models")
  }

  /// Every `.deps` at or above a start, nearest first, that only its trusted owner can have filled; or else the others.
  private func folders(trusted: Bool) -> [FilePath] {
    var found: [FilePath] = []
    for start in starts {
      var folder = start
      while true {
        let candidate = folder.appending(".deps")
        if isFolder(candidate), isTrusted(candidate) == trusted, !found.contains(candidate) { found.append(candidate) }
        guard folder.removeLastComponent() else { break }
      }
    }
    return found
  }

  private func isTrusted(_ folder: FilePath) -> Bool {
    var status = stat()
    guard stat(folder.string, &status) == 0 else { return false }
    return trustedOwners.contains(status.st_uid) && status.st_mode & S_IWOTH == 0
  }

  /// Where Pythons keep packages; newest version first, though any will do: only the C library is used.
  private var sitePackages: [FilePath] {
    var libraries: [FilePath] = []
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
      if let prefix = environment[name] { libraries.append(FilePath(prefix).appending("lib")) }
    }
    if let home = environment["HOME"] { libraries.append(FilePath(home).appending(".local/lib")) }
    libraries += ["/usr/local/lib", "/usr/lib"]
    return libraries.flatMap { library in
      names(in: library).filter { $0.hasPrefix("python3") }.reversed().flatMap { python in
        ["site-packages", "dist-packages"].map { library.appending(python).appending($0) }
      }
    }
  }

  /// Wheels name it after the release: libopenvino_c.so.2641.
  private func library(in folder: FilePath) -> FilePath? {
    names(in: folder).first { $0 == "libopenvino_c.so" || $0.hasPrefix("libopenvino_c.so.") }.map { folder.appending($0) }
  }
}
