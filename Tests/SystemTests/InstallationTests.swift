import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeSystem

/// Each test has a made-up machine in a folder: nothing of the real one is looked at.
@Suite struct `Looking for the runtime and models` {
  private let folder = Folder()
  private func setUp(_ setUp: Installation.SetUp) -> String { setUp == .clone ? "run `make setup`" : "run the set-up" }

  /// The program is `prefix/bin/film`, and it is run in `work`.
  private func installation(_ environment: [String: FilePath] = [:]) -> Installation {
    Installation(
      environment: environment.merging(["HOME": folder.path.appending("home")]) { given, _ in given },
      programFolder: folder.path.pushing("prefix/bin"), currentFolder: folder.path.appending("work"))
  }

  /// Makes an empty file and the folders above it.
  @discardableResult
  private func make(_ name: FilePath) throws -> FilePath {
    try FileSystem.makeDirectories(folder.path.pushing(name).removingLastComponent())
    return folder.write("", to: name)
  }

  private func missing(_ installation: Installation) throws -> Installation.Missing {
    try #require(throws: Installation.Missing.self) { try installation.runtimeLibrary() }
  }

  // MARK: Order

  @Test func `takes the runtime from the first place of the order`() throws {
    // Last first: each place is preferred to all those before it.
    let places: [FilePath] = [
      "work/.deps/python/openvino/libs", ".deps/python/openvino/libs", "prefix/.deps/python/openvino/libs",
      "home/.local/lib/python3.9/site-packages/openvino/libs", "home/.local/lib/python3.11/site-packages/openvino/libs",
      "conda/lib/python3.11/site-packages/openvino/libs", "venv/lib/python3.11/dist-packages/openvino/libs",
      "venv/lib/python3.11/site-packages/openvino/libs", "home/.local/share/keepframe/openvino", "data/keepframe/openvino",
      "prefix/lib/keepframe", "prefix/share/keepframe/openvino", "prefix/bin", "named",
    ]
    var environment: [String: FilePath] = [:]
    for place in places {
      let library = try make(place.appending("libopenvino_c.so.2641"))
      // Variables are set once their place is there: one that names an empty place is an error.
      if place.starts(with: "conda") { environment["CONDA_PREFIX"] = folder.path.appending("conda") }
      if place.starts(with: "venv") { environment["VIRTUAL_ENV"] = folder.path.appending("venv") }
      if place.starts(with: "data") { environment["XDG_DATA_HOME"] = folder.path.appending("data") }
      if place == "named" { environment["KEEPFRAME_OPENVINO"] = folder.path.appending("named") }
      // Of Pythons the last name counts, which is 3.9 beside 3.11: any of them will do.
      if place.string.contains("home/.local/lib/python3.11") { continue }
      #expect(try installation(environment).runtimeLibrary() == library, "\(place)")
    }
  }

  @Test func `takes a model from the first place of the order`() throws {
    let places: [FilePath] = [
      "work/.deps/models", ".deps/models", "prefix/.deps/models", "home/.local/share/keepframe/models", "data/keepframe/models",
      "prefix/lib/keepframe/models", "prefix/share/keepframe/models", "prefix/bin/models", "named",
    ]
    var environment: [String: FilePath] = [:]
    for place in places {
      let model = try make(place.appending("net.xml"))
      if place.starts(with: "data") { environment["XDG_DATA_HOME"] = folder.path.appending("data") }
      if place == "named" { environment["KEEPFRAME_MODELS"] = folder.path.appending("named") }
      #expect(try installation(environment).model(named: "net") == model, "\(place)")
    }
  }

  @Test func `takes system libraries after Python's packages and before .deps`() throws {
    let deps = try make(".deps/python/openvino/libs/libopenvino_c.so")
    var installation = installation()
    #expect(try installation.runtimeLibrary() == deps)
    installation.libraryFolders = [folder.path.pushing("usr/lib")]
    let system = try make("usr/lib/libopenvino_c.so.2025")
    #expect(try installation.runtimeLibrary() == system)
    let wheel = try make("home/.local/lib/python3.12/site-packages/openvino/libs/libopenvino_c.so.2641")
    #expect(try installation.runtimeLibrary() == wheel)
  }

