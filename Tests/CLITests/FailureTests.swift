import FoundationEssentials
import KeepframeSystem
import KeepframeTestSupport
import SystemPackage
import Testing

@testable import KeepframeCLI

@Suite struct `An error of a library` {
  @Test(arguments: Failure.all) func `is told in one line that names flags and verbs of the program`(failure: Failure) {
    #expect(line(of: failure.error) == failure.line)
    #expect(KeepframeCLI.ExitStatus(of: failure.error) == failure.status)
  }

  @Test(arguments: Failure.all) func `is told by the library without them`(failure: Failure) {
    let (text, error) = ("\(failure.error)", failure.error)
    #expect(text == error.sentence(advising: error.remedy) && text.contains(error.failure))
    #expect(error.subject.map { text.hasPrefix("\($0): ") } ?? text.hasPrefix(error.failure))
    for pattern in Self.words { #expect(text.firstMatch(of: pattern) == nil, "\(text)") }
  }

  @Test func `is worded by no line of a library's code in terms of the command line`() throws {
    let lines = try Sources.lines(#"--[a-z]|(^|[ "`])-o\b|keepframe [a-z]|make (setup|model)"#)
    #expect(lines.contains { $0.file.hasSuffix("Stylesheet.swift") }, "sources are looked through")
    // CSS has properties like that, and set-up calls pip; its own words are in SetUpError.swift.
    for line in lines where !["Stylesheet.swift", "ComponentSetup.swift"].contains(where: line.file.hasSuffix) {
      for pattern in Self.words { #expect(line.code.firstMatch(of: pattern) == nil, "\(line.file): \(line.code)") }
    }
  }

  /// Flags, verbs behind the program's name, and set-up from a clone.
  private static var words: [Regex<Substring>] {
    [
      /--[a-z]/, /(?:^|[ "`])-o\b/, /keepframe (?:index|scenes|export|report|info|setup|train|eval|compose)\b/,
      /make (?:setup|models?)\b/,
    ]
  }

  @Test func `has a code of one type alone, listed in docs with its exit status`() throws {
    let codes = try Sources.failures().map(\.codes)
    let all = codes.reduce(Set<String>()) { $0.union($1) }
    #expect(codes.map(\.count).reduce(0, +) == all.count, "two files have one code")

    var statuses: [String: Set<String>] = [:]
    for failure in Failure.all { statuses[failure.error.code, default: []].insert(String(failure.status.rawValue)) }
    #expect(Set(statuses.keys) == all, "the table of failures has each case, and codes are words in kebab case")

    var documented: [String: Set<String>] = [:]
    for row in try Sources.text("docs/errors.md").split(separator: "\n") where row.hasPrefix("| `") {
      let cells = row.split(separator: "|")
      let code = String(cells[0].dropFirst(2).prefix { $0 != "`" })
      guard code.contains(Character(".")) else { continue }
      #expect(documented.updateValue(Set(cells[2].split { !$0.isNumber }.map(String.init)), forKey: code) == nil, "\(code)")
    }
    #expect(documented == statuses)
  }

  /// So none can end a run as a bug: a type that is not in the table is found here, and one that is
  /// has a status by its type.
  @Test func `of any type has an exit status`() throws {
    let types = try Sources.failures().flatMap(\.types)
    let told = Failure.all.map { String(reflecting: type(of: $0.error)).drop { $0 != "." }.dropFirst() }
    #expect(Set(types) == Set(told.map(String.init)))
    let bare = try Sources.lines(#"public (struct|enum|final class) \w+: ([^{]*[ ,])?Error\b"#)
    #expect(bare.map(\.code) == [], "a public error is a KeepframeFailure")
  }
}

/// The libraries' own text. Looked through by grep, since a debug build would take minutes for it.
private enum Sources {
  /// A file that makes types failures.
  struct Failures {
    let types: [String]
    /// What `var code` gives, in any of them.
    let codes: Set<String>
  }

  private static var root: FilePath {
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: root.pushing(FilePath(path)).string, encoding: .utf8)
  }

  /// Lines that an extended regular expression finds, without their comments.
  static func lines(_ pattern: String) throws -> [(file: String, code: String)] {
    let arguments = ["-rE", "--include=*.swift", "--exclude-dir=KeepframeCLI", "-e", pattern, "Sources"]
    return try run("grep", arguments, directory: root).output.split(separator: "\n").compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let code = line[line.index(after: colon)...]
      let end = code.firstRange(of: "//")?.lowerBound ?? code.endIndex
      return (String(line[..<colon]), String(code[..<end]))
    }
  }

  static func failures() throws -> [Failures] {
    let extensions = try lines("^extension [A-Za-z.]+: .*KeepframeFailure")
    return try Dictionary(grouping: extensions, by: \.file).map { file, extensions in
      let words = try run("grep", ["-oE", #"[:?{] "[a-z]+[.][a-z]+(-[a-z]+)*"( |$)"#, file], directory: root).output
      return Failures(
        types: extensions.map { String($0.code.dropFirst("extension ".count).prefix { $0 != ":" }) },
        codes: Set(words.split(separator: "\n").map { String($0.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }) }))
    }
  }
}
