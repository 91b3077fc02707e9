internal import KeepframeSystem

/// A small part of a JSON file as a tree.
enum JSONValue {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])
}

extension JSONReader {
  private static var deepest: Int { 32 }

  /// Reads one value of any kind as a tree.
  ///
  /// - Parameter most: how many values it may consist of.
  /// - Throws: ``FileProblem`` if it has more, nests deeper than 32, or states a key twice.
  mutating func value(most: Int = 1 << 12) throws(FileProblem) -> JSONValue {
    var room = most
    return try value(depth: 0, room: &room)
  }

  private mutating func value(depth: Int, room: inout Int) throws(FileProblem) -> JSONValue {
    room -= 1
    guard depth < Self.deepest, room > 0 else { throw problem(room > 0 ? "it nests too deep" : "it has too many values") }
    switch peek() {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try object { (reader, key) throws(FileProblem) in
        let value = try reader.value(depth: depth + 1, room: &room)
        let key = String(decoding: key, as: UTF8.self)
        guard members.updateValue(value, forKey: key) == nil else { throw reader.problem("a key occurs twice") }
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try array { (reader) throws(FileProblem) in elements.append(try reader.value(depth: depth + 1, room: &room)) }
      return .list(elements)
    case UInt8(ascii: "\""): return .text(try string())
    default:
      if take("null") { return .null }
      if take("true") { return .flag(true) }
      if take("false") { return .flag(false) }
      return .number(try number())
    }
  }
}

/// An object of a tokenizer's file, which knows its place in the file.
struct Settings {
  /// Such as `normalizer.normalizers[1]`.
  let place: String
  let members: [String: JSONValue]

  init(_ value: JSONValue, at place: String) throws(FileProblem) {
    guard case .object(let members) = value else { throw FileProblem("\(place): expected an object") }
    self.place = place
    self.members = members
  }

  /// - Throws: ``FileProblem`` for a key that is not among `keys`: it may change what the tokens
  ///   are.
  func allow(_ keys: String...) throws(FileProblem) {
    guard let unknown = members.keys.filter({ $0 != "type" && !keys.contains($0) }).min() else { return }
    throw FileProblem("\(place): `\(oneLine(unknown, limit: 40))` is not supported")
  }

  /// The value of `key`; nil if it is absent or null.
  private subscript(_ key: String) -> JSONValue? {
    if case .null = members[key] { return nil }
    return members[key]
  }

  private func expected(_ what: String, _ key: String) -> FileProblem { FileProblem("\(place).\(key): expected \(what)") }

  func optionalText(_ key: String) throws(FileProblem) -> String? {
    switch self[key] {
    case nil: return nil
    case .text(let text): return text
    default: throw expected("a string", key)
    }
  }

  func text(_ key: String) throws(FileProblem) -> String {
    guard let text = try optionalText(key) else { throw expected("a string", key) }
    return text
  }

  func optionalFlag(_ key: String) throws(FileProblem) -> Bool? {
    switch self[key] {
    case nil: return nil
    case .flag(let flag): return flag
    default: throw expected("true or false", key)
    }
  }

  func flag(_ key: String, default value: Bool) throws(FileProblem) -> Bool { try optionalFlag(key) ?? value }

  func optionalInteger(_ key: String) throws(FileProblem) -> Int? {
    switch self[key] {
    case nil: return nil
    case .number(let number):
      guard let integer = Int(exactly: number), (0..<1 << 31).contains(integer) else {
        throw expected("a whole number from 0 on", key)
      }
      return integer
    default: throw expected("a whole number", key)
    }
  }

  func integer(_ key: String) throws(FileProblem) -> Int {
    guard let integer = try optionalInteger(key) else { throw expected("a whole number", key) }
    return integer
  }

  func list(_ key: String) throws(FileProblem) -> [JSONValue] {
    guard case .list(let elements) = self[key] else { throw expected("a list", key) }
    return elements
  }

  func objects(_ key: String) throws(FileProblem) -> [Settings] {
    var result: [Settings] = []
    for (index, element) in try list(key).enumerated() { result.append(try Settings(element, at: "\(place).\(key)[\(index)]")) }
    return result
  }

  func object(_ key: String) throws(FileProblem) -> Settings {
    guard let value = self[key] else { throw expected("an object", key) }
    return try Settings(value, at: "\(place).\(key)")
  }

  func unsupported(_ key: String, _ value: String) -> FileProblem {
    FileProblem("\(place): \(key) `\(oneLine(value, limit: 40))` is not supported")
  }
}
