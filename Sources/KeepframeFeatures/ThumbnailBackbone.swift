internal import Glibc
public import KeepframeDecoding

/// A classical descriptor that needs no runtime.
///
/// It describes where a picture is light, where it is coloured, and which way its edges run. It is
/// for machines without OpenVINO, for tests, and as the baseline that a network must beat. It sees
/// layout, not content: when the camera pans, the same things look like a new scene. It has four
/// parts, each about as long as the others if the picture has something for it:
///
/// | part | from | numbers |
/// |---|---|---|
/// | luma layout | 16x9 cells, minus their mean, over their standard deviation + 8 | 144 |
/// | colour layout | 8x6 cells of Cb and Cr, over their root mean square + 16 | 96 |
/// | edges | 4x3 cells, 8 directions of 180°, roots of gradients, centred, over length + 16 | 96 |
/// | brightness | cosine and sine of mean luma / 255 as a quarter turn, times 0.35 | 2 |
///
/// Dividing by the standard deviation removes contrast and exposure. The added constants keep the
/// noise of a nearly flat picture from growing. Brightness gives even a black picture a direction,
/// and tells black from white. Sums are of integers or in a fixed order, so that a picture has the
/// same embedding on every machine.
public struct ThumbnailBackbone: Backbone {
  static let name = "thumbnail"
  private static let width = 96
  private static let height = 54

  /// `thumbnail`: 338 numbers of a picture of 96x54; there is no model and no digest.
  public let description = BackboneDescription(
    name: name, modelDigest: nil, precision: "f32", dimension: 338, inputWidth: width, inputHeight: height)

  /// The choice that it was made from. Its precision does not change the embeddings.
  public let choice: BackboneChoice

  /// Makes the descriptor, as if the precision `auto` had been asked for.
  public init() { self.init(precision: .auto) }

  /// - Parameter precision: only recorded in ``choice``; the arithmetic is always the same.
  init(precision: Precision) { choice = BackboneChoice(Self.name, precision: precision) }

  /// Embeds one picture; calls may come from several threads at once.
  ///
  /// - Parameter picture: RGB, 96x54.
  /// - Throws: never in fact, because brightness gives every picture a direction.
  public func embed(_ picture: Picture) throws(FeatureError) -> Embedding {
    precondition(
      picture.width == Self.width && picture.height == Self.height && picture.rgb.count == Self.width * Self.height * 3,
      "expected a picture of \(Self.width)x\(Self.height), got \(picture.width)x\(picture.height)")
    let planes = Planes(picture)
    let (luma, mean) = lumaLayout(planes.luma)
    let brightness = mean / 255 * Float.pi / 2
    let raw = luma + colourLayout(planes) + edges(planes.luma) + [0.35 * cosf(brightness), 0.35 * sinf(brightness)]
    do {
      return try Embedding(normalizing: raw)
    } catch {
      throw .noDirection(backbone: description.name, precision: description.precision, error)
    }
  }

  /// The picture in BT.601 luma and colour differences, each times 256, so that everything is
  /// exact.
  private struct Planes {
    var luma: [Int32]
    var cb: [Int32]
    var cr: [Int32]

    init(_ picture: Picture) {
      let count = picture.width * picture.height
      luma = Array(repeating: 0, count: count)
      cb = luma
      cr = luma
      for pixel in 0..<count {
        let (r, g, b) = (Int32(picture.rgb[pixel * 3]), Int32(picture.rgb[pixel * 3 + 1]), Int32(picture.rgb[pixel * 3 + 2]))
        luma[pixel] = 77 * r + 150 * g + 29 * b
        cb[pixel] = -43 * r - 85 * g + 128 * b
        cr[pixel] = 128 * r - 107 * g - 21 * b
      }
    }
  }

  /// Means over a grid of cells, in 8-bit levels.
  private func cellMeans(_ plane: [Int32], columns: Int, rows: Int) -> [Float] {
    let (cellWidth, cellHeight) = (Self.width / columns, Self.height / rows)
    var sums = Array(repeating: Int32(0), count: columns * rows)
    for y in 0..<cellHeight * rows {
      for x in 0..<Self.width {
        sums[y / cellHeight * columns + x / cellWidth] += plane[y * Self.width + x] >> 4
      }
    }
    return sums.map { Float($0) / Float(16 * cellWidth * cellHeight) }
  }

  private func lumaLayout(_ luma: [Int32]) -> (layout: [Float], mean: Float) {
    let cells = cellMeans(luma, columns: 16, rows: 9)
    let mean = cells.reduce(0, +) / Float(cells.count)
    let deviation = (cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(cells.count)).squareRoot()
    let scale = 1 / ((deviation + 8) * Float(cells.count).squareRoot())
    return (cells.map { ($0 - mean) * scale }, mean)
  }

  private func colourLayout(_ planes: Planes) -> [Float] {
    let cells = cellMeans(planes.cb, columns: 8, rows: 6) + cellMeans(planes.cr, columns: 8, rows: 6)
    let length = (cells.reduce(0) { $0 + $1 * $1 } / Float(cells.count / 2)).squareRoot()
    let scale = 1 / ((length + 16) * Float(cells.count / 2).squareRoot())
    return cells.map { $0 * scale }
  }

  /// After Dalal and Triggs 2005, without overlapping blocks: the whole picture is the block.
  private func edges(_ luma: [Int32]) -> [Float] {
    let (columns, rows, directions) = (4, 3, 8)
    var histogram = Array(repeating: Float(0), count: columns * rows * directions)
    for y in 1..<Self.height - 1 {
      for x in 1..<Self.width - 1 {
        let at = y * Self.width + x
        let dx = Float(luma[at + 1] - luma[at - 1]) / 256
        let dy = Float(luma[at + Self.width] - luma[at - Self.width]) / 256
        let magnitude = (dx * dx + dy * dy).squareRoot()
        guard magnitude > 4 else { continue }  // below: noise, whose direction means nothing
        let cell = y * rows / Self.height * columns + x * columns / Self.width
        histogram[cell * directions + Self.direction(dx, dy)] += magnitude
      }
    }
    let roots = histogram.map { $0.squareRoot() }
    let mean = roots.reduce(0, +) / Float(roots.count)
    let centred = roots.map { $0 - mean }
    let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return centred.map { $0 / (length + 16) }
  }

  /// The eighth of the half circle into which (dx, dy) points, found by comparisons alone. Opposite
  /// directions count as one.
  private static func direction(_ dx: Float, _ dy: Float) -> Int {
    let (x, y) = dy < 0 || (dy == 0 && dx < 0) ? (-dx, -dy) : (dx, dy)
    let slope: Float = 0.414_213_56  // tan 22.5 degrees
    if x > 0 {
      if y < x { return y < x * slope ? 0 : 1 }
      return x > y * slope ? 2 : 3
    }
    if y > -x { return -x < y * slope ? 4 : 5 }
    return y > -x * slope ? 6 : 7
  }
}
