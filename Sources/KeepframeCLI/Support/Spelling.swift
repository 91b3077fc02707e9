/// Guesses what somebody meant to type.
enum Spelling {
  /// `; did you mean gate?`, or all known words if none is near.
  static func suggestion(for word: String, among known: [String]) -> String {
    let nearest = known.min { distance(word, $0) < distance(word, $1) }
    guard let nearest, distance(word, nearest) <= max(2, word.count / 2) else {
      return "; known are \(known.joined(separator: ", "))"
    }
    return "; did you mean \(nearest)?"
  }

  /// Levenshtein's edit distance.
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let substitution = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
