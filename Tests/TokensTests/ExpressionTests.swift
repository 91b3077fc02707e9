import KeepframeSystem
import Testing

@testable import KeepframeTokens

@Suite struct `A tokenizer's expression` {
  private func matches(_ pattern: String, in text: String) throws -> [String] {
    try Expression(pattern, at: "here").ranges(in: text).map { String(text[$0]) }
  }

  @Test(arguments: [
    ("[a-c]+", "abcdab", ["abc", "ab"]),
    ("[^a-c]", "abcd-", ["d", "-"]),
    (#"\p{L}+|\p{Nd}"#, "ab12 é", ["ab", "1", "2", "é"]),
    (#"\s+(?!\S)|\s+"#, "a   b ", ["  ", " ", " "]),
    ("(?i:'s|'t)", "'S 't 'ſ", ["'S", "'t", "'ſ"]),
    ("a{2,3}", "aaaaa", ["aaa", "aa"]),
    ("a{,2}b", "aaab b", ["aab", "b"]),
    ("a+?b", "aab", ["aab"]),
    ("a++a|b", "aab", ["b"]),
    ("(ab|a)?c", "abc ac c", ["abc", "ac", "c"]),
    (#"a(?=b)"#, "ab ac", ["a"]),
    (#".x"#, "\nx ax", ["ax"]),
    (#"\."#, "a.b", ["."]),
    ("[.-]", "a.b-", [".", "-"]),
  ])
  func `finds what Oniguruma finds`(pattern: String, text: String, expected: [String]) throws {
    #expect(try matches(pattern, in: text) == expected)
  }

  @Test func `sees scalars, not characters`() throws {
    #expect(try matches(#"\p{L}"#, in: "e\u{301}") == ["e"])
  }

  @Test(arguments: [
    ("(a+)+", "has `)+`, which is not supported"), ("(a)?+", "has `)?+`, which is not supported"),
    ("a**", "has `*`, which is not supported"), ("^a", "has `^`, which is not supported"), ("a*", "matches an empty text"),
    (#"\w"#, #"has `\w`, which is not supported"#), (#"\p{Han}"#, #"has `\p{Han}`, which is not supported"#),
    ("[[:alpha:]]", "has `[[`, which is not supported"), ("(?<a>b)", "has `(?`, which is not supported"),
    ("(a", "ends early"), ("a)", "has a `)` too many"), ("[a", "ends early"), (#"\"#, "ends early"),
    ("a{2,1}", "has `{`, which is not supported"),
    ("(?i:[ab])", "ignores case of more than single characters, which is not supported"),
  ])
  func `says what it does not read`(pattern: String, problem: String) {
    let error = #expect(throws: FileProblem.self) { _ = try Expression(pattern, at: "here") }
    #expect(error?.description == "here: the pattern `\(pattern)` \(problem)")
  }

  @Test func `gives up, instead of going on for ever`() throws {
    let text = String(repeating: "a", count: 2000)
    #expect(throws: FileProblem.self) { _ = try matches("a+a+a+a+b", in: text) }
    let nothing = String(repeating: "(|)", count: 60)
    #expect(throws: FileProblem.self) { _ = try matches(nothing + "b", in: text) }
  }
}
