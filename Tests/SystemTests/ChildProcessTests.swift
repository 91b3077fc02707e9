import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeSystem

@Suite struct `Another program` {
  private let folder = Folder()
  private var log: FilePath { folder.path.appending("log") }

  private func sh(_ script: String, cancellation: Cancellation? = nil) throws {
    try ChildProcess.run("/bin/sh", ["-c", script].map { Array($0.utf8) }, log: log, cancellation: cancellation)
  }

  @Test func `is run to its end, and what it says is kept`() throws {
    try sh("echo one; echo two >&2; cat")  // its standard input is empty
    #expect(folder.read("log") == Array("one\ntwo\n".utf8))
  }

  @Test func `is given variables in place of those of the same name`() throws {
    try ChildProcess.run(
      "/bin/sh", ["-c", "echo $PATH $KEEPFRAME_TRIAL ${HOME:+home}"].map { Array($0.utf8) },
      variables: ["PATH": "/a:/b", "KEEPFRAME_TRIAL": "a=b"], log: log)
    #expect(folder.read("log") == Array("/a:/b a=b home\n".utf8))
    #expect(try runOrThrow("sh", ["-c", "echo ${KEEPFRAME_TRIAL-unset}"]).output == "unset\n")
  }

  @Test func `that fails is told by its status and its last words`() throws {
    let error = try #require(throws: ChildProcess.Failure.self) { try sh("echo first; echo 'no \u{1B}[31mroom' >&2; exit 7") }
    #expect(error.status == 7 && error.lastWords == "no \u{FFFD}[31mroom" && error.says("first"))
    #expect(try #require(throws: ChildProcess.Failure.self) { try sh("kill -9 $$") }.status == 137)
    let missing = try #require(throws: ChildProcess.Failure.self) {
      try ChildProcess.run("/nowhere/program", [], log: log)
    }
    #expect(missing.status == 127 && missing.lastWords == "No such file or directory")
  }

  @Test func `is killed by a cancellation, which is the error then`() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let took = ContinuousClock().measure {
      #expect(throws: CancellationError.self) { try sh("sleep 100", cancellation: cancellation) }
    }
    #expect(took < .seconds(60))
  }

  @Test(arguments: [
    (["[mov @ 0x55d0c8] moov atom not found", "    Last message repeated 1 times"], "moov atom not found"),
    (["out.mp4: Permission denied", "Conversion failed!", "  "], "out.mp4: Permission denied"),
    (["[a] is a name"], "[a] is a name"), ([], ""),
  ])
  func `has last words that give a reason`(lines: [String], reason: String) {
    #expect(ChildProcess.telling(lines.map { $0[...] }) == reason)
  }
}

@Suite struct `A cancellation` {
  @Test func `is Swift's own error once it was flipped, and not before`() throws {
    let cancellation = Cancellation()
    try cancellation.check()
    #expect(!cancellation.isCancelled)
    cancellation.cancel()
    cancellation.cancel()
    #expect(cancellation.isCancelled)
    #expect(throws: CancellationError.self) { try cancellation.check() }
  }

  @Test func `of several is flipped with what is above it, and alone`() {
    let all = Cancellation()
    let (one, other) = (Cancellation(under: all), Cancellation(under: all))
    one.cancel()
    #expect(one.isCancelled && !other.isCancelled && !all.isCancelled)
    all.cancel()
    #expect(other.isCancelled)
  }
}
