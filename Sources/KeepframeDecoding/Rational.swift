/// An exact fraction: a time base or a frame rate.
public struct Rational: Hashable, Sendable {
  /// The number above the line, as given: the fraction is not reduced.
  public let numerator: Int64
  /// The number below the line, as given; never 0.
  public let denominator: Int64

  /// - Precondition: `denominator` is not 0.
  public init(_ numerator: Int64, _ denominator: Int64) {
    precondition(denominator != 0, "a rational needs a denominator, got \(numerator)/0")
    self.numerator = numerator
    self.denominator = denominator
  }

  /// `ticks` of this time base in seconds, correctly rounded unless the product exceeds 2^53.
  public func seconds(_ ticks: Int64) -> Double {
    let (product, overflow) = ticks.multipliedReportingOverflow(by: numerator)
    return overflow ? Double(ticks) * doubleValue : Double(product) / Double(denominator)
  }

  /// The quotient, as exact as a division of two `Double`s.
  public var doubleValue: Double { Double(numerator) / Double(denominator) }
}

extension Rational: CustomStringConvertible {
  /// The fraction as text, such as `30000/1001`.
  public var description: String { "\(numerator)/\(denominator)" }
}
