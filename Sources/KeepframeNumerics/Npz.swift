/// Packs named arrays into an NPZ archive: a zip file of stored, uncompressed NPY files.
///
/// Equal arrays give equal bytes, since all entries are dated 1 January 1980. `numpy.load` opens
/// the archive with `allow_pickle=False` and finds each array under its name.
///
/// - Parameter arrays: The arrays in the order in which they are written. Names are distinct, not
///   empty, and not paths.
/// - Throws: ``TensorError`` beyond the limits of a zip file: 65,535 arrays, 4 GiB in total.
package func encodeNpz(_ arrays: [(name: String, array: NpyArray)]) throws(TensorError) -> [UInt8] {
  precondition(Set(arrays.map(\.name)).count == arrays.count, "expected distinct names, got \(arrays.map(\.name))")
  let size = arrays.reduce(endRecordSize) { $0 + $1.array.encodedCount + entryOverhead($1.name) }
  guard arrays.count <= UInt16.max else {
    throw .tooLarge(what: "NPZ archive", expected: "up to \(UInt16.max) arrays", got: "\(arrays.count)")
  }
  guard size <= Int(UInt32.max) else {
    throw .tooLarge(what: "NPZ archive", expected: "up to \(UInt32.max) bytes", got: "\(size)")
  }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(size)
  var directory: [UInt8] = []
  for (name, array) in arrays {
    let data = array.encode()
    let entry = ZipEntry(name: fileName(name), crc: crc32(data), size: data.count, offset: bytes.count)
    bytes += entry.localHeader
    bytes += data
    directory += entry.directoryRecord
  }
  let directoryOffset = bytes.count
  bytes += directory
  bytes.append(little32: 0x0605_4b50)  // end of central directory
  bytes += [0, 0, 0, 0]  // one disk
  bytes.append(little16: arrays.count)
  bytes.append(little16: arrays.count)
  bytes.append(little32: directory.count)
  bytes.append(little32: directoryOffset)
  bytes.append(little16: 0)  // no comment
  return bytes
}

private let endRecordSize = 22

/// The size of both headers of an entry, each with the file's name.
private func entryOverhead(_ name: String) -> Int { 30 + 46 + 2 * fileName(name).utf8.count }

private func fileName(_ name: String) -> String {
  precondition(
    !name.isEmpty && !name.contains("/") && !name.contains("\\") && name.utf8.count < 1 << 15,
    "expected a name that is no path, got `\(name)`")
  return name + ".npy"
}

/// One stored file. See APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.12.
private struct ZipEntry {
  let name: String
  let crc: UInt32
  let size: Int
  /// The position of the local header, in bytes from the start of the archive.
  let offset: Int

  var localHeader: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little32: 0x0403_4b50)
    bytes += common
    bytes += name.utf8
    return bytes
  }

  var directoryRecord: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little32: 0x0201_4b50)
    bytes.append(little16: 20)  // made by version 2.0
    bytes += common
    bytes += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]  // no comment, first disk, no attributes
    bytes.append(little32: offset)
    bytes += name.utf8
    return bytes
  }

  /// The part that both headers share, from "version needed" to "extra field length".
  private var common: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little16: 20)
    bytes.append(little16: 1 << 11)  // the name is UTF-8
    bytes.append(little16: 0)  // stored
    bytes.append(little16: 0)  // midnight
    bytes.append(little16: 1 << 5 | 1)  // 1980-01-01, the earliest date of the format
    bytes.append(little32: Int(crc))
    bytes.append(little32: size)
    bytes.append(little32: size)
    bytes.append(little16: name.utf8.count)
    bytes.append(little16: 0)
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(little16 value: Int) { append(littleEndian: [UInt16(value)]) }
  fileprivate mutating func append(little32 value: Int) { append(littleEndian: [UInt32(value)]) }
}

/// CRC-32 as zip, gzip and PNG use it: polynomial 0xEDB88320, reflected.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  bytes.withUnsafeBufferPointer { bytes in
    crcTables.withUnsafeBufferPointer { tables in
      var crc = UInt32.max
      var index = 0
      // Eight bytes a step: table k gives the effect of a byte that k more bytes follow. See
      // Kounavis & Berry 2005, "slicing-by-8".
      while index + 8 <= bytes.count {
        let word = UnsafeRawPointer(bytes.baseAddress! + index).loadUnaligned(as: UInt64.self) ^ UInt64(crc)
        crc = 0
        for byte in 0..<8 { crc ^= tables[(7 - byte) << 8 | Int(truncatingIfNeeded: word >> (8 * byte)) & 0xff] }
        index += 8
      }
      while index < bytes.count {
        crc = crc >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[index])]
        index += 1
      }
      return ~crc
    }
  }
}

private let crcTables: [UInt32] = {
  var tables = [UInt32](repeating: 0, count: 8 * 256)
  for byte in 0..<256 {
    tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  for index in 256..<tables.count {
    let previous = tables[index - 256]
    tables[index] = previous >> 8 ^ tables[Int(previous & 0xff)]
  }
  return tables
}()
