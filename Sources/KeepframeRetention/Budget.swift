/// Finds the price at which a gate keeps a given number of samples.
///
/// The search is a bisection, because retention falls as the price rises. Gates decide in sequence,
/// so retention is not exactly monotone. The search returns the lowest price it tried that stays
/// within the budget.
///
/// - Parameters:
///   - budget: the most samples to keep, at least 1.
///   - range: prices to search first. The upper end is doubled until it keeps few enough.
///   - keptCount: runs the gate over all samples at a price and counts what it keeps. It may stop
///     at one over the budget.
/// - Returns: a price that keeps at most `budget`, if there is one. A gate that keeps everything
///   has none.
/// - Complexity: at most 24 calls of `keptCount`, and one for each doubling.
package func price<Failure>(
  keeping budget: Int, in range: ClosedRange<Double>, keptCount: (Double) throws(Failure) -> Int
) throws(Failure) -> Double {
  precondition(budget >= 1, "a budget keeps something, got \(budget)")
  if try keptCount(range.lowerBound) <= budget { return range.lowerBound }
  var (low, high) = (range.lowerBound, range.upperBound)
  for _ in 0..<40 where high > 0 {
    guard try keptCount(high) > budget else { break }
    (low, high) = (high, high * 2)
  }
  for _ in 0..<22 {
    // Halving the logarithm finds small prices in a wide range as fast as large ones. The offset
    // allows the range to begin at 0.
    let middle = (((low + 0.01) * (high + 0.01)).squareRoot()) - 0.01
    let kept = try keptCount(middle)
    if kept == budget { return middle }
    if kept > budget { low = middle } else { high = middle }
  }
  return high
}
