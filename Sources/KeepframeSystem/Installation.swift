internal import Glibc
public import SystemPackage

/// Where this process may find what was not built into it (the inference runtime, models, other
/// programs), and where it may keep caches.
///
/// A part is looked for in this order, and the first place that has it counts:
///
/// 1. what its variable names: `KEEPFRAME_OPENVINO`, `KEEPFRAME_MODELS`. A variable that is set
///    decides: if it names an empty place, that is an error, and no other place is searched;
/// 2. beside the program: its own folder, `../share/keepframe`, `../lib/keepframe`;
/// 3. the user's data folder, which `ComponentSetup` fills: `$XDG_DATA_HOME/keepframe`, or
///    `~/.local/share/keepframe`;
/// 4. for the runtime, the packages of Python installations and the system's libraries;
/// 5. `.deps`, which `make setup` fills, in the folders above the program and above the current
///    one.
///
/// The search starts no other program: no Python, no shell. docs/install.md tells users the same.
public struct Installation: Sendable {
  /// The environment variables that are read, by name; only those that are set. See
  /// ``variableNames``.
  package var environment: [String: FilePath]
  /// The program's folder, with links resolved; nil if it is not known.
  package var programFolder: FilePath?
  package var currentFolder: FilePath?
  /// The system's folders that may hold a runtime.
  package var libraryFolders: [FilePath]
  /// The user IDs of those who may have filled a folder whose content is executed.
  package var trustedOwners: Set<UInt32>

  package static let variableNames = [
    "KEEPFRAME_OPENVINO", "KEEPFRAME_MODELS", "KEEPFRAME_NETWORKS", "VIRTUAL_ENV", "CONDA_PREFIX", "HOME", "XDG_DATA_HOME",
    "XDG_CACHE_HOME", "PATH", "TMPDIR", "PYTHON",
  ]

  package init(
    environment: [String: FilePath] = [:], programFolder: FilePath? = nil, currentFolder: FilePath? = nil,
    libraryFolders: [FilePath] = [], trustedOwners: Set<UInt32> = [0, geteuid()]
  ) {
    self.environment = environment
    self.programFolder = programFolder
    self.currentFolder = currentFolder
    self.libraryFolders = libraryFolders
    self.trustedOwners = trustedOwners
  }

  /// The installation of this process, as it is now.
  package static func current() -> Installation {
    var environment: [String: FilePath] = [:]
    for name in variableNames {
      guard let value = getenv(name), value.pointee != 0 else { continue }
      environment[name] = FilePath(platformString: value)
    }
    var installation = Installation(
      environment: environment, currentFolder: FileSystem.currentFolder,
      libraryFolders: ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib"])
    if let program = FileSystem.realPath("/proc/self/exe") {
      installation.programFolder = program.removingLastComponent()
      // The program's owner is also trusted with what the program runs.
      if let owner = try? program.stat().userID { installation.trustedOwners.insert(owner.rawValue) }
    }
    return installation
  }

  // MARK: The runtime

  /// The path of OpenVINO's C library.
  package func runtimeLibrary() throws(Missing) -> FilePath {
    if let place = environment[Part.runtime.variable] {
      if FileSystem.isRegularFile(place) { return place }
      // A wheel's folder, its parent, or an unpacked archive from OpenVINO.
      for inside in ["", "libs", "openvino/libs", "runtime/lib/intel64", "lib"] {
        if let library = runtime(in: place.appending(inside)) { return library }
      }
      throw missing(.runtime)
    }
    var ignored: FilePath?
    func find(in folders: [FilePath]) -> FilePath? {
      for folder in folders {
        for inside in ["", "openvino", "openvino/libs", "python/openvino/libs"] {
          guard let library = runtime(in: folder.appending(inside)) else { continue }
          if isTrusted(folder), isTrusted(library.removingLastComponent()) { return library }
          ignored = ignored ?? folder
        }
      }
      return nil
    }
    if let library = find(in: ownFolders) { return library }
    for folder in pythonFolders.map({ $0.appending("openvino/libs") }) + libraryFolders {
      if let library = runtime(in: folder) { return library }
    }
    if let library = find(in: buildFolders) { return library }
    throw missing(.runtime, ignored: ignored)
  }

  /// The runtime's library in a folder. Wheels add the release to its name:
  /// `libopenvino_c.so.2641`.
  private func runtime(in folder: FilePath) -> FilePath? {
    let names = (try? FileSystem.names(in: folder)) ?? []
    let file = Part.runtime.file
    return names.first { $0.string == file || $0.string.hasPrefix(file + ".") }
      .map { folder.appending($0) }
  }

  /// The package folders of Python installations, newest version first. Any version will do, since
  /// only the C library is used.
  private var pythonFolders: [FilePath] {
    var libraries: [FilePath] = []
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
      if let prefix = environment[name] { libraries.append(prefix.appending("lib")) }
    }
    if let home = environment["HOME"] { libraries.append(home.appending(".local/lib")) }
    libraries += libraryFolders.isEmpty ? [] : ["/usr/local/lib", "/usr/lib"]
    return libraries.flatMap { library in
      ((try? FileSystem.names(in: library)) ?? []).filter { $0.string.hasPrefix("python3") }.reversed().flatMap { python in
        ["site-packages", "dist-packages"].map { library.appending(python).appending($0) }
      }
    }
  }

