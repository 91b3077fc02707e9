internal import KeepframeSystem
package import SystemPackage

/// Names of outputs, made from names of inputs byte by byte: a file name need not be UTF-8, and may
/// be as long as the system allows.
package enum OutputName {
  /// The most bytes that a file name may have on Linux.
  private static let limit = 255

  /// `film.mp4` and `.keepframe` make `film.keepframe`. A name that would be too long is cut and
  /// told apart by a hash.
  ///
  /// - Parameter keepsExtension: makes it `film.mp4.keepframe`, which differs from that of
  ///   `film.mov`.
  package static func named(after input: FilePath, suffix: String, keepsExtension: Bool = false) -> FilePath {
    path(stem(of: input, besides: suffix.utf8.count, keepsExtension: keepsExtension) + Array(suffix.utf8))
  }

  /// The bytes of a file's name up to its last dot, cut where they would not fit into a name with
  /// `count` more bytes.
  package static func stem(of input: FilePath, besides count: Int, keepsExtension: Bool = false) -> [UInt8] {
    var stem = input.lastComponent.map { FilePath(root: nil, [$0]).bytes } ?? Array("video".utf8)
    if !keepsExtension, let dot = stem.lastIndex(of: UInt8(ascii: ".")), dot > 0 { stem.removeSubrange(dot...) }
    return shortened(stem, toFit: max(24, limit - count))
  }

  /// The hidden name under which `output` is made.
  static func staging(_ output: FilePath) -> FilePath {
    let name = output.lastComponent.map { FilePath(root: nil, [$0]).bytes } ?? []
    let suffix = ".partial"
    return path(Array(".".utf8) + shortened(name, toFit: limit - 1 - suffix.utf8.count) + Array(suffix.utf8))
  }

  private static func shortened(_ name: [UInt8], toFit count: Int) -> [UInt8] {
    guard name.count > count else { return name }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a: only has to tell two long names apart
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let tail = Array("-\(String(hash, radix: 16))".utf8)
    var head = name.prefix(count - tail.count)
    while let last = head.last, last & 0xC0 == 0x80 { head.removeLast() }  // not in the middle of a character
    if let last = head.last, last >= 0xC0 { head.removeLast() }
    return head + tail
  }

  private static func path(_ bytes: [UInt8]) -> FilePath {
    FilePath(platformString: bytes.map { CChar(bitPattern: $0) } + [0])
  }
}

/// How the outputs of one video are named, and which files none of them may replace.
package struct OutputNaming: Sendable {
  /// Whether `film.mp4` gives `film.mp4.keepframe` instead of `film.keepframe`.
  package var keepsExtension: Bool
  /// The files that the run reads.
  package var inputs: InputFiles

  package init(keepsExtension: Bool = false, sparing inputs: InputFiles = InputFiles()) {
    self.keepsExtension = keepsExtension
    self.inputs = inputs
  }

  /// The name of one output.
  package func named(after video: FilePath, suffix: String) -> FilePath {
    OutputName.named(after: video, suffix: suffix, keepsExtension: keepsExtension)
  }
}
