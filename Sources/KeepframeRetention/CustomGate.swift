/// A gate of your own, as settings name it.
///
///     settings.customGate = CustomGate(name: "dark", defaultPrice: 40) { DarkGate(price: $0) }
///
/// Two of one name count as equal: at one price, an index made with one is up to date for the
/// other.
public struct CustomGate: Hashable, Sendable {
  /// What the manifest calls it.
  public let name: String
  /// The price at which it runs unless the target names another.
  public let defaultPrice: Double
  /// Where the search for a budget or a rate looks: the lower end keeps the most, the upper end
  /// next to nothing.
  public let priceRange: ClosedRange<Double>
  let make: @Sendable (Double) -> any Gate

  /// - Parameters:
  ///   - priceRange: nil searches from 0 to 16 times the default price.
  ///   - make: Makes a new gate for one run, given its price. A search for a budget makes several.
  ///
  /// - Precondition: the name is none of ``GateKind``'s, and the default price is finite.
  public init(
    name: String, defaultPrice: Double, priceRange: ClosedRange<Double>? = nil,
    make: @escaping @Sendable (Double) -> any Gate
  ) {
    precondition(GateKind(rawValue: name) == nil, "expected a name of its own, got \(name), which is a gate of the package")
    precondition(defaultPrice.isFinite, "expected a finite price, got \(defaultPrice)")
    self.name = name
    self.defaultPrice = defaultPrice
    self.priceRange = priceRange ?? min(0, defaultPrice * 16)...max(0, defaultPrice * 16)
    self.make = make
  }

  /// A new gate at `price`.
  package func makeGate(price: Double) -> any Gate { make(price) }

  /// Whether both have one name.
  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
  /// Takes the name alone, as `==` does.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
