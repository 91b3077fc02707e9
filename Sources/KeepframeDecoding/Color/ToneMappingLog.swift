internal import CKeepframeFFmpeg

/// Records how the frames of a stream were mapped. Frames may state other colours than the stream,
/// and may change.
struct ToneMappingLog {
  private let color: StreamColor
  private var names: Set<String> = []
  /// What the last frame stated; nil before the first.
  private var last: (transfer: AVColorTransferCharacteristic, primaries: AVColorPrimaries)?

  init(_ color: StreamColor) { self.color = color }

  mutating func note(_ frame: UnsafePointer<AVFrame>) {
    let (transfer, primaries) = (frame.pointee.color_trc, frame.pointee.color_primaries)
    if let last, last == (transfer, primaries) { return }
    last = (transfer, primaries)
    names.insert(color.toneMapping(of: frame)?.name ?? "none")
  }

  /// `hable`, `primaries`, `gray`, or several of them joined by `+`, with `none` for frames that
  /// were not mapped. Nil if no frame was mapped and the stream does not ask for it.
  var description: String? {
    guard names.count > 1 || names.first != "none" else { return color.toneMapping == nil ? nil : "none" }
    return names.isEmpty ? color.toneMapping?.name : names.sorted().joined(separator: "+")
  }
}
