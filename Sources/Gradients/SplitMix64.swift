internal import Glibc

/// A small generator whose numbers are the same on every machine and in every version of Swift, as `Float.random`'s and
/// `shuffle`'s need not be. See Steele et al. 2014, "Fast splittable pseudorandom number generators".
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  /// All there is to it: two generators of one state give the same numbers.
  public var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// Evenly from 0 up to, not including, 1.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Evenly from `range`, with its end only where rounding leads there.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Evenly from `0..<count`, which must not be empty.
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0, "expected a count of 1 or more, got \(count)")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Mean 0, variance 1. See Box & Muller 1958; one of the pair is dropped, so that ``state`` is the whole state.
  public mutating func gaussian() -> Double {
    let radius = (-2 * Glibc.log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// The numbers `0..<count` in a random order. See Durstenfeld 1964.
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
    return order
  }
}
