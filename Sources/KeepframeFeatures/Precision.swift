internal import KeepframeSystem
internal import SystemPackage

/// What the network's arithmetic is done in.
///
/// bf16 keeps a float's range with 8 bits of mantissa: 1.6 times as fast where the CPU has it
/// (measured 5.0 against 8.5 ms), at a cost of up to 0.004 in cosine. Embeddings made in different
/// precisions are not the same embeddings, so indexes record what was used: never `auto`, which is
/// only a wish.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// bf16 where the processor multiplies it natively, else f32.
  case auto
  /// Single precision, on any processor.
  case f32
  /// bfloat16, on processors that multiply it natively.
  case bf16

  /// `f32` or `bf16`: on `auto`, bf16 where the CPU multiplies it natively.
  public var resolved: Precision {
    switch self {
    case .f32, .bf16: self
    case .auto: Self.cpuHasBF16 ? .bf16 : .f32
    }
  }

  private static let cpuHasBF16 = hasBF16(Processor.features)

  static func hasBF16(_ features: [String]) -> Bool {
    !Set(features).isDisjoint(with: ["avx512_bf16", "amx_bf16", "bf16"])
  }
}

/// The processor that this runs on, as Linux describes it.
enum Processor {
  /// What it can do, a word each; none where Linux does not say.
  static let features = features(cpuInfo: (try? FileSystem.read("/proc/cpuinfo", limit: 4 << 20)) ?? [])

  /// Reads the first processor's line of flags; on arm64 the line is called Features.
  static func features(cpuInfo: [UInt8]) -> [String] {
    let lines = String(decoding: cpuInfo, as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().filter { $0 != ":" }.map(String.init) ?? []
  }
}
