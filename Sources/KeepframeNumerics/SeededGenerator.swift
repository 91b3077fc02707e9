internal import Glibc

/// SplitMix64: random numbers that a seed determines, for everything that must be the same on every
/// run.
///
/// The algorithm fixes the sequence, not the standard library. So draw with the methods here:
/// `Int.random(in:using:)` and `shuffle(using:)` may draw differently in another version of Swift.
/// Not for secrets. See Steele, Lea and Flood 2014.
package struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  /// The whole state: two generators with equal states draw the same numbers.
  package var state: UInt64

  /// Any seed is good, including 0. Neighbouring seeds give independent sequences.
  package init(seed: UInt64) { state = seed }

  /// A separate sequence for each name under one seed, such as one for each clip. So the draws for
  /// one clip do not shift those for the next.
  package init(seed: UInt64, name: String) { state = seed ^ stableHash(name) }

  /// A number of 64 bits, each with the same probability.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number in the range, in 2^24 equal steps.
  package mutating func uniform(in range: ClosedRange<Float>) -> Float {
    let fraction = Float(next() >> 40) * 0x1p-24
    return min(range.lowerBound + (range.upperBound - range.lowerBound) * fraction, range.upperBound)
  }

  /// A number in the range, in 2^53 equal steps.
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    let fraction = Double(next() >> 11) * 0x1p-53
    return min(range.lowerBound + (range.upperBound - range.lowerBound) * fraction, range.upperBound)
  }

  /// A whole number in a range that is not empty. All have the same probability, up to one part in
  /// 2^64 / `range.count`.
  package mutating func uniform(in range: Range<Int>) -> Int {
    precondition(!range.isEmpty, "expected a range with a number in it, got \(range)")
    return range.lowerBound + Int(next().multipliedFullWidth(by: UInt64(range.count)).high)
  }

  /// A number from the normal distribution with mean 0 and standard deviation 1.
  ///
  /// The same as ``preciseGaussian()`` up to one step of Float: the upper limit of its first number
  /// differs slightly. Both methods must stay as they are, because whatever was trained or composed
  /// with them must come out the same.
  package mutating func gaussian() -> Float {
    let radius = (-2 * log(1 - uniform(in: 0.0...0x1.fffffffffffffp-1))).squareRoot()
    return Float(radius * cos(2 * .pi * uniform(in: 0.0...1.0)))
  }

  /// The same in Double: Box and Muller 1958. The second number of the pair is dropped, so that
  /// ``state`` is the whole state.
  package mutating func preciseGaussian() -> Double {
    let radius = (-2 * log(1 - uniform(in: 0.0...1.0))).squareRoot()
    return radius * cos(2 * .pi * uniform(in: 0.0...1.0))
  }

  /// One of the elements at random; `nil` if there are none.
  package mutating func element<Elements: RandomAccessCollection>(of elements: Elements) -> Elements.Element? {
    guard !elements.isEmpty else { return nil }
    return elements[elements.index(elements.startIndex, offsetBy: uniform(in: 0..<elements.count))]
  }

  /// The elements in random order, each order with the same probability: Fisher and Yates.
  package mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
    var result = Array(elements)
    var last = result.count - 1
    while last > 0 {
      result.swapAt(last, uniform(in: 0..<last + 1))
      last -= 1
    }
    return result
  }
}

/// A 64-bit hash of a name, FNV-1a of its UTF-8. Unlike `hashValue`, it is the same in every
/// process.
package func stableHash(_ name: String) -> UInt64 {
  name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
}