  @Test func `takes the library itself, its folder, or the folder of the wheel`() throws {
    let library = try make("repo/openvino/libs/libopenvino_c.so.2641")
    let wheel = library.removingLastComponent().removingLastComponent()
    for place in [library, library.removingLastComponent(), wheel, wheel.removingLastComponent()] {
      #expect(try installation(["KEEPFRAME_OPENVINO": place]).runtimeLibrary() == library)
    }
  }

  @Test func `believes a variable, even where it leads nowhere`() throws {
    try make("prefix/bin/libopenvino_c.so")
    try make("prefix/bin/models/net.xml")
    let astray = installation(["KEEPFRAME_OPENVINO": "/nowhere", "KEEPFRAME_MODELS": "/nowhere"])
    #expect(try missing(astray).problem == "KEEPFRAME_OPENVINO is `/nowhere`, which has no libopenvino_c.so")
    let model = try #require(throws: Installation.Missing.self) { try astray.model(named: "net") }
    #expect(model.named == "/nowhere" && model.problem == "no such file")
  }

  // MARK: Trust

  @Test(arguments: ["prefix/share/keepframe", "home/.local/share/keepframe", ".deps"])
  func `does not load what anybody may have put there`(place: String) throws {
    let inside: FilePath = place == ".deps" ? "python/openvino/libs" : "openvino"
    let library = try make(FilePath(place).pushing(inside).appending("libopenvino_c.so"))
    try make(FilePath(place).pushing("models/net.xml"))
    #expect(try installation().runtimeLibrary() == library)

    for open in [FilePath(place), FilePath(place).pushing(inside)] {
      folder.makeFolder(open, mode: 0o1777)
      let error = try missing(installation())
      #expect(error.ignored == folder.path.pushing(FilePath(place)))
      #expect(error.problem.hasSuffix("; ignored \(folder.path)/\(place), which somebody else may have filled"))
      folder.makeFolder(open, mode: 0o755)
    }
    var stranger = installation()
    stranger.trustedOwners = []
    #expect(try missing(stranger).ignored != nil)
    #expect(throws: Installation.Missing.self) { try stranger.model(named: "net") }
  }

  // MARK: What to do

  @Test func `tells who installed a program where to put the files`() throws {
    let error = try missing(installation(["HOME": "/home/ada"]))
    let place = "/home/ada/.local/share/keepframe/openvino"
    #expect(error.problem == "found no libopenvino_c.so in \(place) or in Python's packages")
    #expect(error.remedy(setUpBy: setUp) == "put OpenVINO's C library into \(place), or set KEEPFRAME_OPENVINO to its folder")
    let homeless = try missing(installation(["HOME": "relative"]))
    #expect(homeless.problem == "found no libopenvino_c.so in Python's packages")
    #expect(homeless.remedy(setUpBy: setUp) == "set KEEPFRAME_OPENVINO to its folder")
  }

  @Test func `tells who built it in a clone to run its set-up`() throws {
    try make("prefix/Scripts/setup")
    try make("prefix/Package.swift")
    let runtime = try missing(installation())
    #expect(runtime.problem == "found no libopenvino_c.so in .deps or in Python's packages")
    #expect(runtime.remedy(setUpBy: setUp) == "run `make setup`, or set KEEPFRAME_OPENVINO")
    let model = try #require(throws: Installation.Missing.self) { try installation().model(named: "net") }
    #expect(model.problem == "found in no .deps/models")
    #expect(model.remedy(setUpBy: setUp) == "run `make setup`, or set KEEPFRAME_MODELS")
    let astray = installation(["KEEPFRAME_MODELS": "/nowhere"]).missing(.model("net"))
    #expect(astray.remedy(setUpBy: setUp) == "correct KEEPFRAME_MODELS, or unset it and run `make setup`")
  }

  @Test func `tells who installed it with its set-up to run that`() throws {
    for name in ["requirements.txt", "build-backbone.py"] {
      #expect(installation().setUpFolder == nil)
      try make(FilePath("prefix/share/keepframe/setup/\(name)"))
    }
    #expect(installation().setUpFolder == folder.path.pushing("prefix/share/keepframe/setup"))
    let error = try missing(installation(["HOME": "/home/ada"]))
    #expect(error.problem == "found no libopenvino_c.so in /home/ada/.local/share/keepframe/openvino or in Python's packages")
    #expect(error.remedy(setUpBy: setUp) == "run the set-up, or set KEEPFRAME_OPENVINO")
    #expect(error.remedy { _ in nil }.hasPrefix("put OpenVINO's C library into "))
    var alone = installation()
    alone.programFolder = folder.path.appending("elsewhere")
    #expect(try missing(alone).setUp == nil)
  }

