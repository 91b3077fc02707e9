import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

/// Each test has an installed program, a home and a Python that is a shell script. Nothing is
/// fetched, and all calls are counted.
@Suite struct `Set-up` {
  private let folder = Folder()

  /// What the Python in PATH does.
  private enum Manner: String, CaseIterable {
    case works, old, withoutPip, offline, altered, full, fails, buildFails, hangs
  }

  private static let python = """
    #!/bin/sh
    here=${0%/*}
    manner=$(cat "$here/manner")
    echo "$*" >>"$here/calls"
    case "$*" in
    "-I -c "*) if [ "$manner" = old ]; then echo 3.10; else echo 3.12; fi ;;
    "-P -m pip --version") [ "$manner" != withoutPip ] ;;
    "-P -m pip install "*"--require-hashes"*)
      while [ "$1" != --target ]; do shift; done
      mkdir -p "$2/openvino/libs"
      for name in libopenvino_c.so.1 libopenvino.so.1 libtbb.so.1 libopenvino_intel_gpu_plugin.so; do
        echo library >"$2/openvino/libs/$name"
      done
      case $manner in
      offline) echo "WARNING: after connection broken by 'NewConnectionError'"; echo "ERROR: No matching distribution"; exit 1 ;;
      altered) echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"; echo "Got a1"; exit 1 ;;
      full) echo "ERROR: [Errno 28] No space left on device"; exit 1 ;;
      fails) echo "ERROR: no such option"; exit 2 ;;
      hangs) exec sleep 1000 ;;
      esac ;;
    "-P -s -B "*"/share/keepframe/setup/build-backbone.py "*)
      [ -f "$PYTHONPATH/openvino/libs/libopenvino_c.so.1" ] || exit 9
      mkdir "$5"
      if [ "$manner" = buildFails ]; then echo "ValueError: weights without a place"; exit 1; fi
      for name in xml bin keepframe.json; do echo model >"$5/efficientnet-lite0.$name"; done ;;
    *) echo "unexpected call: $*"; exit 10 ;;
    esac
    """

  init() {
    for name: FilePath in ["home", "bin", "prefix", "prefix/bin", "prefix/share"] { folder.makeFolder(name, mode: 0o755) }
    for name: FilePath in ["prefix/share/keepframe", "prefix/share/keepframe/setup"] { folder.makeFolder(name, mode: 0o755) }
    folder.write("openvino==1 --hash=sha256:a0", to: "prefix/share/keepframe/setup/requirements.txt")
    folder.write("print('builds')", to: "prefix/share/keepframe/setup/build-backbone.py")
    folder.write(Self.python, to: "bin/python3")
    set(.works)
    let copied = Keepframe.shell(
      "chmod 755 \"$1/bin/python3\"; ln $keepframe \"$1/prefix/bin/keepframe\" 2>&- || cp $keepframe \"$1/prefix/bin/\"",
      [folder.path])
    precondition(copied.status == 0, copied.testDescription)
  }

  private func set(_ manner: Manner) { folder.write(manner.rawValue, to: "bin/manner") }

  private func command(_ verb: Word, _ variables: [Word] = []) -> [Word] {
    let home = folder.path.appending("home")
    let path = Word("PATH=\(folder.path)/bin:/usr/bin:/bin")
    return ["env", "-i", "HOME=\(home)", path] + variables + [Word(folder.path.pushing("prefix/bin/keepframe")), verb]
  }

  private func setup(_ variables: Word...) -> Outcome { RunningCommand(command("setup", variables), in: folder.path).wait() }

  private func calls(_ words: String = "") -> Int {
    String(decoding: folder.read("bin/calls") ?? [], as: UTF8.self).split(separator: "\n")
      .count { words.isEmpty || $0.contains(words) }
  }

