/// Words that are looked for, and how SQLite is asked for them.
///
/// Whatever a person types is words: quotes, operators and wild cards only part them.
package struct WordQuery: Hashable, Sendable {
  /// In the order in which they were typed, each once.
  package let words: [String]

  /// More than these are not looked for.
  static let mostWords = 32
  /// A longer word is cut.
  private static let mostCharacters = 100
  /// The index of parts has three characters at a time, so it finds nothing shorter.
  private static let partLength = 3

  private init(words: [String]) { self.words = words }

  package init(_ text: String) {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func finish() {
      defer { word = String.UnicodeScalarView() }
      guard word.contains(where: Self.isLetter), words.count < Self.mostWords, !words.contains(String(word)) else { return }
      words.append(String(word))
    }
    for scalar in text.unicodeScalars {
      if !Self.isLetter(scalar), !Self.isMark(scalar) {
        finish()
      } else if word.count < Self.mostCharacters {
        word.append(scalar)
      }
    }
    finish()
    self.words = words
  }

  /// What SQLite's tokenizer `unicode61` takes for part of a word.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber, .letterNumber,
      .otherNumber, .privateUse:
      true
    default: false
    }
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// Whether a word's script is written without spaces, or with endings that nothing parts from it.
  private static func isDense(_ word: String) -> Bool {
    word.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x3040...0x31FF, 0x3400...0x4DBF,
        0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
        true
      default: false
      }
    }
  }

  /// How many of the words a text must have.
  package enum Demand: CaseIterable { case all, any }

  /// One question to the database: rows of `piece` with a number each, the lower the better.
  struct Question: Hashable {
    let sql: String
    let arguments: [String]
  }

  /// The rarest of the words, of which fewer than a number of texts have one; at least one word.
  /// "the" says nothing beside "zebra".
  ///
  /// - Parameter count: how many texts have a word; any number above the limit may be given for
  ///   more.
  func rarest(below limit: Int, count: (Question) throws -> Int) rethrows -> WordQuery {
    let counted = try words.enumerated().map { index, word in
      (count: try count(Question(sql: "piece_words MATCH ?", arguments: [Self.match([word], .all)!])), index: index)
    }
    var (sum, chosen) = (0, Set<Int>())
    for (count, index) in counted.sorted(by: { ($0.count, $0.index) < ($1.count, $1.index) }) {
      sum += count
      if sum > limit, !chosen.isEmpty { break }
      // What no text has as a word may still be part of one.
      chosen.insert(index)
      if sum > limit { break }
    }
    return WordQuery(words: words.indices.filter(chosen.contains).map { words[$0] })
  }

  /// Nil where nothing can be asked.
  func words(_ demand: Demand) -> Question? {
    guard let match = Self.match(words, demand) else { return nil }
    return Question(
      sql: "SELECT piece.id, piece.video, piece.channel, bm25(piece_words) FROM piece_words "
        + "JOIN piece ON piece.id = piece_words.rowid WHERE piece_words MATCH ?", arguments: [match])
  }

  /// Nil where nothing can be asked.
  func parts(_ demand: Demand) -> Question? {
    let long = words.filter { $0.unicodeScalars.count >= Self.partLength }
    let short = words.filter { $0.unicodeScalars.count < Self.partLength }
    if let match = Self.match(long, demand) {
      let others = demand == .all ? short : []
      return Question(
        sql: "SELECT piece.id, piece.video, piece.channel, bm25(piece_parts) FROM piece_parts "
          + "JOIN piece ON piece.id = piece_parts.rowid WHERE piece_parts MATCH ?"
          + others.map { _ in " AND instr(lower(piece.words), lower(?)) > 0" }.joined(), arguments: [match] + others)
    }
    // A word of two characters is usual in these scripts. No index has it, so every text is read.
    let dense = short.filter(Self.isDense)
    guard demand == .all ? dense.count == short.count && !short.isEmpty : !dense.isEmpty else { return nil }
    let conditions = dense.map { _ in "instr(words, ?) > 0" }
    return Question(
      sql: "SELECT id, video, channel, length(words) FROM piece WHERE ("
        + conditions.joined(separator: demand == .all ? " AND " : " OR ") + ")", arguments: dense)
  }

  /// The words that are looked for inside longer ones; none where each is too short for that. With
  /// ``Demand/all`` short ones beside a longer one count, too.
  package func parts(demand: Demand) -> [String] {
    let own = words.filter { $0.unicodeScalars.count >= Self.partLength || Self.isDense($0) }
    return demand == .all && !own.isEmpty ? words : own
  }

  /// A phrase of one word for each, so that nothing in it is an operator.
  private static func match(_ words: [String], _ demand: Demand) -> String? {
    words.isEmpty ? nil : words.map { "\"\($0)\"" }.joined(separator: demand == .all ? " AND " : " OR ")
  }

  /// A text that is short enough for one line: what is around the first word that it has.
  func excerpt(of text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count > Self.excerptLength else { return text }
    let folded = scalars.map { $0.properties.lowercaseMapping.unicodeScalars.first ?? $0 }
    let places = words.compactMap { word in
      folded.firstRange(of: word.unicodeScalars.map { $0.properties.lowercaseMapping.unicodeScalars.first ?? $0 })?.lowerBound
    }
    let start = max(0, min((places.min() ?? 0) - Self.excerptLength / 3, scalars.count - Self.excerptLength))
    let end = min(scalars.count, start + Self.excerptLength)
    return (start > 0 ? "..." : "") + String(String.UnicodeScalarView(scalars[start..<end])) + (end < scalars.count ? "..." : "")
  }

  private static let excerptLength = 160
}
