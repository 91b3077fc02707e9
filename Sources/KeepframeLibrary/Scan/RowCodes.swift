internal import Glibc  // links libm for `squareRoot()`

/// Rows in 8 bits a value, with proven bounds on what that does to a score.
///
/// A row x is coded as whole numbers c of -127...127 with a scale a, so that x is nearly a·c. A
/// query q is coded as whole numbers p of 16 bits with a scale b. The product p·c is exact in 32
/// bits. Let |q| be the length of q. Each row has an error e, so that
///
///     a·b·(p·c) - e·|q|  <=  dot(q, x)  <=  a·b·(p·c) + e·|q|
///
/// holds for every query whose length is within 2^-20...2^20, as Float32 computes all of it.
///
/// **Proof.** Let d be the dimension, and u = 2^-24, the greatest relative error of an operation.
/// Let r = |x - a·c|, which is computed from the codes themselves, n = |a·c| and t = |q - b·p|.
///
/// 1. q·x = a·b·(p·c) + (q - b·p)·(a·c) + q·(x - a·c). By Cauchy and Schwarz, q·x is within
///    t·n + |q|·r of a·b·(p·c).
/// 2. Each value of b·p is within b/2 of the query's. Where P is the greatest code, b is at most
///    (1 + u)·|q| / P. So t is at most k·|q|, with k = (1 + u)·√d / 2P, which is below 1.
/// 3. On its way through `dot` a product is rounded m times at most: once itself, d/32 times in its
///    lane, twice as lanes are joined, 8 times as they are added, 31 times as the rest is. So `dot`
///    is within g·|q|·|x| of q·x, with g = m·u / (1 - m·u), and |x| is at most n + r.
/// 4. The bounds are computed with five roundings, each of a value of at most (2 + u)·|q|·(n + e).
///    They are off by less than 32·u·n and 32·u·e, both times |q|.
/// 5. What is too small for a normal Float32 is off by less than 2^-110 in all, which 2^-80·|q|
///    covers. Nothing overflows, as n + r is at most 2^60.
///
/// So e = (r + (k + g + 32·u)·(n + r))·(1 + 2^-17) + 2^-80 is enough. A row that is not finite, is
/// longer than 2^60 or has more than 65,536 values has codes of 0 and an error of infinity: nothing
/// is said of its score.
///
/// For a unit row of 256 values drawn at random, e is about 0.008.
package struct RowCodes: Hashable, Sendable {
  /// `[rows * dimension]`, row-major, each of -127...127.
  package let codes: [Int8]
  /// `[rows]`: by what to multiply the codes of each row. 0 or more, finite.
  package let scales: [Float]
  /// `[rows]`: e above. More than 0; infinity where nothing is said of a score.
  package let errors: [Float]

  /// Codes of `values`, `[rows * dimension]`, row-major.
  ///
  /// The same values give the same codes on every processor.
  ///
  /// - Complexity: O(`values.count`), about two microseconds for a row of 256.
  package init(of values: UnsafeBufferPointer<Float>, dimension: Int) {
    precondition(
      dimension > 0 && values.count.isMultiple(of: dimension), "expected rows of \(dimension) values, got \(values.count) values")
    let rows = values.count / dimension
    var scales: [Float] = []
    var errors: [Float] = []
    scales.reserveCapacity(rows)
    errors.reserveCapacity(rows)
    codes = [Int8](unsafeUninitializedCapacity: values.count) { codes, count in
      for row in 0..<rows {
        let place = row * dimension..<(row + 1) * dimension
        let (scale, error) = Self.encode(
          UnsafeBufferPointer(rebasing: values[place]), into: UnsafeMutableBufferPointer(rebasing: codes[place]))
        scales.append(scale)
        errors.append(error)
      }
      count = values.count
    }
    (self.scales, self.errors) = (scales, errors)
  }

  /// Codes one row into room of its length, which may be uninitialized.
  private static func encode(
    _ row: UnsafeBufferPointer<Float>, into codes: UnsafeMutableBufferPointer<Int8>
  ) -> (scale: Float, error: Float) {
    var greatest: Float = 0
    var isFinite = true
    for value in row {
      greatest = max(greatest, value.magnitude)
      isFinite = isFinite && value.isFinite
    }
    let scale = greatest / Float(maximumRowCode)
    guard isFinite, scale > 0 else {
      // All that is left of a row of zeros, or nearly so, is its error.
      codes.initialize(repeating: 0)
      return (0, isFinite ? error(rest: Double(greatest) * Double(row.count).squareRoot(), coded: 0, row.count) : .infinity)
    }
    let factor = 1 / Double(scale)
    var rest = 0.0
    var coded = 0.0
    for index in row.indices {
      let value = Double(row[index])
      let code = max(-Double(maximumRowCode), min(Double(maximumRowCode), nearestWhole(value * factor)))
      let difference = value - Double(scale) * code
      rest += difference * difference
      coded += code * code
      codes.initializeElement(at: index, to: Int8(code))
    }
    let error = error(rest: rest.squareRoot(), coded: Double(scale) * coded.squareRoot(), row.count)
    guard error.isFinite else {
      codes.update(repeating: 0)
      return (0, .infinity)
    }
    return (scale, error)
  }

  /// The nearest whole number, of numbers below 2^51: the sum has no room for more digits.
  /// `rounded()` is a call for each value.
  private static func nearestWhole(_ value: Double) -> Double { (value + 0x1.8p52) - 0x1.8p52 }

  /// e, rounded up.
  private static func error(rest: Double, coded: Double, _ dimension: Int) -> Float {
    guard coded + rest <= 0x1p60, dimension <= maximumDimension else { return .infinity }
    let unit = 0x1p-24
    let roundings = Double(dimension / 32 + 42) * unit
    let query = (1 + 0x1p-20) * Double(dimension).squareRoot() / (2 * Double(maximumQueryCode(dimension)))
    let whole = rest + (query + roundings / (1 - roundings) + 32 * unit) * (coded + rest)
    return Float(whole * (1 + 0x1p-17) + 0x1p-80).nextUp
  }

  static let maximumRowCode = 127
  /// Of longer rows a query has too few codes for step 2.
  static let maximumDimension = 65_536

  /// P: sums of `dimension` products stay within 32 bits.
  static func maximumQueryCode(_ dimension: Int) -> Int {
    precondition(1...maximumDimension ~= dimension, "expected rows of 1...\(maximumDimension) values, got \(dimension)")
    return min(Int(Int32.max) / (maximumRowCode * dimension), Int(Int16.max))
  }
}

/// Codes where they lie, say in a file that is mapped. It points to memory that has to stay.
package struct StoredCodes {
  /// `[rows * dimension]`
  package let codes: UnsafeBufferPointer<Int8>
  /// `[rows]`
  package let scales: UnsafeBufferPointer<Float>
  /// `[rows]`
  package let errors: UnsafeBufferPointer<Float>

  /// Codes as ``RowCodes`` made them. Of others bounds do not hold, but nothing crashes.
  ///
  /// - Precondition: there are as many errors as scales, and codes for as many rows.
  package init(codes: UnsafeBufferPointer<Int8>, scales: UnsafeBufferPointer<Float>, errors: UnsafeBufferPointer<Float>) {
    precondition(
      scales.count == errors.count && (codes.isEmpty || !scales.isEmpty && codes.count.isMultiple(of: scales.count)),
      "expected codes, a scale and an error for each row, got \(codes.count), \(scales.count) and \(errors.count)")
    (self.codes, self.scales, self.errors) = (codes, scales, errors)
  }
}
