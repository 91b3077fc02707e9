internal import Glibc
package import SystemPackage

/// How a program ended and what it printed.
package struct RunResult: Sendable {
  /// The exit code, or 128 + the signal's number.
  package let status: Int32
  package let stdout: [UInt8]
  package let stderr: [UInt8]

  package var output: String { String(decoding: stdout, as: UTF8.self) }
  package var errors: String { String(decoding: stderr, as: UTF8.self) }
}

/// A program could not be started, or ended with a status that its caller cannot use.
package struct RunError: Error, CustomStringConvertible {
  package let description: String
}

/// Runs a program from PATH to its end. Its streams go through files, so that a full pipe cannot
/// block it.
///
/// - Parameters:
///   - environment: Added to this process's own. An empty value is passed on as empty.
///   - directory: The folder in which it starts; nil means the current one.
package func run(
  _ executable: String, _ arguments: [String], stdin: [UInt8] = [], environment: [String: String] = [:],
  directory: FilePath? = nil
) throws -> RunResult {
  let input = try ScratchFile(stdin)
  let output = try ScratchFile([])
  let errors = try ScratchFile([])

  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, input.descriptor, 0)
  posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
  posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)

  // Swift does not import posix_spawn's call for changing the directory, a GNU extension.
  let words = (directory.map { ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, $0.string] } ?? []) + [executable] + arguments
  var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
  var envp: [UnsafeMutablePointer<CChar>?] = inheritedEnvironment(overriding: environment).map { strdup($0) } + [nil]
  defer { for string in argv + envp { free(string) } }
  var pid: pid_t = 0
  let failure = posix_spawnp(&pid, words[0], &actions, nil, &argv, &envp)
  guard failure == 0 else { throw RunError(description: "cannot run \(executable): \(String(cString: strerror(failure)))") }
  var status: Int32 = 0
  while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  let signal = status & 0x7f
  return RunResult(
    status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, stdout: try output.contents(), stderr: try errors.contents())
}

/// Runs a program that must succeed.
@discardableResult
package func runOrThrow(_ executable: String, _ arguments: [String]) throws -> RunResult {
  let result = try run(executable, arguments)
  guard result.status == 0 else {
    throw RunError(
      description: "\(executable) \(arguments.joined(separator: " ")): status \(result.status): \(result.errors.suffix(600))")
  }
  return result
}

private func inheritedEnvironment(overriding added: [String: String]) -> [String] {
  var entries: [String] = []
  var next = environ
  while let entry = next.pointee {
    let text = String(cString: entry)
    let name = text.prefix { $0 != "=" }
    if added[String(name)] == nil { entries.append(text) }
    next += 1
  }
  return entries + added.map { "\($0.key)=\($0.value)" }
}

/// Owns an open file without a name.
private struct ScratchFile: ~Copyable {
  let descriptor: Int32

  init(_ bytes: [UInt8]) throws {
    var name = Array("/tmp/keepframe-run-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw RunError(description: "mkstemp: \(String(cString: strerror(errno)))") }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    try FileDescriptor(rawValue: descriptor).writeAll(bytes)
    lseek(descriptor, 0, SEEK_SET)
  }

  deinit { close(descriptor) }

  func contents() throws -> [UInt8] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    return try Array(unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let read = try FileDescriptor(rawValue: descriptor).read(
          fromAbsoluteOffset: Int64(count),
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]))
        if read == 0 { break }
        count += read
      }
    }
  }
}
