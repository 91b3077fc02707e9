internal import KeepframeNumerics
internal import KeepframeSystem
internal import SystemPackage

/// A folder of compiled networks, so that the next run need not compile.
///
/// OpenVINO may crash on a damaged blob. So a file is used only if nobody but this user can have
/// written it, and if the digest of its content is right. Any other file counts as missing, and a
/// folder that cannot be written counts as none.
struct NetworkCache {
  let folder: FilePath
  /// SHA-256 of everything that a compiled network depends on.
  let key: String

  /// Larger networks are not stored, but compiled each time.
  static let longestBytes: Int64 = 256 << 20
  /// The most networks that are kept: those written last.
  static let mostFiles = 8

  /// - Parameters:
  ///   - digest: the digest of the model's files.
  ///   - version: the version of the runtime.
  ///   - features: the features of the processor. Without any, the same processor cannot be
  ///     recognised, so there is no cache.
  init?(
    _ folder: FilePath?, modelDigest digest: String, version: String, precision: String, threads: Int, shape: [Int64],
    features: [String] = Processor.features
  ) {
    guard let folder, !features.isEmpty else { return nil }
    let words = [
      StoredNetwork.format, digest, version, precision, String(threads), shapeText(shape), features.joined(separator: " "),
    ]
    self.folder = folder
    key = Digest.hex(of: Array(words.joined(separator: "\0").utf8))
  }

  var path: FilePath { folder.appending("\(key).network") }

  /// - Returns: nil unless the file is there, whole and owned by this user.
  func read() -> StoredNetwork? {
    guard let file = try? FileBytes(path, followsLink: false), file.status.type == .regular, FileSystem.isOwn(file.status) else {
      return nil
    }
    return StoredNetwork(file, key: key)
  }

  /// Writes the network under another name and renames the file, so that two processes that do so
  /// at once leave one whole file.
  ///
  /// The file is not synchronized to disk: what a crash of the system leaves has another digest.
  func write(_ session: borrowing InferenceSession, _ facts: NetworkFacts) {
    guard (try? FileSystem.makeDirectories(folder)) != nil, let blob = session.exported(limit: Int(Self.longestBytes)),
      let bytes = StoredNetwork.file(facts, blob: blob, key: key)
    else { return }
    let draft = folder.appending(".\(key)-\(UInt64.random(in: 0 ... .max)).partial")
    do throws(Errno) {
      try FileSystem.writeAside(bytes, to: draft, permissions: .ownerReadWrite)
      try FileSystem.rename(draft, to: path)
    } catch {
      try? FileSystem.remove(draft)
      return
    }
    let names = (try? FileSystem.names(in: folder)) ?? []
    let ours = names.filter { ["network", "partial"].contains($0.extension) }
    FileSystem.removeOldest(of: ours.map { folder.appending($0) }, keeping: Self.mostFiles)
  }
}

/// The facts that would otherwise be read from the model.
struct NetworkFacts: Hashable {
  /// Which of the model's ports are used. Both are float32.
  var input: Int
  var output: Int
  var outputShape: [Int64]
  /// The precision that the arithmetic is really done in.
  var precision: String
}

/// A file of a ``NetworkCache``, all of it in memory: OpenVINO reads weights from it while the
/// network lives.
///
/// | bytes | |
/// |---|---|
/// | 0 to 23 | format and version, padded with zeros |
/// | 24 to 87 | SHA-256, in hexadecimal, of all that follows |
/// | 88 to 151 | key, in hexadecimal |
/// | 152 to 159 | precision, padded with zeros |
/// | 160 to 255 | input, output, blob length, rank, eight dimensions: 8 bytes each, little-endian |
/// | from 256 on | the blob |
struct StoredNetwork: ~Copyable {
  let facts: NetworkFacts
  private let memory: UnsafeMutableRawBufferPointer

  static let format = "keepframe network 1"
  static let headerBytes = 256
  private static let digestOffset = 24
  private static let keyOffset = 88
  private static let mostDimensions = 8

  /// - Returns: nil unless the file is whole and was written for `key`.
  init?(_ file: borrowing FileBytes, key: String) {
    guard (Int64(Self.headerBytes)...NetworkCache.longestBytes).contains(file.count), hasRoom(bytes: Int(file.count)) else {
      return nil
    }
    // The widest registers hold 64 bytes. The header is a multiple of that, so the blob is aligned
    // too.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(file.count), alignment: 64)
    guard (try? file.fill(memory, from: 0)) == memory.count,
      let facts = Self.facts(UnsafeRawBufferPointer(memory), key: key)
    else {
      memory.deallocate()
      return nil
    }
    self.memory = memory
    self.facts = facts
  }

  deinit { memory.deallocate() }

  /// The compiled network. The pointer is valid as long as this value.
  var blob: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[Self.headerBytes...]) }

  private static func facts(_ bytes: UnsafeRawBufferPointer, key: String) -> NetworkFacts? {
    guard bytes.starts(with: padded(format, to: digestOffset)), bytes[keyOffset...].starts(with: key.utf8) else { return nil }
    var digest = Digest()
    digest.update(UnsafeRawBufferPointer(rebasing: bytes[keyOffset...]))
    guard bytes[digestOffset..<keyOffset].elementsEqual(digest.finish().utf8) else { return nil }
    let numbers = (0..<4 + mostDimensions).map {
      Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 160 + $0 * 8, as: Int64.self))
    }
    guard numbers[2] == bytes.count - headerBytes, (0...Int64(mostDimensions)).contains(numbers[3]),
      let input = Int(exactly: numbers[0]), let output = Int(exactly: numbers[1]), input >= 0, output >= 0
    else { return nil }
    return NetworkFacts(
      input: input, output: output, outputShape: Array(numbers[4...].prefix(Int(numbers[3]))),
      precision: String(decoding: bytes[152..<160].prefix { $0 != 0 }, as: UTF8.self))
  }

  /// - Returns: nil if the facts do not fit into the header.
  static func file(_ facts: NetworkFacts, blob: [UInt8], key: String) -> [UInt8]? {
    guard facts.outputShape.count <= mostDimensions, facts.precision.utf8.count <= 8 else { return nil }
    let numbers =
      [Int64(facts.input), Int64(facts.output), Int64(blob.count), Int64(facts.outputShape.count)] + facts.outputShape
    let unused = Array(repeating: Int64(0), count: mostDimensions - facts.outputShape.count)
    var rest = Array(key.utf8) + padded(facts.precision, to: 8)
    for number in numbers + unused { withUnsafeBytes(of: number.littleEndian) { rest.append(contentsOf: $0) } }
    rest += blob
    return padded(format, to: digestOffset) + Array(Digest.hex(of: rest).utf8) + rest
  }

  private static func padded(_ text: String, to count: Int) -> [UInt8] {
    Array(text.utf8) + Array(repeating: 0, count: count - text.utf8.count)
  }
}
