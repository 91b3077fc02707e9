internal import CFFmpeg

/// Remembers what the frames of a stream needed, since they may say other than the stream and change on the way.
struct ToneMappingLog {
  private let color: StreamColor
  private var names: Set<String> = []
  /// What the last frame said, -1 before the first.
  private var lastTransfer: Int64 = -1

  init(_ color: StreamColor) { self.color = color }

  mutating func note(_ frame: UnsafePointer<AVFrame>) {
    let transfer = Int64(frame.pointee.color_trc.rawValue)
    guard transfer != lastTransfer else { return }
    lastTransfer = transfer
    names.insert(color.toneMapping(of: frame)?.name ?? "none")
  }

  /// `hable`, `gray`, or several joined by `+`, with `none` for frames that were left as they are; nil if all were and nothing else
  /// was to be expected.
  var description: String? {
    guard names.count > 1 || names.first != "none" else { return color.toneMapping == nil ? nil : "none" }
    return names.isEmpty ? color.toneMapping?.name : names.sorted().joined(separator: "+")
  }
}
