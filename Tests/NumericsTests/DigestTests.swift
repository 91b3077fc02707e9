import KeepframeNumerics
import KeepframeTestSupport
import Testing

@Suite struct `SHA-256` {
  /// The examples of FIPS 180-4 (NIST's "SHA256.pdf" and "SHA2_Additional.pdf"), and the empty
  /// message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `agrees with the standard's examples`(message: String, expected: String) {
    #expect(Digest.hex(of: Array(message.utf8)) == expected)
    #expect(hex(sha256(Array(message.utf8))) == expected)
  }

  @Test(arguments: [
    (1, "bd"), (4, "c98c8e55"),
  ])
  func `agrees with the standard's short binary examples`(count: Int, digits: String) {
    let bytes: [UInt8] = count == 1 ? [0xbd] : [0xc9, 0x8c, 0x8e, 0x55]
    let expected =
      count == 1
      ? "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"
      : "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"
    #expect(Digest.hex(of: bytes) == expected, "0x\(digits)")
  }

  /// Lengths around the padding's edges: 55 zeros fill one block with their padding, 56 need a
  /// second; 64 is one whole block.
  @Test(arguments: [
    (55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
    (56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
    (57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"),
    (64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
    (1000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"),
  ])
  func `pads zeros as the standard says`(count: Int, expected: String) {
    #expect(Digest.hex(of: Array(repeating: 0, count: count)) == expected)
  }

  @Test(arguments: [1, 3, 63, 64, 65, 200])
  func `does not care how the bytes are cut`(piece: Int) {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var digest = Digest()
    for start in stride(from: 0, to: bytes.count, by: piece) {
      digest.update(Array(bytes[start..<min(start + piece, bytes.count)]))
    }
    #expect(digest.finish() == Digest.hex(of: bytes))
  }

  @Test func `can be asked half way`() {
    var digest = Digest()
    digest.update(Array("ab".utf8))
    #expect(digest.finish() == Digest.hex(of: Array("ab".utf8)))
    digest.update(Array("c".utf8))
    #expect(digest.finish() == Digest.hex(of: Array("abc".utf8)))
  }

  @Test func `agrees with the book at every length around a block`() {
    for count in Array(0...130) + [4096, 10_007] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 + count) }
      #expect(Digest.hex(of: bytes) == hex(sha256(bytes)), "\(count) bytes")
    }
  }

  @Test func `is a value: what a copy takes in leaves the other alone`() {
    var first = Digest()
    first.update(Array("a".utf8))
    var second = first
    second.update(Array("b".utf8))
    let third = second
    first.update(Array("c".utf8))
    #expect(first.finish() == Digest.hex(of: Array("ac".utf8)))
    #expect(second.finish() == Digest.hex(of: Array("ab".utf8)))
    #expect(third.finish() == second.finish())
  }

  @Test func `takes nothing in without a change`() {
    var digest = Digest()
    digest.update([])
    digest.update(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(digest.finish() == Digest.hex(of: []))
  }

  @Test func `is asked by many threads at once`() async {
    var digest = Digest()
    digest.update(Array("abc".utf8))
    let shared = digest
    await withTaskGroup(of: String.self) { group in
      for _ in 0..<50 {
        group.addTask {
          var copy = shared
          copy.update(Array("d".utf8))
          return copy.finish() + shared.finish()
        }
      }
      for await found in group {
        #expect(found == Digest.hex(of: Array("abcd".utf8)) + Digest.hex(of: Array("abc".utf8)))
      }
    }
  }

  private func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
