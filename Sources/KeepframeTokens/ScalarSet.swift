/// The scalars that may stand at one place of an expression.
struct ScalarSet: Sendable {
  enum Member: Sendable {
    case range(ClosedRange<Unicode.Scalar>)
    case whitespace
    /// One of these general categories.
    case category(Set<Unicode.GeneralCategory>)
    indirect case not(Member)
  }

  var members: [Member] = []
  var isNegated = false
  /// Whether the case of the single scalar that it has does not matter.
  var foldsCase = false

  func contains(_ scalar: Unicode.Scalar) -> Bool { members.contains { has($0, scalar) } != isNegated }

  private func has(_ member: Member, _ scalar: Unicode.Scalar) -> Bool {
    switch member {
    case .range(let range): range.contains(scalar) || foldsCase && range.lowerBound.folded == scalar.folded
    case .whitespace: scalar.properties.isWhitespace
    case .category(let categories): categories.contains(scalar.properties.generalCategory)
    case .not(let member): !has(member, scalar)
    }
  }

  /// The categories that `\p{name}` stands for; nil for any other property.
  static func categories(_ name: String) -> Set<Unicode.GeneralCategory>? {
    switch name {
    case "L": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
    case "M": [.nonspacingMark, .spacingMark, .enclosingMark]
    case "N": [.decimalNumber, .letterNumber, .otherNumber]
    case "P":
      [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
        .otherPunctuation,
      ]
    case "S": [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    case "Z": [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    case "Lu": [.uppercaseLetter]
    case "Ll": [.lowercaseLetter]
    case "Lt": [.titlecaseLetter]
    case "Lm": [.modifierLetter]
    case "Lo": [.otherLetter]
    case "Mn": [.nonspacingMark]
    case "Mc": [.spacingMark]
    case "Nd": [.decimalNumber]
    case "Nl": [.letterNumber]
    case "No": [.otherNumber]
    case "Cc": [.control]
    case "Cf": [.format]
    default: nil
    }
  }
}

extension Unicode.Scalar {
  /// The same for each case of a letter: "s" for "S" and for the long "ſ".
  fileprivate var folded: Unicode.Scalar {
    guard case let upper = properties.uppercaseMapping.unicodeScalars, upper.count == 1, let first = upper.first,
      case let lower = first.properties.lowercaseMapping.unicodeScalars, lower.count == 1
    else { return self }
    return lower.first ?? self
  }
}
