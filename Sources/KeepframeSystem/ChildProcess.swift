internal import Glibc
package import SystemPackage

/// Another program, run to its end without a shell.
package enum ChildProcess {
  package struct Failure: Error {
    /// The exit status, or 128 + the signal's number.
    package let status: Int32
    /// The last line of its output that gives a reason; see `telling(_:)`.
    package let lastWords: String
    /// The end of its output.
    fileprivate let text: String

    /// Whether the last 8 KiB of its output contain `words`.
    package func says(_ words: String) -> Bool { text.contains(words) }
  }

  /// Runs `program` with nothing on its standard input. Its output goes to `log`.
  ///
  /// - Parameters:
  ///   - arguments: The arguments as bytes, without the program's own name.
  ///   - variables: Added to this process's environment; they replace variables of the same name.
  ///   - log: The file to create for its standard output and standard error.
  ///   - cancellation: Checked a hundred times a second; the program is killed once it is
  ///     cancelled.
  /// - Throws: ``Failure`` if the program cannot be started or does not exit with 0;
  ///   `CancellationError`.
  package static func run(
    _ program: FilePath, _ arguments: [[UInt8]], variables: [String: FilePath] = [:], log: FilePath,
    cancellation: Cancellation? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    _ = log.withPlatformString {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, $0, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)

    // The child would inherit the signals that this process ignores; reset them all.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    let words = terminated([program.bytes] + arguments)
    let environment = terminated(environment(with: variables))
    defer { for word in words + environment { word?.deallocate() } }
    var child: pid_t = 0
    let failure = program.withPlatformString { posix_spawn(&child, $0, &actions, &attributes, words, environment) }
    guard failure == 0 else { throw Failure(status: 127, lastWords: "\(Errno(rawValue: failure))", text: "") }

    var status: Int32 = 0
    while true {
      let ended = waitpid(child, &status, WNOHANG)
      if ended == child || (ended < 0 && errno != EINTR) { break }
      if cancellation?.isCancelled == true { kill(child, SIGKILL) }
      usleep(10_000)
    }
    let signal = status & 0x7F
    let code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    try cancellation?.check()
    guard code == 0 else { throw ended(code, log) }
  }

  /// The form that C expects of a list of strings: each ends with 0, and the list ends with nil.
  private static func terminated(_ texts: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { bytes in
      let word = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
      for (index, byte) in bytes.enumerated() { word[index] = CChar(bitPattern: byte) }
      word[bytes.count] = 0
      return word
    } + [nil]
  }

  private static func environment(with variables: [String: FilePath]) -> [[UInt8]] {
    let added = variables.sorted { $0.key < $1.key }.map { Array("\($0.key)=".utf8) + $0.value.bytes }
    var entries: [[UInt8]] = []
    var next = environ
    while let entry = next.pointee {
      let bytes = Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
      let name = bytes.prefix { $0 != UInt8(ascii: "=") }
      if !variables.keys.contains(where: { name.elementsEqual($0.utf8) }) { entries.append(bytes) }
      next += 1
    }
    return entries + added
  }

  private static func ended(_ status: Int32, _ log: FilePath) -> Failure {
    let text = String(decoding: ((try? FileSystem.read(log)) ?? []).suffix(8192), as: UTF8.self)
    let lines = text.split { $0 == "\n" || $0 == "\r" }.map { $0.suffix(300) }
    return Failure(status: status, lastWords: printable(String(telling(lines))), text: text)
  }

  /// The last of ffmpeg's lines that gives a reason, without its writer's prefix such as `[mp4 @
  /// 0x55d0c8] `.
  static func telling(_ lines: [Substring]) -> Substring {
    let reasons = lines.map(withoutWriter).filter { line in
      line.contains { !$0.isWhitespace } && !line.contains("Last message repeated") && line != "Conversion failed!"
    }
    return reasons.last ?? ""
  }

  private static func withoutWriter(_ line: Substring) -> Substring {
    guard line.hasPrefix("["), let end = line.firstIndex(of: "]"), line[..<end].contains(" @ 0x") else { return line }
    return line[line.index(after: end)...].drop { $0 == " " }
  }
}
