/// SHA-256 as in FIPS 180-4, so that a hash is checked by other code than the code that made it.
package func sha256(_ message: [UInt8]) -> [UInt8] {
  let primes = (2...).lazy.filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }.prefix(64)
  /// The first 32 bits of the fractional part.
  func fraction(_ root: Double) -> UInt32 { UInt32((root - root.rounded(.down)) * 0x1p32) }
  func cubeRoot(_ number: Double) -> Double {
    var root = number / 2
    for _ in 0..<100 { root -= (root * root * root - number) / (3 * root * root) }
    return root
  }
  let constants = primes.map { fraction(cubeRoot(Double($0))) }
  var state = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
  var padded = message + [0x80]
  padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += (0..<8).map { UInt8(truncatingIfNeeded: (UInt64(message.count) * 8) >> (56 - 8 * UInt64($0))) }
  func turned(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }
  for block in stride(from: 0, to: padded.count, by: 64) {
    var words = (0..<16).map { word in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(padded[block + 4 * word + $1]) } }
    for index in 16..<64 {
      let (late, early) = (words[index - 2], words[index - 15])
      let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
      let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
      words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
    }
    var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let first = h &+ (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) &+ choice &+ constants[index] &+ words[index]
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) &+ majority
      (a, b, c, d, e, f, g, h) = (first &+ second, a, b, c, d &+ first, e, f, g)
    }
    state = zip(state, [a, b, c, d, e, f, g, h]).map { $0 &+ $1 }
  }
  return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
}
