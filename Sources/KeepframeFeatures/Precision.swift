internal import KeepframeSystem
internal import SystemPackage

/// The precision of the network's arithmetic.
///
/// bf16 keeps a float's range with 8 bits of mantissa. It is 1.6 times as fast where the CPU has it
/// (measured 5.0 against 8.5 ms), and changes cosines by up to 0.004. Embeddings made in different
/// precisions are not the same embeddings, so indexes record the precision that was used. That is
/// never `auto`, which is only a request.
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
  /// The processor's features, one word each; empty where Linux does not list them.
  static let features = features(cpuInfo: (try? FileSystem.read("/proc/cpuinfo", limit: 4 << 20)) ?? [])

  /// Reads the first processor's line of flags; on arm64 the line is called Features.
  static func features(cpuInfo: [UInt8]) -> [String] {
    let lines = String(decoding: cpuInfo, as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().filter { $0 != ":" }.map(String.init) ?? []
  }
}
