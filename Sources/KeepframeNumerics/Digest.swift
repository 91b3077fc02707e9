internal import CKeepframeCrypto

/// SHA-256, streaming, computed by OpenSSL. Identifies a model, a file or a setting by its content.
///
/// ```
/// var digest = Digest()
/// digest.update(bytes)
/// digest.finish()  // "e3b0c442..."
/// ```
package struct Digest: Sendable {
  private var state = DigestState()

  package init() {}

  /// The hexadecimal digest of `bytes` alone.
  package static func hex(of bytes: [UInt8]) -> String {
    var digest = Digest()
    digest.update(bytes)
    return digest.finish()
  }

  /// - Complexity: O(`bytes.count`), without copying them.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    if !isKnownUniquelyReferenced(&state) { state = DigestState(copying: state) }
    state.update(bytes)
  }

  /// The digest of everything added so far, as 64 lower-case hexadecimal digits. More bytes may be
  /// added afterwards.
  package func finish() -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The same as 32 bytes.
  package var bytes: [UInt8] { DigestState(copying: state).finish() }
}

/// Owns one of OpenSSL's contexts. Whoever changes it holds the only reference to it.
///
/// OpenSSL fails here only if it cannot allocate a few hundred bytes. Swift's own allocations end
/// the process in that case too.
private final class DigestState: Sendable {
  private nonisolated(unsafe) let context: OpaquePointer

  init() {
    context = Self.make()
    Self.check(EVP_DigestInit_ex2(context, SHA256.algorithm, nil))
  }

  init(copying other: DigestState) {
    context = Self.make()
    Self.check(EVP_MD_CTX_copy_ex(context, other.context))
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) { Self.check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)) }

  /// Nothing may be added after this call.
  func finish() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    Self.check(EVP_DigestFinal_ex(context, &bytes, nil))
    return bytes
  }

  private static func make() -> OpaquePointer {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("out of memory for a digest") }
    return context
  }

  private static func check(_ status: Int32) { precondition(status == 1, "expected OpenSSL to make SHA-256") }
}

private enum SHA256 {
  /// Fetched once and kept as long as the process.
  ///
  /// It comes from a library context of its own. The host's context follows openssl.cnf, which may
  /// leave SHA-256 out.
  nonisolated(unsafe) static let algorithm: OpaquePointer = {
    guard let algorithm = EVP_MD_fetch(OSSL_LIB_CTX_new(), "SHA256", nil) else {
      preconditionFailure("OpenSSL has no SHA-256")
    }
    return algorithm
  }()
}
