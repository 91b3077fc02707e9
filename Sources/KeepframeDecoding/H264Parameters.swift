/// What the parameters of an H.264 stream promise; ITU-T H.264, 7.3.2.1.
enum H264Parameters {
  /// Whether frame numbers must have no gaps, so that a gap means lost frames. False if the
  /// parameters cannot be read.
  ///
  /// - Parameter extradata: An `avcC` box, or NAL units with start codes, as libav keeps them.
  static func forbidGaps(_ extradata: [UInt8]) -> Bool {
    guard let unit = sequenceParameterSet(in: extradata) else { return false }
    return gapsAllowed(in: Bits(unit)) == false
  }

  /// The first sequence parameter set, without its header byte.
  private static func sequenceParameterSet(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
    if bytes.first == 1 {
      guard bytes.count > 8, bytes[5] & 0x1f > 0 else { return nil }
      let end = 8 + Int(bytes[6]) << 8 + Int(bytes[7])
      return end <= bytes.count ? bytes[8..<end].dropFirst() : nil
    }
    let start = bytes.indices.dropLast(3).first { bytes[$0..<($0 + 3)] == [0, 0, 1] && bytes[$0 + 3] & 0x1f == 7 }
    return start.map { bytes[($0 + 4)...] }
  }

  private static func gapsAllowed(in bits: consuming Bits) -> Bool? {
    let profile = bits.read(8)
    bits.skip(16)
    bits.skipUnsigned(1)  // seq_parameter_set_id
    if [44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244].contains(profile) {
      let chromaFormat = bits.unsigned()
      if chromaFormat == 3 { bits.skip(1) }
      bits.skipUnsigned(2)  // bit depths
      bits.skip(1)
      if bits.read(1) == 1 { bits.skipScalingLists(chromaFormat == 3 ? 12 : 8) }
    }
    bits.skipUnsigned(1)  // log2_max_frame_num_minus4
    switch bits.unsigned() {  // pic_order_cnt_type
    case 0: bits.skipUnsigned(1)
    case 1:
      bits.skip(1)
      bits.skipUnsigned(2)  // signed, but of the same length
      bits.skipUnsigned(min(bits.unsigned(), 255))
    default: break
    }
    bits.skipUnsigned(1)  // max_num_ref_frames
    let flag = bits.read(1)
    return bits.isExhausted ? nil : flag == 1
  }
}

/// The bits of a NAL unit, most significant first, without emulation prevention bytes. Beyond the
/// end, it reads zeros.
private struct Bits {
  private let bytes: [UInt8]
  private var position = 0

  init(_ unit: ArraySlice<UInt8>) {
    var bytes: [UInt8] = []
    for byte in unit.prefix(1024) where !(byte == 3 && bytes.suffix(2) == [0, 0]) { bytes.append(byte) }
    self.bytes = bytes
  }

  var isExhausted: Bool { position > bytes.count * 8 }

  mutating func skip(_ count: Int) { position += count }

  mutating func read(_ count: Int) -> Int {
    var value = 0
    for _ in 0..<count {
      let bit = position < bytes.count * 8 ? bytes[position / 8] >> (7 - UInt8(position % 8)) & 1 : 0
      value = value << 1 | Int(bit)
      position += 1
    }
    return value
  }

  /// An Exp-Golomb code, 9.1.
  mutating func unsigned() -> Int {
    var zeros = 0
    while !isExhausted, zeros < 32, read(1) == 0 { zeros += 1 }
    return (1 << zeros) - 1 + read(zeros)
  }

  mutating func skipUnsigned(_ count: Int) { for _ in 0..<count { _ = unsigned() } }

  /// Skips scaling lists, 7.3.2.1.1.1.
  mutating func skipScalingLists(_ count: Int) {
    for list in 0..<count where read(1) == 1 {
      var (last, next) = (8, 8)
      for _ in 0..<(list < 6 ? 16 : 64) {
        if next != 0 {
          let code = unsigned()
          next = (last + (code % 2 == 1 ? (code + 1) / 2 : -code / 2)) & 0xff
        }
        if next != 0 { last = next }
      }
    }
  }
}