  // MARK: Models

  /// The path of an installed model, such as `efficientnet-lite0`.
  package func model(named name: String) throws(Missing) -> FilePath {
    let part = Part.model(name)
    if let place = environment[part.variable] {
      let path = place.appending(part.file)
      guard FileSystem.isRegularFile(path) else { throw missing(part) }
      return path
    }
    var ignored: FilePath?
    for folder in ownFolders + buildFolders {
      let path = folder.appending("models").appending(part.file)
      guard FileSystem.isRegularFile(path) else { continue }
      if isTrusted(folder), isTrusted(path.removingLastComponent()) { return path }
      ignored = ignored ?? folder
    }
    throw missing(part, ignored: ignored)
  }

  // MARK: Programs, caches, scratch

  /// The path of a program that is on PATH; nil if it is not there.
  package func program(named name: String) -> FilePath? {
    let path = environment["PATH"]?.bytes ?? Array("/usr/local/bin:/usr/bin:/bin".utf8)
    return path.split(separator: UInt8(ascii: ":")).lazy.map { FilePath(bytes: Array($0)).appending(name) }
      .first { FileSystem.isProgram($0) }
  }

  /// `keepframe` in the user's cache folder, `$XDG_CACHE_HOME` or `~/.cache`; nil if neither is
  /// known.
  package var cacheFolder: FilePath? { userFolder("XDG_CACHE_HOME", orBelowHome: ".cache") }

  /// The folder in which compiled networks are kept between runs: the one that `KEEPFRAME_NETWORKS`
  /// names, or `networks` in ``cacheFolder``. Nil if there is no cache folder, or if the variable
  /// is not an absolute path, as in `off`.
  package var networkFolder: FilePath? {
    guard let named = environment["KEEPFRAME_NETWORKS"] else { return cacheFolder?.appending("networks") }
    return named.isAbsolute ? named : nil
  }

  /// `keepframe` in the user's data folder, `$XDG_DATA_HOME` or `~/.local/share`; nil if neither is
  /// known.
  package var dataFolder: FilePath? { userFolder("XDG_DATA_HOME", orBelowHome: ".local/share") }

  /// The folder for files that vanish with the process.
  package var temporaryFolder: FilePath { environment["TMPDIR"] ?? "/tmp" }

  /// Follows the XDG Base Directory Specification: a path that is not absolute is ignored.
  private func userFolder(_ variable: String, orBelowHome place: FilePath) -> FilePath? {
    let stated = environment[variable].flatMap { $0.isAbsolute ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.isAbsolute ? $0.pushing(place) : nil }
    return (stated ?? home)?.appending("keepframe")
  }

  // MARK: Folders of parts

  /// The folders of the installed program, then the user's data folder.
  private var ownFolders: [FilePath] {
    var folders: [FilePath] = []
    if let programFolder {
      let above = programFolder.removingLastComponent()
      folders = [programFolder, above.appending("share/keepframe"), above.appending("lib/keepframe")]
    }
    return folders + [dataFolder].compactMap(\.self)
  }

  /// Every `.deps` at or above the program, then at or above the current folder, nearest first. The
  /// program comes first because its builder is trusted more than whoever filled the current
  /// folder.
  private var buildFolders: [FilePath] {
    var found: [FilePath] = []
    for start in [programFolder, currentFolder].compactMap(\.self) {
      var folder = start
      repeat {
        let candidate = folder.appending(".deps")
        if FileSystem.isDirectory(candidate), !found.contains(candidate) { found.append(candidate) }
      } while folder.removeLastComponent()
    }
    return found
  }

  // MARK: What set-up needs

  /// The folder of the pinned requirements and of the script that builds the default model.
  ///
  /// It lies beside an installed program, or in the clone that the program was built in. Nil if
  /// neither exists. The program acts on both files, so the folder must be trusted.
  package var setUpFolder: FilePath? {
    let beside = programFolder.map { $0.removingLastComponent().pushing("share/keepframe/setup") }
    return [beside, clone?.appending("Scripts")].compactMap(\.self).first { folder in
      SetUpFile.allCases.allSatisfy { FileSystem.isRegularFile(folder.appending($0.rawValue)) } && isTrusted(folder)
    }
  }

