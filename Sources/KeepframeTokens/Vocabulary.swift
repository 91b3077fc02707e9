internal import KeepframeSystem

/// Tokens and their ids, found by the tokens' bytes.
///
/// A Swift String would not do as a key: "é" equals "e" with an accent there, but they are
/// different tokens.
struct Vocabulary: Sendable {
  /// All that is known of a token, so that looking it up reads memory at two places only.
  private struct Slot: Sendable {
    var tag: UInt32 = 0
    /// Where the token is in ``bytes``.
    var start: UInt32 = 0
    var length: UInt32 = 0
    var id = Slot.free

    static let free: Int32 = -1
    /// The id of a token that text cannot be.
    static let hidden: Int32 = -2
  }

  private var bytes: [UInt8] = []
  /// Open addressing. The count is a power of two.
  private var slots: [Slot] = []
  /// Differs in each process, so that no file can be made of tokens that collide.
  private let seed = UInt64.random(in: 0 ... .max)

  /// The ids that a file may use.
  static let ids = 0..<1 << 22

  /// Bytes that a token may have: the time to find tokens grows with it.
  static let longestToken = 1024

  init() {}

  private(set) var count = 0
  /// Bytes of the longest token.
  private(set) var longest = 0

  /// The hash of a token, made byte by byte (FNV-1a).
  struct Hash {
    fileprivate var value: UInt64

    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    /// Tells apart most tokens that share a slot.
    fileprivate var tag: UInt32 { UInt32(truncatingIfNeeded: value >> 32) }
    fileprivate var place: Int { Int(UInt32(truncatingIfNeeded: value) ^ tag) }
  }

  var emptyHash: Hash { Hash(value: seed) }

  private func bytes(of slot: Slot) -> ArraySlice<UInt8> { bytes[Int(slot.start)..<Int(slot.start + slot.length)] }

  /// The index of the slot of a token, or of the free one where it would be.
  private func index(_ token: ArraySlice<UInt8>, _ hash: Hash) -> Int {
    let mask = slots.count - 1
    var index = hash.place & mask
    while slots[index].id != Slot.free, slots[index].tag != hash.tag || bytes(of: slots[index]) != token {
      index = (index + 1) & mask
    }
    return index
  }

  private func hash(_ token: ArraySlice<UInt8>) -> Hash {
    var hash = emptyHash
    for byte in token { hash.add(byte) }
    return hash
  }

  /// Adds a token. If there is one of these bytes, it gets the new id.
  ///
  /// - Returns: whether the token is new.
  @discardableResult
  mutating func add(_ token: ArraySlice<UInt8>, id: Int32) -> Bool {
    if (count + 1) * 2 > slots.count { grow() }
    let hash = hash(token)
    let index = index(token, hash)
    guard slots[index].id == Slot.free else {
      slots[index].id = id
      return false
    }
    slots[index] = Slot(tag: hash.tag, start: UInt32(bytes.count), length: UInt32(token.count), id: id)
    bytes += token
    longest = max(longest, token.count)
    count += 1
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(), count: max(1024, slots.count * 2))
    for slot in old where slot.id != Slot.free {
      let token = bytes(of: slot)
      slots[index(token, hash(token))] = slot
    }
  }

  /// The id of a token that text may be; nil if there is none.
  func id(_ token: ArraySlice<UInt8>) -> Int32? { id(token, hash: hash(token)) }

  /// - Parameter hash: of the bytes of `token`.
  func id(_ token: ArraySlice<UInt8>, hash: Hash) -> Int32? {
    guard !slots.isEmpty, case let id = slots[index(token, hash)].id, id >= 0 else { return nil }
    return id
  }

  func id(_ token: String) -> Int32? { id(Array(token.utf8)[...]) }

  /// Makes a token one that text cannot be.
  mutating func hide(_ token: String) {
    guard id(token) != nil else { return }
    add(Array(token.utf8)[...], id: Slot.hidden)
  }
}

/// Which ids are taken.
struct UsedIds {
  private var words = Array(repeating: UInt64(0), count: Vocabulary.ids.count / 64)

  /// - Returns: false if the id is taken already.
  mutating func insert(_ id: Int) -> Bool {
    guard words[id / 64] & 1 << (id % 64) == 0 else { return false }
    words[id / 64] |= 1 << (id % 64)
    return true
  }
}

extension Vocabulary {
  /// Reads an object of tokens and ids.
  ///
  /// - Throws: ``FileProblem`` if a token or an id occurs twice.
  init(_ reader: inout JSONReader, used: inout UsedIds) throws(FileProblem) {
    self.init()
    try reader.object { (reader, token) throws(FileProblem) in
      let id = try reader.integer()
      guard Self.ids.contains(id) else { throw FileProblem("model.vocab: id \(id) is above \(Self.ids.upperBound - 1)") }
      guard used.insert(id) else { throw FileProblem("model.vocab: id \(id) occurs twice") }
      guard token.count <= Self.longestToken else { throw FileProblem("model.vocab: the token of id \(id) is too long") }
      guard add(token[...], id: Int32(id)) else {
        throw FileProblem("model.vocab: token `\(oneLine(String(decoding: token, as: UTF8.self), limit: 40))` occurs twice")
      }
    }
  }
}
