internal import KeepframeSystem

/// A regular expression of the kind that tokenizer files have.
///
/// Swift's own `Regex` takes time quadratic in the length of a character, and a character may have
/// any number of combining marks: for 10,000 of them it takes half a minute. Besides, it reads some
/// of Oniguruma's syntax in another way. This one reads the part of that syntax in which words are
/// described (``init(_:at:)``), and gives up on a text that takes too long.
struct Expression: Sendable {
  /// What may stand at one place of the text.
  indirect enum Part: Sendable {
    /// Scalars of a set, as often as the range says.
    case scalars(ScalarSet, ClosedRange<Int>, Repetition)
    /// One of several sequences, or none if it is optional.
    case group([[Part]], isOptional: Bool)
    /// One of several sequences follows, or none of them does.
    case lookahead([[Part]], isNegative: Bool)
  }

  enum Repetition: Sendable {
    case greedy, lazy, possessive
  }

  let alternatives: [[Part]]

  /// Where the expression matches: from left to right, without overlap.
  ///
  /// - Throws: ``FileProblem`` if a match is empty, or if finding them takes too long.
  func ranges(in text: String) throws(FileProblem) -> [Range<String.Index>] {
    let indices = Array(text.unicodeScalars.indices) + [text.endIndex]
    var search = Search(Array(text.unicodeScalars))
    var result: [Range<String.Index>] = []
    var start = 0
    while start < search.scalars.count {
      let end = search.end(of: alternatives, at: start)
      guard search.steps > 0 else { throw FileProblem("a pattern takes too long for this text") }
      guard let end else {
        start += 1
        continue
      }
      guard end > start else { throw FileProblem("a pattern matches an empty part of the text") }
      result.append(indices[start]..<indices[end])
      start = end
    }
    return result
  }

  /// Whether the expression matches a text of nothing.
  var matchesNothing: Bool {
    var search = Search([])
    return search.end(of: alternatives, at: 0) != nil
  }
}

/// Backtracks through one text. Its depth is that of the expression, whatever the text.
private struct Search {
  let scalars: [Unicode.Scalar]
  /// How many more steps may be taken. GPT-2's expression takes about twenty for each scalar.
  var steps: Int

  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    steps = 1000 * (scalars.count + 1)
  }

  /// Where the first of the alternatives that matches at `start` ends; nil if none does.
  mutating func end(
    of alternatives: [[Expression.Part]], followedBy rest: ArraySlice<Expression.Part> = [], at start: Int
  ) -> Int? {
    for parts in alternatives {
      if let end = end(of: rest.isEmpty ? parts[...] : (parts + rest)[...], at: start) { return end }
    }
    return nil
  }

  private mutating func end(of parts: ArraySlice<Expression.Part>, at start: Int) -> Int? {
    steps -= 1
    guard steps > 0 else { return nil }
    guard let part = parts.first else { return start }
    let rest = parts.dropFirst()
    switch part {
    case .group(let alternatives, let isOptional):
      if let end = end(of: alternatives, followedBy: rest, at: start) { return end }
      return isOptional ? end(of: rest, at: start) : nil
    case .lookahead(let alternatives, let isNegative):
      return (end(of: alternatives, at: start) != nil) == isNegative ? nil : end(of: rest, at: start)
    case .scalars(let set, let counts, .lazy):
      var count = 0
      while true {
        if count >= counts.lowerBound, let end = end(of: rest, at: start + count) { return end }
        guard count < counts.upperBound, has(set, at: start + count) else { return nil }
        count += 1
      }
    case .scalars(let set, let counts, let repetition):
      var count = 0
      while count < counts.upperBound, has(set, at: start + count) { count += 1 }
      let fewest = repetition == .possessive ? max(count, counts.lowerBound) : counts.lowerBound
      while count >= fewest {
        if let end = end(of: rest, at: start + count) { return end }
        count -= 1
      }
      return nil
    }
  }

  private mutating func has(_ set: ScalarSet, at index: Int) -> Bool {
    steps -= 1
    return steps > 0 && index < scalars.count && set.contains(scalars[index])
  }
}