  package enum SetUpFile: String, CaseIterable {
    case requirements = "requirements.txt"
    case modelBuilder = "build-backbone.py"
  }

  /// Whether only a trusted owner can have filled the folder. A folder that others may write to is
  /// not.
  func isTrusted(_ folder: FilePath) -> Bool {
    guard let status = try? folder.stat() else { return false }
    return trustedOwners.contains(status.userID.rawValue) && !status.permissions.contains(.otherWrite)
  }

  /// The clone of Keepframe that the program was built in. Nil for an installed program, and for a
  /// program of a package that depends on Keepframe.
  private var clone: FilePath? {
    guard var folder = programFolder else { return nil }
    repeat {
      if FileSystem.isRegularFile(folder.appending("Scripts/setup")), FileSystem.exists(folder.appending("Package.swift")) {
        return folder
      }
    } while folder.removeLastComponent()
    return nil
  }
}

// MARK: - What is missing

extension Installation {
  /// A part that was not found, and how to get it.
  public struct Missing: Hashable, Sendable {
    /// What was looked for.
    public let part: Part
    /// The path that the part's variable names; nil if it is not set.
    public let named: FilePath?
    /// The set-up that installs the part; nil if there is none.
    public let setUp: SetUp?
    /// The folder in which to put the part; nil if only the variable can name a place.
    public let place: FilePath?
    /// A folder that has the part but was passed over, since somebody else may have filled it.
    public let ignored: FilePath?
  }

  /// A set-up that installs a missing part.
  public enum SetUp: Hashable, Sendable {
    /// The set-up of the clone that the program was built in.
    case clone
    /// The set-up of the program, which was installed with the files that its set-up needs.
    case program
  }

  /// What may have to be installed before a backbone can be loaded.
  public enum Part: Hashable, Sendable {
    /// OpenVINO's C library.
    case runtime
    /// The model of that name, with its weights and its JSON sidecar.
    case model(String)

    /// The name of the file that is looked for.
    package var file: String {
      switch self {
      case .runtime: "libopenvino_c.so"
      case .model(let name): "\(name).xml"
      }
    }

    package var variable: String {
      switch self {
      case .runtime: "KEEPFRAME_OPENVINO"
      case .model: "KEEPFRAME_MODELS"
      }
    }

    /// The part's folder inside the user's data folder.
    fileprivate var folder: FilePath {
      switch self {
      case .runtime: "openvino"
      case .model: "models"
      }
    }
  }

  /// Describes a part that is not found, or that does not work where it is.
  package func missing(_ part: Part, ignored: FilePath? = nil) -> Missing {
    Missing(
      part: part, named: environment[part.variable], setUp: clone != nil ? .clone : setUpFolder != nil ? .program : nil,
      place: dataFolder.map { $0.pushing(part.folder) }, ignored: ignored)
  }
}

/// Thrown only between modules. Callers of the library get an error that says what the part was
/// for.
extension Installation.Missing: Error {}

extension Installation.Missing {
  /// What was looked for, and where.
  package var problem: String {
    if let named {
      return switch part {
      case .runtime: "\(part.variable) is `\(oneLine(named.string))`, which has no \(part.file)"
      case .model: "no such file"
      }
    }
    let note = ignored.map { "; ignored \(oneLine($0.string)), which somebody else may have filled" } ?? ""
    let places = setUp == .clone ? [".deps"] : [place.map { oneLine($0.string) }].compactMap(\.self)
    return switch part {
    case .runtime:
      "found no \(part.file) " + (places + ["Python's packages"]).map { "in \($0)" }.joined(separator: " or ") + note
    case .model: (setUp == .clone ? "found in no .deps/models" : "not found" + (places.first.map { " in \($0)" } ?? "")) + note
    }
  }

  /// What to do about it.
  ///
  /// - Parameter setUpBy: Says how to run a set-up, as in "run `make setup`". Returns nil if the
  ///   caller offers none.
  package func remedy(setUpBy: (Installation.SetUp) -> String?) -> String {
    let files: String =
      switch part {
      case .runtime: "OpenVINO's C library"
      case .model(let name): "\(name).xml, \(name).bin and \(name).keepframe.json"
      }
    let setUp = setUp.flatMap(setUpBy)
    let place = place.map { "put \(files) into \(oneLine($0.string))" }
    if case .model = part, named != nil {
      return "correct \(part.variable), or unset it" + ((setUp ?? place).map { " and \($0)" } ?? "")
    }
    if let setUp { return "\(setUp), or set \(part.variable)" }
    return (place.map { "\($0), or " } ?? "") + "set \(part.variable) to its folder"
  }
}
