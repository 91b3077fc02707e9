import Foundation
import KeepframeTestSupport
import SystemPackage
import Testing

/// `Scripts/cost-guard`, with made-up programs: its callgrind counts what it is told to.
@Suite struct `The guard of the cost` {
  private let folder = Folder()
  /// As `--update` writes them, of 1,000 million instructions and some 42 MiB.
  private let figures: String

  init() throws {
    let programs = [
      "ffmpeg": #"for last; do :; done; echo clip >"$last""#,
      "swift": "echo 'Swift version 6.2.1 (swift-6.2.1-RELEASE)'",
      "keepframe": "exec dd if=/dev/zero of=/dev/null bs=40M count=1",
      "valgrind": Self.callgrind,
    ]
    folder.makeFolder("bin")
    for (name, body) in programs { try Self.install(name, body, in: folder) }
    let update = try Self.guardCost(folder, ["--update"])
    try #require(update.status == 0, "\(update.errors)")
    figures = String(decoding: folder.read("figures.json") ?? [], as: UTF8.self)
  }

  /// Names shortened as callgrind shortens them, and calls, whose cost is the callee's.
  private static let callgrind = """
    for word; do
      case $word in
      --callgrind-out-file=*) out=${word#*=} ;;
      --*) ;;
      *) program=$word; break ;;
      esac
    done
    cat >"$out" <<END
    events: Ir

    ob=(1) /usr/lib/libavcodec.so.59.1.100
    fn=(1) decode
    0 700000000
    cob=(2) $program
    cfn=(2) judge
    calls=3 0
    0 5000000000
    ob=(2)
    fn=(2)
    12 600000000
    +3 300000000
    cob=(1)
    calls=1 0
    * 7000000000
    -1 100000000
    ob=(1)
    0 50000000
    END
    """

  /// Another process writes the program. What this one has open for writing, the children of other
  /// tests may hold open too, and such a file cannot be run.
  private static func install(_ name: String, _ body: String, in folder: Folder) throws {
    let text = folder.write("#!/bin/sh\n\(body)\n", to: FilePath("\(name).sh"))
    try runOrThrow("install", ["-m", "755", text.string, "\(folder.path)/bin/\(name)"])
  }

  private static func guardCost(_ folder: Folder, _ options: [String], ci: String = "") throws -> RunResult {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let files = ["--keepframe", "\(folder.path)/bin/keepframe", "--figures", "\(folder.path)/figures.json"]
    return try run(
      "python3", [Manifest.root.appending(path: "Scripts/cost-guard").path] + files + options,
      environment: ["PATH": "\(folder.path)/bin:\(path)", "CI": ci])
  }

  /// Of the figures, changed.
  private func judge(ci: String = "", _ change: (inout String) -> Void) throws -> RunResult {
    var figures = figures
    change(&figures)
    folder.write(figures, to: "figures.json")
    return try Self.guardCost(folder, [], ci: ci)
  }

  @Test func `counts each run's own instructions, and says by what it was counted`() throws {
    #expect(figures.matches(of: /"instructions": 1000000000\b/).count == 3)
    #expect(figures.contains(#""swift": "6.2.1""#) && figures.contains(#""libavcodec": "59.1.100""#))
    let same = try judge { _ in }
    #expect(same.status == 0 && same.errors == "")
  }

  @Test(arguments: [(953, true), (952, false)])
  func `lets instructions grow by a twentieth`(known: Int, passes: Bool) throws {
    let result = try judge { $0.replace("1000000000", with: "\(known)000000") }
    #expect((result.status == 0) == passes)
    for name in ["scenes", "index exact", "index balanced"] {
      let line = "cost-guard: \(name): 1,000.0 million instructions, 5.0 % more than \(known).0\n"
      #expect(result.errors.contains(line) != passes, "\(result.errors)")
    }
    #expect(result.errors.contains("--update") != passes)
  }

  @Test func `fails for one run, and names it alone`() throws {
    let result = try judge { $0.replace("1000000000", with: "900000000", maxReplacements: 1) }
    #expect(result.status == 1)
    #expect(result.errors.contains("scenes: ") && !result.errors.contains("index"))
  }

  @Test func `says that figures may be lowered`() throws {
    let result = try judge { $0.replace("1000000000", with: "1060000000") }
    #expect(result.status == 0)
    #expect(result.errors.contains("5.7 % less than 1,060.0\n") && result.errors.contains("--update keeps it so"))
  }

  /// Three MiB are more than a twentieth here.
  @Test(arguments: [(3, true), (6, false)])
  func `lets memory grow by a twentieth, or by some MiB`(growth: Int, passes: Bool) throws {
    let result = try judge { text in
      for match in text.matches(of: /"peak_kib": (\d+)/).reversed() {
        text.replaceSubrange(match.1.startIndex..<match.1.endIndex, with: "\(Int(match.1)! - growth << 10)")
      }
    }
    #expect((result.status == 0) == passes)
    #expect(result.errors.contains("MiB at its peak") != passes, "\(result.errors)")
  }

  @Test func `compares nothing that another compiler made, which is no pass where CI runs`() throws {
    for (ci, status) in [("", 0), ("true", 1)] as [(String, Int32)] {
      let result = try judge(ci: ci) { text in
        text.replace("6.2.1", with: "6.0.3")
        text.replace("1000000000", with: "1")
      }
      #expect(result.status == status)
      #expect(result.errors.contains("Swift is 6.2.1, the figures are of 6.0.3: not compared"))
      #expect(result.errors.contains("--update") == (status != 0))
    }
  }

  @Test func `says which libav the figures are of, and compares all the same`() throws {
    let result = try judge { text in
      text.replace("59.1.100", with: "60.2.100")
      text.replace("1000000000", with: "1")
    }
    #expect(result.status == 1)
    #expect(result.errors.contains("libavcodec is 59.1.100, the figures are of 60.2.100; compared all the same"))
  }

  @Test func `fails for runs without figures`() throws {
    let result = try judge { $0.replace("index exact", with: "index at its best") }
    #expect(result.status == 1 && result.errors.contains("index exact: no figures"))
  }

  @Test func `says what a program that fails has said`() throws {
    try Self.install("keepframe", "echo out of luck; exit 3", in: folder)
    let result = try judge { _ in }
    #expect(result.status == 1)
    #expect(result.errors.contains("exit 3: \(folder.path)/bin/keepframe scenes") && result.errors.contains("out of luck"))
  }
}
