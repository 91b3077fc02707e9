internal import Glibc
internal import KeepframeDecoding
package import SystemPackage

/// Makes a clip with `ffmpeg ARGUMENTS NAME`, but only once: it is kept in a temporary folder named
/// after the arguments.
///
/// - Parameter arguments: As in a shell, but without quoting; split at white space. For a clip
///   derived from another fixture, start with that one's path.
package func clip(_ name: String, _ arguments: String) throws -> FilePath {
  try fixture(name, madeBy: "ffmpeg " + arguments) { target in
    let words = arguments.split(whereSeparator: \.isWhitespace).map(String.init)
    try runOrThrow("ffmpeg", ["-nostdin", "-v", "error", "-y"] + words + [target.string])
  }
}

/// Keeps bytes in a file.
package func file(_ name: String, _ bytes: [UInt8]) throws -> FilePath {
  try fixture(name, madeBy: "\(bytes.count) bytes \(fingerprint(bytes))") { try write(bytes, to: $0) }
}

/// A file made by changing the bytes of another.
package func file(_ name: String, from source: FilePath, _ change: (inout [UInt8]) -> Void) throws -> FilePath {
  var bytes = try bytes(of: source)
  change(&bytes)
  return try file(name, bytes)
}

/// A separate fixture folder, for names and links that the test makes itself.
package func scratchFolder(_ purpose: String) throws -> FilePath { temporaryFolder("\(fixtureRoot())/\(purpose)") }

package func bytes(of path: FilePath) throws -> [UInt8] {
  let file = try FileDescriptor.open(path, .readOnly)
  return try file.closeAfter {
    let size = Int(try file.seek(offset: 0, from: .end))
    return try Array(unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let read = try file.read(
          fromAbsoluteOffset: Int64(count),
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]))
        if read == 0 { break }
        count += read
      }
    }
  }
}

package func write(_ bytes: [UInt8], to path: FilePath) throws {
  let file = try FileDescriptor.open(path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
  _ = try file.closeAfter { try file.writeAll(bytes) }
}

/// A clip of the footage kept beside the repository (`../shared/footage`, or KEEPFRAME_FOOTAGE);
/// nil if there is none.
package func footage(_ name: String) -> FilePath? {
  quietLibav
  return footageRoot().flatMap { root in
    ["dev", "copies", ""].map { root.appending($0).appending(name) }.first { exists($0) }
  }
}

/// A small input that once gave a wrong result, kept beside the footage; nil if there is none.
package func faultyInput(_ name: String) -> FilePath? {
  quietLibav
  return footageRoot().map { $0.appending("../faults").appending(name) }.flatMap { exists($0) ? $0 : nil }
}

/// The folder of the footage; nil if there is none.
package func footageRoot() -> FilePath? {
  let beside = FilePath(#filePath).removingLastComponent().appending("../../../shared/footage")
  let candidates = [getenv("KEEPFRAME_FOOTAGE").map { FilePath(platformString: $0) }, beside].compactMap(\.self)
  return candidates.first { exists($0) }
}

private func exists(_ path: FilePath) -> Bool { path.withPlatformString { access($0, R_OK) } == 0 }

/// Makes a fixture if it does not exist. `make` writes to a temporary name, which is renamed when
/// complete: tests run in parallel, in several processes.
private func fixture(_ name: String, madeBy recipe: String, _ make: (FilePath) throws -> Void) throws -> FilePath {
  quietLibav
  let folder = FilePath("\(fixtureRoot())/\(fingerprint(Array((name + "\n" + recipe).utf8)))")
  let target = folder.appending(name)
  if exists(target) { return target }
  _ = folder.withPlatformString { mkdir($0, 0o700) }
  let making = try scratchFolder("making")
  defer { _ = making.withPlatformString { rmdir($0) } }
  let draft = making.appending(name)
  try make(draft)
  guard rename(draft.string, target.string) == 0 else {
    throw RunError(description: "rename: \(String(cString: strerror(errno)))")
  }
  return target
}

private func fixtureRoot() -> String {
  let root = "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/keepframe-fixtures-\(getuid())"
  mkdir(root, 0o700)
  return root
}

/// An FNV-1a hash; unlike `Hasher`'s, it is the same in every run.
private func fingerprint(_ bytes: [UInt8]) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  return String(hash, radix: 16)
}

/// Captures libav's log as the program does, whichever test comes first: reports of damage depend
/// on it.
private let quietLibav: Void = LibavLog.capture()
