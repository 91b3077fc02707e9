internal import CKeepframeFFmpeg

/// Tells reference frames from other frames, by the header of a packet's first slice.
///
/// Sources: ITU-T H.264, 7.3.1 (`nal_ref_idc`); ITU-T H.265, table 7-1 (sub-layer non-reference
/// pictures).
struct NALUnits {
  enum Codec { case h264, hevc }

  let codec: Codec
  /// The number of bytes of the length before each unit; nil if start codes separate units.
  private let lengthBytes: Int?

  /// - Returns: nil for other codecs, or if the parameters cannot be read.
  init?(_ parameters: AVCodecParameters) {
    switch parameters.codec_id {
    case AV_CODEC_ID_H264: codec = .h264
    case AV_CODEC_ID_HEVC: codec = .hevc
    default: return nil
    }
    let extradata = UnsafeBufferPointer(start: parameters.extradata, count: Int(max(0, parameters.extradata_size)))
    let at = codec == .h264 ? 4 : 21
    if extradata.first == 1, extradata.count > at {
      lengthBytes = Int(extradata[at] & 3) + 1
    } else if extradata.isEmpty || extradata.first == 0 {
      lengthBytes = nil
    } else {
      return nil
    }
  }

  /// - Returns: nil if the packet has no slice.
  func isReference(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
    var at = 0
    while let unit = nextUnit(bytes, &at) {
      let head = bytes[unit]
      switch codec {
      case .h264:
        if [1, 2, 5].contains(head & 0x1f) { return head & 0x60 != 0 }
      case .hevc:
        let type = head >> 1 & 0x3f
        if type < 32 { return !(type < 16 && type & 1 == 0) }
      }
    }
    return nil
  }

  /// Whether decoding can start here without earlier packets: at an IDR picture of H.264, or at any
  /// random access point of HEVC.
  func isRandomAccess(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while let unit = nextUnit(bytes, &at) {
      switch codec {
      case .h264: if [1, 2, 5].contains(bytes[unit] & 0x1f) { return bytes[unit] & 0x1f == 5 }
      case .hevc: if bytes[unit] >> 1 & 0x3f < 32 { return (16..<24).contains(bytes[unit] >> 1 & 0x3f) }
      }
    }
    return false
  }

  /// Whether a sequence parameter set comes before the first slice.
  func holdsParameters(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while let unit = nextUnit(bytes, &at) {
      switch codec {
      case .h264:
        if bytes[unit] & 0x1f == 7 { return true }
        if [1, 2, 5].contains(bytes[unit] & 0x1f) { return false }
      case .hevc:
        if bytes[unit] >> 1 & 0x3f == 33 { return true }
        if bytes[unit] >> 1 & 0x3f < 32 { return false }
      }
    }
    return false
  }

  /// The position of the next unit's first byte; advances `at`.
  private func nextUnit(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Int? {
    if let lengthBytes {
      let unit = at + lengthBytes
      guard unit < bytes.count else { return nil }
      at = unit + bytes[at..<unit].reduce(0) { $0 << 8 | Int($1) }
      return unit
    }
    while at + 3 < bytes.count {
      if bytes[at] == 0, bytes[at + 1] == 0, bytes[at + 2] == 1 {
        at += 3
        return at
      }
      at += 1
    }
    return nil
  }
}
