/// A part of the text that is tokenised alone.
struct Piece {
  var text: String
  /// Whether it begins where the text does.
  var startsText: Bool
  /// The id of an added token that the piece is.
  var token: Int?
}

/// What becomes of a delimiter.
enum SplitBehavior: String, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  /// Delimiters side by side are one piece.
  case contiguous = "Contiguous"

  /// Splits at delimiters.
  ///
  /// - Parameters:
  ///   - delimiters: ascending, without overlap.
  ///   - isInverted: the text between the delimiters is a delimiter, and they are text.
  func split(_ piece: Piece, at delimiters: [Range<String.Index>], isInverted: Bool = false) -> [Piece] {
    var parts: [(range: Range<String.Index>, isDelimiter: Bool)] = []
    var end = piece.text.startIndex
    for range in delimiters {
      if range.lowerBound > end { parts.append((end..<range.lowerBound, isInverted)) }
      parts.append((range, !isInverted))
      end = range.upperBound
    }
    if end < piece.text.endIndex { parts.append((end..<piece.text.endIndex, isInverted)) }
    return merged(parts).map { range in
      let isFirst = range.lowerBound == piece.text.startIndex
      return Piece(text: String(piece.text[range]), startsText: piece.startsText && isFirst)
    }
  }

  private func merged(_ parts: [(range: Range<String.Index>, isDelimiter: Bool)]) -> [Range<String.Index>] {
    var result: [Range<String.Index>] = []
    var previous = false
    switch self {
    case .removed: return parts.filter { !$0.isDelimiter }.map(\.range)
    case .isolated: return parts.map(\.range)
    case .mergedWithPrevious, .contiguous:
      for part in parts {
        let joins = self == .contiguous ? part.isDelimiter == previous : part.isDelimiter && !previous
        if joins, let last = result.popLast() {
          result.append(last.lowerBound..<part.range.upperBound)
        } else {
          result.append(part.range)
        }
        previous = part.isDelimiter
      }
      return result
    case .mergedWithNext:
      for part in parts.reversed() {
        if part.isDelimiter, !previous, let next = result.popLast() {
          result.append(part.range.lowerBound..<next.upperBound)
        } else {
          result.append(part.range)
        }
        previous = part.isDelimiter
      }
      return result.reversed()
    }
  }
}

extension String {
  /// The range of each scalar for which `isWanted` is true.
  func ranges(where isWanted: (Unicode.Scalar) -> Bool) -> [Range<Index>] {
    var result: [Range<Index>] = []
    for index in unicodeScalars.indices where isWanted(unicodeScalars[index]) {
      result.append(index..<unicodeScalars.index(after: index))
    }
    return result
  }
}

extension Unicode.Scalar.Properties {
  /// General category P.
  var isPunctuation: Bool {
    switch generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      true
    default: false
    }
  }

  /// General category N.
  var isNumber: Bool { [.decimalNumber, .letterNumber, .otherNumber].contains(generalCategory) }

  /// General category M.
  var isMark: Bool { [.nonspacingMark, .spacingMark, .enclosingMark].contains(generalCategory) }

  /// `\w` as UTS 18 defines it.
  var isWordCharacter: Bool {
    isAlphabetic || isMark || isJoinControl || [.decimalNumber, .connectorPunctuation].contains(generalCategory)
  }
}

extension Unicode.Scalar {
  /// A visible character of ASCII that is neither a letter nor a digit.
  var isASCIISymbol: Bool {
    (0x21...0x7e).contains(value) && !properties.isAlphabetic && properties.numericType == nil
  }

  /// What BERT counts as punctuation: also the symbols of ASCII, such as `+`.
  var isBertPunctuation: Bool {
    isASCIISymbol || properties.isPunctuation
  }
}
