/// SHA-256, streaming: what names a model, a file or a setting by its content. FIPS 180-4, section 6.2.
///
/// ```
/// var digest = Digest()
/// digest.update(bytes)
/// digest.finish()  // "e3b0c442..."
/// ```
package struct Digest: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// Bytes that do not fill a block yet: always fewer than 64.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  package init() {}

  /// The hexadecimal digest of `bytes` alone.
  package static func hex(of bytes: [UInt8]) -> String {
    var digest = Digest()
    digest.update(bytes)
    return digest.finish()
  }

  /// - Complexity: O(`bytes.count`), without copying whole blocks.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount += UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let taken = rest.prefix(64 - pending.count)
      pending.append(contentsOf: taken)
      rest = rest.dropFirst(taken.count)
      guard pending.count == 64 else { return }
      state.withUnsafeMutableBufferPointer { state in
        pending.withUnsafeBytes { compress($0, into: state.baseAddress!) }
      }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count / 64 * 64
    state.withUnsafeMutableBufferPointer { state in
      compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), into: state.baseAddress!)
    }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// The digest of everything so far, as 64 lower-case hexadecimal digits. More may be added afterwards.
  package func finish() -> String {
    var copy = self
    // A one bit, zeros up to 8 bytes short of a block, then the length in bits, big-endian (FIPS 180-4, 5.1.1).
    var padding: [UInt8] = [0x80]
    padding += Array(repeating: 0, count: (119 - pending.count) % 64)
    padding += (0..<8).map { UInt8(truncatingIfNeeded: (byteCount &* 8) >> (56 - 8 * UInt64($0))) }
    copy.update(padding)
    let digits = Array("0123456789abcdef".utf8)
    let text = copy.state.flatMap { word in (0..<8).map { digits[Int(word >> (28 - 4 * UInt32($0))) & 15] } }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Takes `blocks`, a whole number of 64-byte blocks, into `state`.
///
/// Raw pointers and shift-or rotations: this is called on every byte of every video, and in debug builds an array subscript
/// or a generic shift costs ten times as much.
private func compress(_ blocks: UnsafeRawBufferPointer, into state: UnsafeMutablePointer<UInt32>) {
  guard let base = blocks.baseAddress else { return }
  roundConstants.withUnsafeBufferPointer { constants in
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      let k = constants.baseAddress!
      let w = schedule.baseAddress!
      var offset = 0
      while offset < blocks.count {
        var t = 0
        while t < 16 {
          w[t] = base.loadUnaligned(fromByteOffset: offset &+ t &* 4, as: UInt32.self).bigEndian
          t &+= 1
        }
        while t < 64 {
          let x = w[t &- 15]
          let y = w[t &- 2]
          let s0 = (x &>> 7 | x &<< 25) ^ (x &>> 18 | x &<< 14) ^ (x &>> 3)
          let s1 = (y &>> 17 | y &<< 15) ^ (y &>> 19 | y &<< 13) ^ (y &>> 10)
          w[t] = w[t &- 16] &+ s0 &+ w[t &- 7] &+ s1
          t &+= 1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        t = 0
        while t < 64 {
          let s1 = (e &>> 6 | e &<< 26) ^ (e &>> 11 | e &<< 21) ^ (e &>> 25 | e &<< 7)
          let s0 = (a &>> 2 | a &<< 30) ^ (a &>> 13 | a &<< 19) ^ (a &>> 22 | a &<< 10)
          let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ k[t] &+ w[t]
          let t2 = s0 &+ (a & b ^ a & c ^ b & c)
          h = g
          g = f
          f = e
          e = d &+ t1
          d = c
          c = b
          b = a
          a = t1 &+ t2
          t &+= 1
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
        offset &+= 64
      }
    }
  }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
  0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
  0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
  0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
  0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
  0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
  0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