  private var data: FilePath { folder.path.pushing("home/.local/share/keepframe") }
  private func brought() -> [String] { Folder.tree(data).filter { $0.value != nil }.keys.map(\.string).sorted() }
  private static let parts = [
    "models/.stamp", "models/efficientnet-lite0.bin", "models/efficientnet-lite0.keepframe.json", "models/efficientnet-lite0.xml",
    "openvino/.stamp", "openvino/libopenvino.so.1", "openvino/libopenvino_c.so.1", "openvino/libtbb.so.1",
  ]

  @Test func `brings runtime and model into the user's data folder, and does nothing the second time`() {
    let first = setup()
    #expect(first.status == 0 && first.standardError.isEmpty, "\(first.testDescription)")
    #expect(
      first.standardOutput == """
        fetching the inference runtime and the default weights (98 MB), with \(folder.path)/bin/python3
        building efficientnet-lite0
        installed \(data)/openvino/libopenvino_c.so.1
        installed \(data)/models/efficientnet-lite0.xml

        """)
    #expect(brought() == Self.parts)
    #expect(Folder.names(in: data).map(\.string) == ["models", "openvino"])

    let before = calls()
    let second = setup()
    #expect(second.status == 0 && second.standardOutput.hasPrefix("already there: \(data)"), "\(second.testDescription)")
    #expect(calls() == before, "no Python is started")
  }

  @Test func `leaves alone what is beside the program`() throws {
    for name: FilePath in ["lib", "lib/keepframe", "lib/keepframe/openvino", "share/keepframe/models"] {
      folder.makeFolder(FilePath("prefix").pushing(name), mode: 0o755)
    }
    let library = folder.write("", to: "prefix/lib/keepframe/openvino/libopenvino_c.so.1")
    let model = folder.write("", to: "prefix/share/keepframe/models/efficientnet-lite0.xml")
    let outcome = setup()
    #expect(outcome.status == 0, "\(outcome.testDescription)")
    #expect(outcome.standardOutput == "already there: \(library)\nalready there: \(model)\n")
    #expect(calls() == 0 && Folder.tree(folder.path.appending("home")).isEmpty)
  }

  @Test func `brings both again where the pins are others, and keeps the user's own models`() {
    #expect(setup().status == 0)
    let own = data.pushing("models/mine.onnx")
    Folder.write("mine".utf8, to: own)
    folder.write("openvino==2 --hash=sha256:b0", to: "prefix/share/keepframe/setup/requirements.txt")
    let outcome = setup()
    #expect(outcome.status == 0 && outcome.standardOutput.contains("installed"), "\(outcome.testDescription)")
    #expect(calls("pip install") == 2 && Folder.contents(own) == Array("mine".utf8))
    #expect(brought() == (Self.parts + ["models/mine.onnx"]).sorted())
    #expect(setup().standardOutput.hasPrefix("already there"))
  }

  @Test func `replaces a part that somebody took files from`() {
    #expect(setup().status == 0)
    Folder.remove(data.pushing("openvino/libopenvino_c.so.1"))
    Folder.remove(data.pushing("models/efficientnet-lite0.xml"))
    #expect(setup().status == 0 && brought() == Self.parts)
  }

  @Test(arguments: [
    ("old", 69, "set-up: found no Python 3.11 to 3.14"), ("withoutPip", 69, "/bin/python3: has no pip"),
    ("offline", 69, "set-up: cannot reach the package index: ERROR: No matching distribution"),
    ("altered", 65, "set-up: a wheel does not have its pinned hash: Got a1"),
    ("full", 74, "cannot write (No space left on device)"),
    ("fails", 69, "set-up: pip ended with 2: ERROR: no such option"),
    ("buildFails", 69, "efficientnet-lite0: building it ended with 1: ValueError: weights without a place"),
  ])
  func `that fails says why in one line, leaves nothing half-made, and is taken up later`(
    manner: String, status: Int32, says: String
  ) {
    set(Manner(rawValue: manner)!)
    // PYTHON is believed: else the real one of this machine would be tried.
    let outcome = manner == "old" || manner == "withoutPip" ? setup("PYTHON=python3") : setup()
    let words = manner == "old" ? "PYTHON names it, but it is not Python 3.11 to 3.14" : says
    #expect(outcome.status == status, "\(outcome.testDescription)")
    #expect(outcome.errorLines.count == 1 && outcome.standardError.contains(words), "\(outcome.testDescription)")
    let left = Folder.names(in: data).map(\.string)
    #expect(left == (manner == "buildFails" ? [".setup"] : []), "\(left)")
    if manner == "buildFails" { #expect(Folder.names(in: data.appending(".setup")).map(\.string) == ["python"]) }

    set(.works)
    let again = setup()
    #expect(again.status == 0 && brought() == Self.parts, "\(again.testDescription)")
    // Wheels that are whole are not fetched again.
    #expect(calls("pip install") == (["old", "withoutPip", "buildFails"].contains(manner) ? 1 : 2))
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `that is interrupted leaves nothing`(signal: Int32) {
    set(.hangs)
    let run = RunningCommand(command("setup"), in: folder.path)
    waitForWheels()
    run.send(signal)
    let outcome = run.wait()
    #expect(outcome.status == 128 + signal && !outcome.hung, "\(outcome.testDescription)")
    #expect(Folder.names(in: data).isEmpty)
  }

  @Test func `that was killed is taken up, and one at a time`() {
    set(.hangs)
    let run = RunningCommand(command("setup"), in: folder.path)
    waitForWheels()
    let other = setup()
    #expect(other.status == 75 && other.errorLines.count == 1, "\(other.testDescription)")
    kill(-run.processIdentifier, SIGKILL)  // and what it started
    _ = run.wait()
    set(.works)
    let outcome = setup()
    #expect(outcome.status == 0 && brought() == Self.parts, "\(outcome.testDescription)")
  }

  private func waitForWheels() {
    let library = data.pushing(".setup/python.partial/openvino/libs/libopenvino_intel_gpu_plugin.so")
    for _ in 0..<(Int(patienceSeconds) * 100) where Folder.contents(library).isEmpty { usleep(10_000) }
  }

  @Test func `says what is in its way`() {
    let astray = setup("KEEPFRAME_MODELS=/nowhere")
    #expect(astray.status == 69, "\(astray.testDescription)")
    #expect(
      astray.errorLines == [
        "keepframe: KEEPFRAME_MODELS: names /nowhere, which has no efficientnet-lite0.xml; correct it, or unset it"
      ])
    let homeless = setup("HOME=relative")
    #expect(homeless.status == 73 && homeless.errorLines.count == 1, "\(homeless.testDescription)")
    Folder.remove(folder.path.pushing("prefix/share/keepframe/setup/requirements.txt"))
    let alone = setup()
    #expect(alone.status == 69 && alone.standardError.contains("not installed with the program"), "\(alone.testDescription)")
    #expect(calls() == 0)
  }

  @Test func `is what info advises where a part is missing, a line each`() {
    func row(_ name: String) -> String {
      let outcome = RunningCommand(command("info"), in: folder.path).wait()
      #expect(outcome.status == 0, "\(outcome.testDescription)")
      return String(outcome.standardOutput.split(separator: "\n").first { $0.hasPrefix("\(name) ") } ?? "")
    }
    #expect(row("model").hasSuffix("missing: not found in \(data)/models; run `keepframe setup`, or set KEEPFRAME_MODELS"))
    #expect(row("efficientnet-lite0").hasSuffix("not ready: a part above is missing"))
    #expect(setup().status == 0)
    #expect(row("model").hasSuffix(" \(data)/models/efficientnet-lite0.xml"))
    #expect(row("runtime").hasSuffix(" \(data)/openvino/libopenvino_c.so.1"))
    #expect(row("openblas").hasSuffix(" ready"))
  }
}
