internal import Glibc  // links libm for `squareRoot()`
internal import KeepframeNumerics

/// A video as it is compared with another: what it shows at each step of time, and how much each
/// step says.
///
/// What is compared are its samples, and its moments where it has none.
package struct ComparedVideo: Sendable {
  /// `[R, d]`, of unit length.
  let rows: Matrix
  /// `[R]`: what unrelated videos reach.
  let levels: [Float]
  /// `[R]`: the moment that stands for each.
  let moments: [Int]
  /// `[steps]`: the row on display.
  let shown: [Int]
  /// `[steps]`, in ``leastWeight``...1: how much the picture changed since the step before. A
  /// picture that stands still says nothing new.
  let weights: [Float]

  /// A change of the cosine as large as this counts fully.
  static let fullChange: Float = 0.05
  /// The weight of a picture that stands still.
  static let leastWeight: Float = 0.05

  init(rows: Matrix, levels: [Float], moments: [Int], shown: [Int]) {
    (self.rows, self.levels, self.moments, self.shown) = (rows, levels, moments, shown)
    weights = shown.indices.map { step in
      guard step > 0 else { return 1 }
      guard shown[step] != shown[step - 1] else { return Self.leastWeight }
      let change = 1 - dot(rows[row: shown[step]].span, rows[row: shown[step - 1]].span)
      return max(Self.leastWeight, min(1, change / Self.fullChange))
    }
  }

  /// - Parameters:
  ///   - duration: in seconds.
  ///   - levels: of each moment.
  /// - Precondition: The block has moments.
  package init(_ block: VideoBlock, duration: Double, levels momentLevels: [Float]) {
    precondition(momentLevels.count == block.momentCount && block.momentCount > 0, "expected a level for each moment")
    let runs = block.runCount
    if block.sampleCount > 0 {
      var run = 0
      let moments = (0..<block.sampleCount).map { sample in
        while run + 1 < runs, block.run(run + 1).seconds <= block.sampleSeconds(sample) { run += 1 }
        return runs > 0 ? block.run(run).row : 0
      }
      self.init(
        rows: Self.samples(block), levels: moments.map { momentLevels[$0] }, moments: moments,
        shown: shownInSteps(of: duration, count: block.sampleCount) { block.sampleSeconds($0) })
    } else {
      let shown =
        runs > 0
        ? shownInSteps(of: duration, count: runs) { block.run($0).seconds }.map { block.run($0).row }
        : shownInSteps(of: duration, count: block.momentCount) { block.moment($0).seconds }
      self.init(rows: block.moments, levels: momentLevels, moments: Array(0..<block.momentCount), shown: shown)
    }
  }

  /// A clip that is looked for.
  ///
  /// - Parameter levels: of each of its samples.
  package init(_ query: SearchQuery, levels: [Float]) {
    let samples = query.seconds
    self.init(
      rows: query.vectors, levels: levels, moments: Array(samples.indices),
      shown: shownInSteps(of: (samples.last ?? 0) + ClipAlignment.stepSeconds, count: samples.count) { samples[$0] })
  }

  private static func samples(_ block: VideoBlock) -> Matrix {
    let dimension = block.dimension
    return block.withSamples { codes in
      var rows = Matrix(rows: block.sampleCount, columns: dimension)
      for row in 0..<block.sampleCount {
        let place = row * dimension..<(row + 1) * dimension
        let squares = codes[place].reduce(Int32(0)) { $0 &+ Int32($1) &* Int32($1) }
        guard squares > 0 else { continue }
        let scale = 1 / Float(squares).squareRoot()
        for index in place { rows.values[index] = Float(codes[index]) * scale }
      }
      return rows
    }
  }
}
