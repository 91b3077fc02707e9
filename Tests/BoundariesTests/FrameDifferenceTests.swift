import KeepframeDecoding
import KeepframeTestSupport
import Testing

@testable import KeepframeBoundaries

@Suite struct `Frame differences` {
  /// Noise of `range`, moved by `shift` cells against another of the same seed.
  static func thumbnail(seed: UInt64, range: UInt64 = 256, shift: Int = 0) -> Thumbnail {
    func plane(_ width: Int, _ height: Int, _ salt: UInt64, _ shift: Int) -> [UInt8] {
      (0..<width * height).map { cell in
        let place = cell / width * 1_000 + cell % width + shift
        var random = SplitMix(state: seed &* 1_000_003 &+ salt &+ UInt64(place))
        return UInt8(random.next() % range)
      }
    }
    var thumbnail = Thumbnail()
    thumbnail.luma = plane(Thumbnail.width, Thumbnail.height, 1 << 20, shift)
    thumbnail.cb = plane(Thumbnail.chromaWidth, Thumbnail.chromaHeight, 2 << 20, 0)
    thumbnail.cr = plane(Thumbnail.chromaWidth, Thumbnail.chromaHeight, 3 << 20, 0)
    return thumbnail
  }

  /// The readable twin: every block against every place it may have come from, cell by cell; past
  /// the rim lies the rim.
  static func content(_ old: Thumbnail, _ new: Thumbnail) -> Double {
    func apart(_ a: [UInt8], _ b: [UInt8], width: Int, x: Int, y: Int, right: Int, down: Int) -> Int {
      let height = a.count / width
      let (fromX, fromY) = (min(max(x + right, 0), width - 1), min(max(y + down, 0), height - 1))
      return abs(Int(a[fromY * width + fromX]) - Int(b[y * width + x]))
    }
    func leastOfShifts(reach: Int, _ difference: (_ right: Int, _ down: Int) -> Int) -> Int {
      var least = Int.max
      for down in -reach...reach {
        for right in -reach...reach { least = min(least, difference(right, down)) }
      }
      return least
    }
    let (width, chromaWidth) = (Thumbnail.width, Thumbnail.chromaWidth)
    var (luma, chroma) = (0, 0)
    for y in 0..<Thumbnail.chromaHeight {
      for x in 0..<chromaWidth {
        luma += leastOfShifts(reach: 2) { right, down in
          var sum = 0
          for row in 4 * y..<4 * y + 4 {
            for column in 4 * x..<4 * x + 4 {
              sum += apart(old.luma, new.luma, width: width, x: column, y: row, right: right, down: down)
            }
          }
          return sum
        }
        chroma += leastOfShifts(reach: 1) { right, down in
          apart(old.cb, new.cb, width: chromaWidth, x: x, y: y, right: right, down: down)
            + apart(old.cr, new.cr, width: chromaWidth, x: x, y: y, right: right, down: down)
        }
      }
    }
    return (Double(luma) / 16 + Double(chroma)) / Double(chromaWidth * Thumbnail.chromaHeight)
  }

  /// Of noise as strong as can be, of weak noise, and of pictures that moved.
  @Test(arguments: [(256, 0), (2, 0), (256, 1), (256, 2), (256, 3)] as [(UInt64, Int)])
  func `equal their readable twin`(range: UInt64, shift: Int) {
    for seed in UInt64(1)...3 {
      let old = Self.thumbnail(seed: seed, range: range)
      let new = Self.thumbnail(seed: shift == 0 ? seed + 10 : seed, range: range, shift: shift)
      var history = FrameHistory(capacity: 2)
      history.append(old)
      history.append(new)
      #expect(history.contentStep(1) == Self.content(old, new), "seed \(seed)")

      let count = Double(old.luma.count)
      func mean(_ a: [UInt8], _ b: [UInt8]) -> Double {
        var sum = 0
        for (x, y) in zip(a, b) { sum += Int(x) * Int(y) }
        return Double(sum) / count
      }
      let ones = [UInt8](repeating: 1, count: old.luma.count)
      let (x, y) = (mean(old.luma, ones), mean(new.luma, ones))
      let spreads = (mean(old.luma, old.luma) - x * x + 1) * (mean(new.luma, new.luma) - y * y + 1)
      let correlation = (mean(old.luma, new.luma) - x * y + 1) / spreads.squareRoot()
      #expect(abs(history.structureStep(1) - (1 - correlation)) < 1e-9, "seed \(seed)")
    }
  }

  @Test func `of black and white are all there is`() {
    var (black, white) = (Thumbnail(), Thumbnail())
    for plane in [\Thumbnail.luma, \.cb, \.cr] {
      black[keyPath: plane] = black[keyPath: plane].map { _ in 0 }
      white[keyPath: plane] = white[keyPath: plane].map { _ in 255 }
    }
    var history = FrameHistory(capacity: 2)
    history.append(black)
    history.append(white)
    #expect(history.contentStep(1) == 3 * 255)
    #expect(Self.content(black, white) == 3 * 255)
  }
}
