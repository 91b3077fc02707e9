internal import Glibc

/// Random numbers that a seed determines, for whatever must come out the same on every run:
/// SplitMix64.
///
/// The sequence is fixed by the algorithm and not by the standard library, so draw with the methods
/// here; `Int.random(in:using:)` and `shuffle(using:)` may draw differently in another version of
/// Swift. Not for secrets. Steele, Lea and Flood 2014.
package struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  /// All there is to it: two generators of one state draw the same numbers.
  package var state: UInt64

  /// Any seed is a good one, 0 and neighbours of one another too.
  package init(seed: UInt64) { state = seed }

  /// A sequence of its own for each name under one seed, say one for each clip, so that what one
  /// draws does not shift the next.
  package init(seed: UInt64, name: String) { state = seed ^ stableHash(name) }

  /// All values of 64 bits, each equally often.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number of the range, in 2^24 equal steps.
  package mutating func uniform(in range: ClosedRange<Float>) -> Float {
    let fraction = Float(next() >> 40) * 0x1p-24
    return min(range.lowerBound + (range.upperBound - range.lowerBound) * fraction, range.upperBound)
  }

  /// A number of the range, in 2^53 equal steps.
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    let fraction = Double(next() >> 11) * 0x1p-53
    return min(range.lowerBound + (range.upperBound - range.lowerBound) * fraction, range.upperBound)
  }

  /// A whole number of a range that is not empty; each is as likely as the next to within one part
  /// in 2^64 / `range.count`.
  package mutating func uniform(in range: Range<Int>) -> Int {
    precondition(!range.isEmpty, "expected a range with a number in it, got \(range)")
    return range.lowerBound + Int(next().multipliedFullWidth(by: UInt64(range.count)).high)
  }

  /// A number from the normal distribution of mean 0 and deviation 1.
  ///
  /// Within a step of Float that ``preciseGaussian()`` draws: its first number is cut at another
  /// place. Both stay as they are, as whatever was trained and composed with them must come out the
  /// same.
  package mutating func gaussian() -> Float {
    let radius = (-2 * log(1 - uniform(in: 0.0...0x1.fffffffffffffp-1))).squareRoot()
    return Float(radius * cos(2 * .pi * uniform(in: 0.0...1.0)))
  }

  /// The same in Double: Box and Muller 1958. The other of the pair is dropped, so that ``state``
  /// is the whole state.
  package mutating func preciseGaussian() -> Double {
    let radius = (-2 * log(1 - uniform(in: 0.0...1.0))).squareRoot()
    return radius * cos(2 * .pi * uniform(in: 0.0...1.0))
  }

  /// One of the elements; `nil` if there is none.
  package mutating func element<Elements: RandomAccessCollection>(of elements: Elements) -> Elements.Element? {
    guard !elements.isEmpty else { return nil }
    return elements[elements.index(elements.startIndex, offsetBy: uniform(in: 0..<elements.count))]
  }

  /// The elements in an order of which each is equally likely: Fisher and Yates.
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

/// A number for a name that is the same in every process, unlike `hashValue`: FNV-1a of its UTF-8,
/// 64 bits.
package func stableHash(_ name: String) -> UInt64 {
  name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
}
