import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

/// The default backbone, whose compiled network the first run leaves to the next.
@Suite(.enabled(if: (try? Installation.current().runtimeLibrary()) != nil, "no inference runtime; run `make setup`"))
struct `The cache of compiled networks` {
  private let folder = Folder()

  @Test func `is filled by two runs at once, with one whole file`() {
    let outcome = Keepframe.shell(
      #"""
      cd "$1" && export KEEPFRAME_NETWORKS="$1/n"
      "$keepframe" info > a & "$keepframe" info > b && wait && "$keepframe" info > c && cmp a b && cmp b c && ls -A n && stat -c %a n/*
      """#, [folder.path])
    #expect(outcome.status == 0 && outcome.standardError.isEmpty, "\(outcome.testDescription)")
    let lines = outcome.standardOutput.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasSuffix(".network") && lines[1] == "600", "\(outcome.testDescription)")
  }

  @Test(arguments: ["off", "relative/folder"]) func `is none where the variable is no absolute path`(value: String) {
    let outcome = Keepframe.shell(
      #"cd "$1" && HOME="$1" XDG_CACHE_HOME="$1" KEEPFRAME_NETWORKS="\#(value)" "$keepframe" info >&2 && ls -A"#, [folder.path])
    #expect(outcome.status == 0 && outcome.standardOutput.isEmpty, "\(outcome.testDescription)")
  }

  /// The runtime does not notice where a write fails: what it cut short must not become a file with
  /// a digest that agrees.
  @Test func `takes nothing where files may not grow`() {
    let outcome = Keepframe.shell(
      #"cd "$1" && KEEPFRAME_NETWORKS="$1/n" prlimit --fsize=4194304 "$keepframe" info >&2; ls -A n"#, [folder.path])
    #expect(outcome.standardOutput.isEmpty && outcome.standardError.contains("ready"), "\(outcome.testDescription)")
  }
}
