import KeepframeBoundaries
import KeepframeDecoding
import KeepframeTestSupport

/// A made-up place: a smooth random texture larger than the picture, so that a camera can move over
/// it.
struct Place {
  static let width = 192
  static let height = 108
  /// `[height * width]`, 0...255
  private var luma: [Double]
  private let blue: Double
  private let red: Double

  init(seed: UInt64) {
    var random = SplitMix(state: seed)
    let (columns, rows) = (25, 15)
    let grid = (0..<(columns * rows)).map { _ in Double.random(in: 20...235, using: &random) }
    luma = []
    for y in 0..<Self.height {
      for x in 0..<Self.width {
        let (u, v) = (Double(x) / 8, Double(y) / 8)
        let (column, row) = (Int(u), Int(v))
        let (fu, fv) = (u - Double(column), v - Double(row))
        let top = grid[row * columns + column] * (1 - fu) + grid[row * columns + column + 1] * fu
        let bottom = grid[(row + 1) * columns + column] * (1 - fu) + grid[(row + 1) * columns + column + 1] * fu
        luma.append(top * (1 - fv) + bottom * fv)
      }
    }
    blue = Double.random(in: 100...156, using: &random)
    red = Double.random(in: 100...156, using: &random)
  }

  /// What a camera at (`x`, `y`) sees, `luma * gain + lift`.
  func seen(x: Int = 0, y: Int = 0, gain: Double = 1, lift: Double = 0) -> Thumbnail {
    var thumbnail = Thumbnail()
    for row in 0..<Thumbnail.height {
      for column in 0..<Thumbnail.width {
        let value = luma[(row + y) * Self.width + column + x] * gain + lift
        thumbnail.luma[row * Thumbnail.width + column] = UInt8(min(max(value, 0), 255).rounded())
      }
    }
    for cell in thumbnail.cb.indices {
      thumbnail.cb[cell] = UInt8((128 + (blue - 128) * gain).rounded())
      thumbnail.cr[cell] = UInt8((128 + (red - 128) * gain).rounded())
    }
    return thumbnail
  }
}

/// `(1 - share) * old + share * new`
func blend(_ old: Thumbnail, _ new: Thumbnail, _ share: Double) -> Thumbnail {
  func mix(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
    zip(a, b).map { UInt8((Double($0) * (1 - share) + Double($1) * share).rounded()) }
  }
  var out = Thumbnail()
  out.luma = mix(old.luma, new.luma)
  out.cb = mix(old.cb, new.cb)
  out.cr = mix(old.cr, new.cr)
  return out
}

func blank(_ level: UInt8) -> Thumbnail {
  var out = Thumbnail()
  out.luma = Array(repeating: level, count: out.luma.count)
  return out
}

/// All boundaries of a video, with the laws of ``BoundaryDetector`` checked on the way; nil names
/// the broken law in `violations`.
struct Detection {
  var boundaries: [Boundary] = []
  var candidates: Set<Int> = []
  var violations: [String] = []
  var frames: [Int] { boundaries.map(\.frame) }

  init(_ video: [Thumbnail], threshold: Double = 0.5, frameRate: Double = 25) {
    self.init(video, by: AdaptiveDetector(threshold: threshold, frameRate: frameRate), threshold: threshold)
  }

  init(_ video: [Thumbnail], by start: any BoundaryDetector, threshold: Double = 0.5) {
    var detector = start
    for (frame, thumbnail) in video.enumerated() {
      let now = detector.push(thumbnail)
      if detector.isCutCandidate { candidates.insert(frame) }
      for boundary in now where frame - boundary.frame > detector.delay {
        violations.append("\(boundary.frame) was returned at \(frame), after more than \(detector.delay) frames")
      }
      boundaries += now
    }
    boundaries += detector.finish()
    for boundary in boundaries where boundary.cause.isSudden && !candidates.contains(boundary.frame) {
      violations.append("cut \(boundary.frame) had not been a candidate")
    }
    for (a, b) in zip(boundaries, boundaries.dropFirst()) where a.frame >= b.frame {
      violations.append("\(b.frame) follows \(a.frame)")
    }
    for boundary in boundaries where !(threshold...1).contains(boundary.score) {
      violations.append("the score of \(boundary.frame) is \(boundary.score)")
    }
  }
}
