import Glibc
import KeepframeTestSupport
import SystemPackage
import Testing

/// A word of a command line; any bytes but 0.
struct Word: ExpressibleByStringInterpolation, CustomStringConvertible {
  let bytes: [CChar]

  init(stringLiteral value: String) { bytes = value.utf8.map(CChar.init(bitPattern:)) }
  init(_ path: FilePath) { bytes = path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: path.length)) } }
  init(_ text: String) { self.init(stringLiteral: text) }

  var description: String { String(decoding: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self) }
}

/// What a command did.
struct Outcome: CustomTestStringConvertible {
  let command: String
  /// The exit status; 128 + the signal's number if a signal ended it.
  let status: Int32
  let standardOutput: String
  /// Whether all it printed is UTF-8.
  let printsText: Bool
  let standardError: String
  /// The most memory that was resident at once, as sampled every few milliseconds.
  let peakResidentMiB: Double
  let seconds: Double
  /// Processor time of it and of what it waited for.
  let processorSeconds: Double
  /// It was killed because it did not end.
  let hung: Bool

  var errorLines: [String] { standardError.split(separator: "\n").map(String.init) }

  var testDescription: String {
    """
    $ \(command)
    -> \(hung ? "HUNG, " : "")status \(status), \(seconds) s, \(peakResidentMiB) MiB
    stdout: \(standardOutput.prefix(2000))
    stderr: \(standardError.prefix(2000))
    """
  }
}

/// When a command counts as hung. Far beyond what any takes: a busy machine must not fail a test.
let patienceSeconds = 300.0

/// The program under test.
enum Keepframe {
  /// `KEEPFRAME_BINARY`, or the one that SwiftPM built beside these tests.
  static let binary: FilePath = {
    if let path = getenv("KEEPFRAME_BINARY") { return FilePath(platformString: path) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let beside = FilePath(platformString: Array(buffer[..<max(0, length)]) + [0]).removingLastComponent().appending("keepframe")
    return access(beside.string, X_OK) == 0 ? beside : packageRoot.appending(".build/debug/keepframe")
  }()

  /// Runs it to its end, or kills it after ``patienceSeconds``.
  static func run(_ arguments: Word..., in folder: FilePath? = nil) -> Outcome {
    run(arguments, in: folder)
  }

  static func run(_ arguments: [Word], in folder: FilePath? = nil) -> Outcome {
    RunningCommand([Word(binary)] + arguments, in: folder).wait()
  }

  static func start(_ arguments: [Word], in folder: FilePath? = nil) -> RunningCommand {
    RunningCommand([Word(binary)] + arguments, in: folder)
  }

  /// `index` as most tests want it: the built-in descriptor, results in `output`.
  static func index(_ videos: FilePath..., into output: FilePath, _ options: Word...) -> Outcome {
    run(["index"] + videos.map { Word($0) } + ["-o", Word(output), "--backbone", "thumbnail"] + options)
  }

  /// `sh -c script`, with the program as `$keepframe` and `values` as `$1`, `$2` ...
  static func shell(_ script: String, _ values: [FilePath] = []) -> Outcome {
    RunningCommand(
      ["/bin/sh", "-c", "keepframe=$0; \(script)", Word(binary)] + values.map { Word($0) }, in: nil
    ).wait()
  }
}

/// Any command, run to its end.
func run(_ command: Word..., in folder: FilePath? = nil) -> Outcome {
  RunningCommand(command, in: folder).wait()
}

/// A command that has been started. Its output goes to files without names, so it can never block
/// on a full pipe.
final class RunningCommand {
  let command: [Word]
  let processIdentifier: pid_t
  private let output = ScratchFile()
  private let errors = ScratchFile()
  private let started = ContinuousClock.now

  init(_ command: [Word], in folder: FilePath?) {
    self.command = command
    // Changes the folder, then becomes the command under the same process identifier.
    let spawned = folder.map { ["env", "-C", Word($0)] + command } ?? command
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)

    // A group of its own, so that a hung child of a shell is killed with it; no signal mask or
    // handler inherited from the tests.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)

    var arguments = spawned.map { word in (word.bytes + [0]).withUnsafeBufferPointer { strdup($0.baseAddress!) } } + [nil]
    defer { for argument in arguments { free(argument) } }
    var identifier: pid_t = 0
    let status = posix_spawnp(&identifier, arguments[0]!, &actions, &attributes, &arguments, environ)
    precondition(status == 0, "cannot run \(command[0]): \(String(cString: strerror(status)))")
    processIdentifier = identifier
  }

  func send(_ signal: Int32) { kill(processIdentifier, signal) }

  func wait() -> Outcome {
    var peak = 0.0
    var status: Int32 = 0
    var usage = rusage()
    var hung = false
    while true {
      peak = max(peak, residentHighWaterMiB())
      if wait4(processIdentifier, &status, WNOHANG, &usage) == processIdentifier { break }
      if !hung, started.duration(to: .now) > .seconds(patienceSeconds) {
        hung = true
        kill(-processIdentifier, SIGKILL)
      }
      usleep(2000)
    }
    let signal = status & 0x7F
    let elapsed = started.duration(to: .now).components
    return Outcome(
      command: command.map(\.description).joined(separator: " "), status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      standardOutput: output.text(), printsText: output.isText() && errors.isText(), standardError: errors.text(),
      peakResidentMiB: peak,
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18,
      processorSeconds: [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 },
      hung: hung)
  }

  /// What it has used of the processors so far.
  func processorSeconds() -> Double {
    // Fields 14 and 15 of proc(5); the second is a name in brackets, which may hold spaces.
    let text = String(decoding: Folder.contents(FilePath("/proc/\(processIdentifier)/stat")), as: UTF8.self)
    let fields = text.split(separator: ")").last?.split(separator: " ").compactMap { Double($0) } ?? []
    return fields.count > 11 ? (fields[10] + fields[11]) / Double(sysconf(Int32(_SC_CLK_TCK))) : 0
  }

  /// Not `ru_maxrss` of the child, which begins at the size of the process that spawned it.
  private func residentHighWaterMiB() -> Double {
    guard let file = fopen("/proc/\(processIdentifier)/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if text.hasPrefix("VmHWM:") { return Double(text.filter(\.isNumber)).map { $0 / 1024 } ?? 0 }
    }
    return 0
  }
}

/// A file that is gone when closed.
private final class ScratchFile {
  let descriptor: Int32

  init() {
    var name = Array("/tmp/keepframe-tests-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    precondition(descriptor >= 0, "no scratch file in /tmp")
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(name)
  }

  func text() -> String { String(decoding: bytes(), as: UTF8.self) }
  func isText() -> Bool { String(validating: bytes(), as: UTF8.self) != nil }

  private func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count)), count > 0 { bytes += chunk[..<count] }
    return bytes
  }

  deinit { close(descriptor) }
}

/// The folder with `Package.swift`.
let packageRoot = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
  .removingLastComponent()
