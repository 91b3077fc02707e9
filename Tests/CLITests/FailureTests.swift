import FoundationEssentials
import KeepframeSystem
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
    for file in try Sources.ofLibraries() where file.name != "Stylesheet.swift" {
      for code in file.code {
        for pattern in Self.words { #expect(code.firstMatch(of: pattern) == nil, "\(file.name): \(code)") }
      }
    }
  }

  /// Flags, verbs behind the program's name, and set-up from a clone.
  private static var words: [Regex<Substring>] {
    [
      /--[a-z]/, /(?:^|[ "`])-o\b/, /keepframe (?:index|scenes|export|report|info|train|eval|compose)\b/,
      /make (?:setup|models?)\b/,
    ]
  }

  @Test func `has a code of one type alone, listed in docs with its exit status`() throws {
    let codes = try Sources.ofLibraries().map(\.codes).filter { !$0.isEmpty }
    let all = codes.reduce(Set<String>()) { $0.union($1) }
    #expect(codes.map(\.count).reduce(0, +) == all.count, "two files have one code")
    for code in all { #expect(code.wholeMatch(of: /[a-z]+\.[a-z]+(?:-[a-z]+)*/) != nil, "\(code)") }
    #expect(Set(Failure.all.map { $0.error.code }) == all, "the table of failures has each case")

    let rows = try Sources.text("docs/errors.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
    let documented = rows.map { row in row.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) } }
    #expect(Set(documented.map { String($0[0].dropFirst().prefix { $0 != "`" }) }) == all && rows.count == all.count)
    for row in documented {
      let told = Set(Failure.all.filter { row[0].hasPrefix("`\($0.error.code)`") }.map { String($0.status.rawValue) })
      #expect(Set(row.last!.split { !$0.isNumber }.map(String.init)) == told, "\(row[0])")
    }
  }

  /// So none can end a run as a bug: a type that is not in the table is found here, one that is has a status by its type.
  @Test func `of any type has an exit status`() throws {
    let files = try Sources.ofLibraries()
    let types = Set(files.flatMap(\.failureTypes))
    let told = Failure.all.map { String(reflecting: type(of: $0.error)).drop { $0 != "." }.dropFirst() }
    #expect(types == Set(told.map(String.init)))
    for file in files { #expect(file.bareErrors == [], "\(file.name): a public error is a KeepframeFailure") }
  }
}

/// The package's own text.
private struct Sources {
  let name: String
  /// Lines without their comments.
  let code: [String]

  static func text(_ path: String) throws -> String {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    return try String(contentsOfFile: root.pushing(FilePath(path)).string, encoding: .utf8)
  }

  static func ofLibraries() throws -> [Sources] {
    let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending("Sources").string)
    return try paths.filter { $0.hasSuffix(".swift") && $0.hasPrefix("Keepframe") && !$0.hasPrefix("KeepframeCLI/") }.sorted().map
    {
      Sources(path: $0, try text("Sources/\($0)"))
    }
  }

  private init(path: String, _ text: String) {
    name = FilePath(path).lastComponent?.string ?? path
    code = text.split(separator: "\n").map { line in
      let start = line.firstRange(of: "// ")?.lowerBound ?? line.endIndex
      return String(line[..<start])
    }
  }

  /// What `var code` gives, in any of the file's types.
  var codes: Set<String> {
    var codes: Set<String> = []
    var isInside = false
    for line in code {
      if line.contains(" var code: String {") { isInside = true }
      if isInside { for match in line.matches(of: /"([^"]*)"/) { codes.insert(String(match.1)) } }
      if line.hasPrefix("  }") || line.hasSuffix(" }") && line.contains("var code") { isInside = false }
    }
    return codes
  }

  /// Types that are made failures.
  var failureTypes: [String] {
    code.compactMap { $0.firstMatch(of: /^extension ([A-Za-z.]+): KeepframeFailure/).map { String($0.1) } }
  }

  /// Public types that are errors without being failures.
  var bareErrors: [String] {
    code.filter { $0.firstMatch(of: /public (?:struct|enum|final class) \w+: (?:[^{]*[ ,])?Error\b/) != nil }
  }
}
