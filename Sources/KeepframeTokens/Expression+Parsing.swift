internal import KeepframeSystem

extension Expression {
  /// Compiles a pattern in the syntax of Oniguruma, which tokenizer files are written in.
  ///
  /// It may have scalars, classes, `.`, `\s`, `\d` and general categories such as `\p{L}`, groups,
  /// alternatives, lookahead, and repetition of scalars and classes. Groups may be optional, but
  /// not repeated.
  ///
  /// - Throws: ``FileProblem`` for a pattern that has anything else, or matches an empty text.
  init(_ pattern: String, at place: String) throws(FileProblem) {
    do throws(FileProblem) {
      guard pattern.utf8.count <= 4096 else { throw FileProblem("is too long") }
      var parser = ExpressionParser(rest: pattern.unicodeScalars[...])
      alternatives = try parser.alternatives(depth: 0)
      guard parser.rest.isEmpty else { throw FileProblem("has a `)` too many") }
      guard !matchesNothing else { throw FileProblem("matches an empty text") }
    } catch {
      throw FileProblem("\(place): the pattern `\(oneLine(pattern, limit: 80))` \(error)")
    }
  }
}

private struct ExpressionParser {
  var rest: Substring.UnicodeScalarView
  private var foldsCase = false

  init(rest: Substring.UnicodeScalarView) { self.rest = rest }

  private static let deepest = 16

  private func unsupported(_ what: String) -> FileProblem { FileProblem("has `\(what)`, which is not supported") }

  private mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.unicodeScalars) else { return false }
    rest.removeFirst(text.unicodeScalars.count)
    return true
  }

  private mutating func next() throws(FileProblem) -> Unicode.Scalar {
    guard let scalar = rest.popFirst() else { throw FileProblem("ends early") }
    return scalar
  }

  mutating func alternatives(depth: Int) throws(FileProblem) -> [[Expression.Part]] {
    guard depth < Self.deepest else { throw FileProblem("nests too deep") }
    var result: [[Expression.Part]] = [[]]
    while let scalar = rest.first, scalar != ")" {
      if take("|") { result.append([]) } else { result[result.count - 1].append(try part(depth: depth)) }
    }
    return result
  }

  private mutating func part(depth: Int) throws(FileProblem) -> Expression.Part {
    guard rest.first == "(" else { return try scalars() }
    if take("(?=") { return .lookahead(try group(depth: depth), isNegative: false) }
    if take("(?!") { return .lookahead(try group(depth: depth), isNegative: true) }
    let outer = foldsCase
    defer { foldsCase = outer }
    if take("(?i:") {
      foldsCase = true
    } else if !take("(?:"), take("("), rest.first == "?" {
      throw unsupported("(?")
    }
    let alternatives = try group(depth: depth)
    let isOptional = take("?")
    if let sign = rest.first, ["*", "+", "{", "?"].contains(sign) { throw unsupported(")\(isOptional ? "?" : "")\(sign)") }
    return .group(alternatives, isOptional: isOptional)
  }

  /// The rest of a group, after its opening.
  private mutating func group(depth: Int) throws(FileProblem) -> [[Expression.Part]] {
    let result = try alternatives(depth: depth + 1)
    guard take(")") else { throw FileProblem("ends early") }
    return result
  }

  private mutating func scalars() throws(FileProblem) -> Expression.Part {
    var set = ScalarSet()
    switch try next() {
    case "[": set = try bracketed()
    case "\\": set.members = [try escaped()]
    case ".": (set.members, set.isNegated) = ([.range("\n"..."\n")], true)
    case let sign where ["*", "+", "?", "{", "^", "$"].contains(sign): throw unsupported("\(sign)")
    case let scalar: set.members = [.range(scalar...scalar)]
    }
    if foldsCase {
      guard set.members.count == 1, case .range(let range) = set.members[0], range.lowerBound == range.upperBound else {
        throw FileProblem("ignores case of more than single characters, which is not supported")
      }
      set.foldsCase = true
    }
    if take("{") { return .scalars(set, try counts(), .greedy) }
    let counts = take("*") ? 0...Int.max : take("+") ? 1...Int.max : take("?") ? 0...1 : 1...1
    guard counts != 1...1 else { return .scalars(set, counts, .greedy) }
    return .scalars(set, counts, take("?") ? .lazy : take("+") ? .possessive : .greedy)
  }

  /// The rest of `{2}`, `{2,}`, `{,3}` or `{2,3}`. No other sign of repetition may follow.
  private mutating func counts() throws(FileProblem) -> ClosedRange<Int> {
    let least = try count()
    let most = take(",") ? try count() ?? Int.max : least
    guard take("}"), let most, (least ?? 0) <= most, least != nil || most < Int.max else { throw unsupported("{") }
    if let sign = rest.first, ["*", "+", "?", "{"].contains(sign) { throw unsupported("}\(sign)") }
    return (least ?? 0)...most
  }

  private mutating func count() throws(FileProblem) -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest.removeFirst(digits.count)
    guard digits.count <= 3 else { throw FileProblem("repeats more than 999 times") }
    return Int(String(digits))
  }

  /// What a backslash and what follows stand for.
  private mutating func escaped() throws(FileProblem) -> ScalarSet.Member {
    let scalar = try next()
    switch scalar {
    case "s": return .whitespace
    case "S": return .not(.whitespace)
    case "d": return .category([.decimalNumber])
    case "D": return .not(.category([.decimalNumber]))
    case "p", "P":
      guard take("{"), let end = rest.firstIndex(of: "}") else { throw unsupported("\\\(scalar)") }
      let name = String(rest[..<end])
      guard let categories = ScalarSet.categories(name) else {
        throw unsupported("\\\(scalar){\(oneLine(name, limit: 20))}")
      }
      rest = rest[rest.index(after: end)...]
      return scalar == "p" ? .category(categories) : .not(.category(categories))
    case "r": return .range("\r"..."\r")
    case "n": return .range("\n"..."\n")
    case "t": return .range("\t"..."\t")
    case _ where scalar.isASCIISymbol || scalar == " ": return .range(scalar...scalar)
    default: throw unsupported("\\\(scalar)")
    }
  }

  /// The rest of a class, after `[`.
  private mutating func bracketed() throws(FileProblem) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = take("^")
    while true {
      let scalar = try next()
      var member = ScalarSet.Member.range(scalar...scalar)
      switch scalar {
      case "]" where !set.members.isEmpty: return set
      case "[", "]", "&": throw unsupported("[\(scalar)")
      case "\\": member = try escaped()
      default: break
      }
      if case .range(let first) = member, rest.first == "-", rest.dropFirst().first != "]" {
        rest.removeFirst()
        let last = try next()
        guard !["[", "]", "\\"].contains(last), first.lowerBound <= last else { throw unsupported("-\(last)") }
        member = .range(first.lowerBound...last)
      }
      set.members.append(member)
    }
  }
}
