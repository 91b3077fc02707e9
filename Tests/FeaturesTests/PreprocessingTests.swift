import KeepframeDecoding
import Testing

@testable import KeepframeFeatures

@Suite struct `Preprocessing a picture` {
  private func input(_ sidecar: Sidecar, _ picture: Picture) -> [Float] {
    let preprocessing = Preprocessing(sidecar)
    return Array(unsafeUninitializedCapacity: preprocessing.count) { buffer, count in
      preprocessing.fill(buffer.baseAddress!, from: picture)
      count = preprocessing.count
    }
  }

  private static let picture = Picture.made(width: 5, height: 3)

  /// The definition, one number at a time, against the table of look-ups.
  @Test(arguments: Sidecar.Layout.allCases, Sidecar.Channels.allCases)
  func `follows its definition`(layout: Sidecar.Layout, channels: Sidecar.Channels) {
    let sidecar = Sidecar(
      width: 5, height: 3, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], layout: layout, channels: channels)
    let actual = input(sidecar, Self.picture)
    for y in 0..<3 {
      for x in 0..<5 {
        for place in 0..<3 {
          let c = channels == .rgb ? place : 2 - place
          let byte = Float(Self.picture.rgb[(y * 5 + x) * 3 + c])
          let expected = (byte / 255 - sidecar.mean[c]) / sidecar.std[c]
          let at = layout == .nchw ? place * 15 + y * 5 + x : (y * 5 + x) * 3 + place
          #expect(abs(actual[at] - expected) < 1e-6, "[\(place), \(y), \(x)]")
        }
      }
    }
  }

  @Test func `says its shape`() {
    let sidecar = Sidecar(width: 5, height: 3, mean: [0, 0, 0], std: [1, 1, 1])
    #expect(Preprocessing(sidecar).shape == [1, 3, 3, 5])
    var other = sidecar
    other.layout = .nhwc
    #expect(Preprocessing(other).shape == [1, 3, 5, 3])
  }
}

@Suite struct `Pooling an output` {
  private func pool(_ kind: Sidecar.Pooling, _ shape: [Int64], _ layout: Sidecar.Layout = .nchw) -> [Float]? {
    guard let pooling = Pooling(kind, shape: shape, layout: layout) else { return nil }
    let output = (0..<pooling.count).map { Float($0) }
    return output.withUnsafeBufferPointer { pooling($0) }
  }

  @Test func `takes a vector as it is, whatever ones stand around it`() {
    #expect(pool(.none, [1, 3]) == [0, 1, 2])
    #expect(pool(.none, [1, 3, 1, 1]) == [0, 1, 2])
    #expect(pool(.none, [1, 1, 3]) == [0, 1, 2])
  }

  @Test func `takes the first token for cls`() {
    #expect(pool(.cls, [1, 2, 3]) == [0, 1, 2])
  }

  @Test func `averages tokens, or positions of either layout`() {
    #expect(pool(.mean, [1, 2, 3]) == [1.5, 2.5, 3.5])
    #expect(pool(.mean, [1, 2, 2, 2]) == [1.5, 5.5], "channel 0 is 0 1 2 3")
    #expect(pool(.mean, [1, 2, 2, 2], .nhwc) == [3, 4], "channel 0 is 0 2 4 6")
  }

  private static let impossible: [(Sidecar.Pooling, [Int64])] = [
    (.none, [1, 2, 3]), (.none, [2, 3]), (.none, [1, -1]), (.none, [1, 1 << 30]), (.none, []),
    (.cls, [1, 3]), (.cls, [1, 2, 2, 2]), (.mean, [1, 3]),
  ]

  @Test(arguments: impossible)
  func `refuses what it cannot pool`(kind: Sidecar.Pooling, shape: [Int64]) {
    #expect(pool(kind, shape) == nil)
  }
}
