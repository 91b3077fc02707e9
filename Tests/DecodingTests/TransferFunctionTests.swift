import Testing

@testable import KeepframeDecoding

@Suite struct `Transfer functions` {
  /// ITU-R BT.2408-7, table 1 and annex 1: signal and luminance of reference levels; 10,000 and 0
  /// by definition of ST 2084.
  @Test(arguments: [(0.0, 0.0), (0.508078, 100), (0.580689, 203), (0.751827, 1000), (0.902572, 4000), (1, 10_000)])
  func `PQ gives the published luminance`(signal: Double, luminance: Double) {
    #expect(abs(TransferFunction.pq.light(signal) * 100 - luminance) <= 1e-4 * max(luminance, 1))
  }

  /// BT.2100-2, table 5: half the signal is a twelfth of the scene's light, 75 % is the 203 cd/m²
  /// of BT.2408's white.
  @Test(arguments: [(0.0, 0.0, 1e-9), (0.5, 50.7, 0.05), (0.75, 203, 1), (1, 1000, 0.01)])
  func `HLG gives the published luminance`(signal: Double, luminance: Double, tolerance: Double) {
    #expect(abs(TransferFunction.hlg.light(signal) * 100 - luminance) <= tolerance)
  }

  @Test(arguments: TransferFunction.allCases)
  func `rise and take what is outside for the nearer end`(transfer: TransferFunction) {
    let lights = (0...1000).map { transfer.light(Double($0) / 1000) }
    #expect(zip(lights, lights.dropFirst()).allSatisfy { $0 < $1 || $1 < 1e-6 })
    #expect(transfer.light(-0.1) == lights[0] && transfer.light(1.1) == lights[1000])
  }

  @Test func `of standard range are inverse to each other`() {
    for step in 0...100 {
      let signal = Double(step) / 100
      #expect(abs(TransferFunction.standardSignal(TransferFunction.standard.light(signal)) - signal) < 1e-9)
    }
  }

  /// ITU-R BT.2407-0, section 2: linear BT.2020 to linear BT.709.
  @Test func `are followed by the published matrix of primaries`() {
    let published: [[Double]] = [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
    let rows = ColorPrimaries.bt2020.toBT709.rows
    for (row, expected) in zip([rows.0, rows.1, rows.2], published) {
      for column in 0..<3 { #expect(abs(row[column] - expected[column]) < 1e-4) }
    }
  }

  @Test(arguments: ColorPrimaries.allCases)
  func `keep white white`(primaries: ColorPrimaries) {
    let white = primaries.toBT709 * [1, 1, 1]
    for channel in 0..<3 { #expect(abs(white[channel] - 1) < 1e-9) }
  }

  /// BT.2100-2, table 8, has gray without chroma, and its cones see white as 1.
  @Test(arguments: [ColorMatrix.bt601, .bt709, .bt2020, .ictcp], [TransferFunction.pq, .hlg])
  func `see gray where there is no chroma`(matrix: ColorMatrix, transfer: TransferFunction) {
    let channels = matrix.toChannels(transfer) * [0.5, 0, 0]
    let white = matrix.channelsToPrimaries * [1, 1, 1]
    for channel in 0..<3 {
      #expect(abs(channels[channel] - 0.5) < 1e-9 && abs(white[channel] - 1) < 1e-9)
    }
  }
}