  @Test func `takes no set-up from a folder that others may write to, and the installed one first`() throws {
    let files = ["requirements.txt", "build-backbone.py"]
    for name in ["setup"] + files { try make(FilePath("prefix/Scripts/\(name)")) }
    try make("prefix/Package.swift")
    let scripts = folder.path.pushing("prefix/Scripts")
    #expect(installation().setUpFolder == scripts)
    for name in files { try make(FilePath("prefix/share/keepframe/setup/\(name)")) }
    #expect(installation().setUpFolder == folder.path.pushing("prefix/share/keepframe/setup"))
    _ = try run("chmod", ["o+w", folder.path.pushing("prefix/share/keepframe/setup").string])
    #expect(installation().setUpFolder == scripts)
  }

  @Test func `finds what it says to put somewhere`() throws {
    let home = Installation(environment: ["HOME": folder.path.appending("home")])
    let place = try #require(home.missing(.runtime).place)
    let models = try #require(home.missing(.model("net")).place)
    let inside = FilePath(root: nil, place.components.suffix(5))
    let library = try make(inside.appending("libopenvino_c.so"))
    #expect(try home.runtimeLibrary() == library)
    let model = try make(FilePath(root: nil, models.components.suffix(5)).appending("net.xml"))
    #expect(try home.model(named: "net") == model)
  }
}

@Suite struct `Other places` {
  @Test func `are those of the XDG Base Directory Specification`() {
    func cache(_ environment: [String: FilePath]) -> FilePath? { Installation(environment: environment).cacheFolder }
    #expect(cache(["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/keepframe")
    #expect(cache(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/keepframe")
    #expect(cache(["XDG_CACHE_HOME": "relative", "HOME": "relative"]) == nil)
    #expect(cache([:]) == nil)
    #expect(Installation(environment: ["XDG_DATA_HOME": "/d", "HOME": "/h"]).dataFolder == "/d/keepframe")
    #expect(Installation(environment: ["HOME": "/h"]).dataFolder == "/h/.local/share/keepframe")
  }

  @Test func `compiled networks are kept where a variable says, else with what is cached, or nowhere`() {
    func networks(_ environment: [String: FilePath]) -> FilePath? { Installation(environment: environment).networkFolder }
    #expect(networks(["HOME": "/h"]) == "/h/.cache/keepframe/networks")
    #expect(networks(["HOME": "/h", "KEEPFRAME_NETWORKS": "/n"]) == "/n")
    #expect(networks(["HOME": "/h", "KEEPFRAME_NETWORKS": "off"]) == nil)
    #expect(networks([:]) == nil)
  }

  @Test func `programs lie on PATH, in its order, and can be run`() throws {
    let folder = Folder()
    for name in ["a", "b", "c", "a/film"] { folder.makeFolder(FilePath(name)) }
    folder.write("", to: "b/film")
    let program = folder.write("", to: "c/film")
    let path = FilePath(["a", "", "b", "c"].map { "\(folder.path)/\($0)" }.joined(separator: ":"))
    let installation = Installation(environment: ["PATH": path])
    #expect(installation.program(named: "film") == nil)
    try #require(run("chmod", ["755", program.string]).status == 0)
    #expect(installation.program(named: "film") == program)
    #expect(Installation().program(named: "sh") != nil)
  }

  @Test func `scratch goes where TMPDIR says`() {
    #expect(Installation(environment: ["TMPDIR": "/scratch"]).temporaryFolder == "/scratch")
    #expect(Installation().temporaryFolder == "/tmp")
  }

  @Test func `this process knows its own`() {
    let current = Installation.current()
    #expect(current.programFolder?.isAbsolute == true)
    #expect(current.currentFolder == FileSystem.realPath("."))
    #expect(current.environment["PATH"] != nil)
  }
}
