/// Where a database is: `postgresql://user:password@host:port/database?option=value`.
///
/// It may hold a password. So it goes to libpq, and nowhere else: not into SQL and not into any
/// message.
struct PostgresAddress {
  let text: String

  /// Nil where libpq might read a part of the password as the host's name or port, and say so.
  init?(_ text: String) {
    guard let scheme = ["postgresql://", "postgres://"].first(where: { text.hasPrefix($0) }), !text.utf8.contains(0) else {
      return nil
    }
    let rest = text.dropFirst(scheme.count)
    var places = rest.prefix { $0 != "/" && $0 != "?" }
    // libpq takes all before the first `@` for user and password.
    if let at = rest.firstIndex(of: "@") {
      guard at < places.endIndex, !rest[rest.index(after: at)...].contains("@") else { return nil }
      places = places[places.index(after: at)...]
    }
    guard places.split(separator: ",").allSatisfy(Self.hasNumberAsPort) else { return nil }
    self.text = text
  }

  private static func hasNumberAsPort(_ place: Substring) -> Bool {
    let port = place.hasPrefix("[") ? place.drop { $0 != "]" }.dropFirst() : place.drop { $0 != ":" }
    return port.isEmpty || port.first == ":" && port.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
  }
}
