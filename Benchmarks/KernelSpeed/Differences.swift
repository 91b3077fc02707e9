import Glibc
import KeepframeBoundaries
import KeepframeDecoding

/// A thumbnail with its rim repeated outwards, as `FrameDifference` takes it.
struct PaddedThumbnail {
  var luma: [UInt8]
  /// Blue, then red.
  var chroma: [UInt8]

  init(_ thumbnail: Thumbnail) {
    func pad(_ plane: [UInt8], _ width: Int, by reach: Int) -> [UInt8] {
      let height = plane.count / width
      return (-reach..<height + reach).flatMap { y in
        (-reach..<width + reach).map { x in plane[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)] }
      }
    }
    luma = pad(thumbnail.luma, Thumbnail.width, by: FrameDifference.lumaReach)
    let (width, reach) = (Thumbnail.chromaWidth, FrameDifference.chromaReach)
    chroma = pad(thumbnail.cb, width, by: reach) + pad(thumbnail.cr, width, by: reach)
  }
}

/// As `av_pixelutils_get_sad_fn` returns it.
typealias BlockSum = @convention(c) (UnsafePointer<UInt8>?, Int, UnsafePointer<UInt8>?, Int) -> Int32

/// The sum of absolute differences of 4x4 cells by libavutil; nil if it was built without.
func libraryBlockSum() -> BlockSum? {
  typealias Choose = @convention(c) (Int32, Int32, Int32, UnsafeMutableRawPointer?) -> BlockSum?
  guard let choose = dlsym(nil, "av_pixelutils_get_sad_fn") else { return nil }
  return unsafeBitCast(choose, to: Choose.self)(2, 2, 0, nil)
}

func plainBlockSum(_ a: UnsafePointer<UInt8>?, _ strideA: Int, _ b: UnsafePointer<UInt8>?, _ strideB: Int) -> Int32 {
  var sum: Int32 = 0
  for y in 0..<4 {
    for x in 0..<4 { sum &+= abs(Int32(a![y &* strideA &+ x]) &- Int32(b![y &* strideB &+ x])) }
  }
  return sum
}

/// `FrameDifference.content` by its definition: blocks of 4x4 cells and cells of chroma, each moved
/// to where it fits best.
@inline(__always)
func plainContent(
  _ old: PaddedThumbnail, _ new: PaddedThumbnail,
  blockSum: (UnsafePointer<UInt8>?, Int, UnsafePointer<UInt8>?, Int) -> Int32
) -> Double {
  let (row, chromaRow, red) = (FrameDifference.lumaRow, FrameDifference.chromaRow, FrameDifference.chromaSize)
  var (luma, chroma) = (0, 0)
  old.luma.withUnsafeBufferPointer { oldLuma in
    new.luma.withUnsafeBufferPointer { newLuma in
      old.chroma.withUnsafeBufferPointer { oldChroma in
        new.chroma.withUnsafeBufferPointer { newChroma in
          for y in 0..<Thumbnail.chromaHeight {
            for x in 0..<Thumbnail.chromaWidth {
              let at = newLuma.baseAddress! + (4 * y + 2) * row + 4 * x + 2
              var best = Int32.max
              for down in 0..<5 {
                for right in 0..<5 {
                  best = min(best, blockSum(oldLuma.baseAddress! + (4 * y + down) * row + 4 * x + right, row, at, row))
                }
              }
              luma += Int(best)
              let cell = (y + 1) * chromaRow + x + 1
              var least = Int.max
              for down in 0..<3 {
                for right in 0..<3 {
                  let from = (y + down) * chromaRow + x + right
                  least = min(
                    least,
                    abs(Int(oldChroma[from]) - Int(newChroma[cell]))
                      + abs(Int(oldChroma[from + red]) - Int(newChroma[cell + red])))
                }
              }
              chroma += least
            }
          }
        }
      }
    }
  }
  return (Double(luma) / 16 + Double(chroma)) / Double(Thumbnail.chromaWidth * Thumbnail.chromaHeight)
}

func plainProduct(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var sum = 0
  for y in 0..<Thumbnail.height {
    let start = (y + FrameDifference.lumaReach) * FrameDifference.lumaRow + FrameDifference.lumaReach
    for at in start..<start + Thumbnail.width { sum &+= Int(a[at]) &* Int(b[at]) }
  }
  return sum
}

func compareDifferences(_ frames: Frames) {
  let thumbnails = OurThumbnails()
  let pictures = (0..<frames.count).map { frame in
    thumbnails.shrink(frames.planes(frame))
    return PaddedThumbnail(thumbnails.thumbnail)
  }
  let pairs = zip(pictures, pictures.dropFirst()).map { ($0, $1) }
  func content(_ old: PaddedThumbnail, _ new: PaddedThumbnail) -> Double {
    FrameDifference.content(old.luma, new.luma, oldChroma: old.chroma, newChroma: new.chroma)
  }
  func product(_ a: PaddedThumbnail, _ b: PaddedThumbnail) -> Int { FrameDifference.product(a.luma, b.luma) }

  var sink = 0.0
  func most(_ other: (PaddedThumbnail, PaddedThumbnail) -> Double) -> Double {
    pairs.map { abs(content($0, $1) - other($0, $1)) }.max()!
  }
  var ways = [
    Way("ours") { for pair in pairs { sink += content(pair.0, pair.1) } },
    Way("loop", difference: most { plainContent($0, $1, blockSum: plainBlockSum) }) {
      for pair in pairs { sink += plainContent(pair.0, pair.1, blockSum: plainBlockSum) }
    },
  ]
  if let blockSum = libraryBlockSum() {
    ways.append(
      Way("pixelutils", difference: most { plainContent($0, $1, blockSum: blockSum) }) {
        for pair in pairs { sink += plainContent(pair.0, pair.1, blockSum: blockSum) }
      })
  }
  compare("content", repetitions: 200, pieces: pairs.count, ways)

  let difference = pairs.map { abs(product($0, $1) - plainProduct($0.luma, $1.luma)) }.max()!
  compare(
    "product", repetitions: 1_000, pieces: pairs.count,
    [
      Way("ours") { for pair in pairs { sink += Double(product(pair.0, pair.1)) } },
      Way("loop", difference: Double(difference)) {
        for pair in pairs { sink += Double(plainProduct(pair.0.luma, pair.1.luma)) }
      },
    ])
  precondition(sink > 0, "expected frames that differ")
}
