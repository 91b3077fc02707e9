internal import CKeepframeFFmpeg

/// Remembers what the frames of a stream needed, since they may say other than the stream and
/// change on the way.
struct ToneMappingLog {
  private let color: StreamColor
  private var names: Set<String> = []
  /// What the last frame said; nil before the first.
  private var last: (transfer: AVColorTransferCharacteristic, primaries: AVColorPrimaries)?

  init(_ color: StreamColor) { self.color = color }

  mutating func note(_ frame: UnsafePointer<AVFrame>) {
    let (transfer, primaries) = (frame.pointee.color_trc, frame.pointee.color_primaries)
    if let last, last == (transfer, primaries) { return }
    last = (transfer, primaries)
    names.insert(color.toneMapping(of: frame)?.name ?? "none")
  }

  /// `hable`, `primaries`, `gray`, or several joined by `+`, with `none` for frames that were left
  /// as they are; nil if all were and nothing else was to be expected.
  var description: String? {
    guard names.count > 1 || names.first != "none" else { return color.toneMapping == nil ? nil : "none" }
    return names.isEmpty ? color.toneMapping?.name : names.sorted().joined(separator: "+")
  }
}
