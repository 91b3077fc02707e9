internal import Glibc  // log

/// Finds gradual transitions: stretches in which the picture moves on a straight line from one
/// picture to another.
///
/// In a dissolve or fade, every frame is `(1 - w) old + w new`. So the frames at a quarter, half
/// and three quarters of the way lie on the line between the ends, in order and at similar
/// distances. Motion leaves the line; a cut makes the whole way in one step. The ends must be
/// different pictures (low correlation, most blocks changed), or one of them must be blank.
///
/// Indices here count the frames given to ``push(_:spread:)``.
struct TransitionFinder: Sendable {
  struct Found: Sendable {
    var kind: Transition.Kind
    /// `start` is the first changed frame, `end` the first frame that shows only the new shot.
    var start: Int
    var end: Int
    var middle: Int
    /// The start of the line that was found: a frame of the old picture, or near it.
    var origin: Int
    var logit: Double
  }

  /// The spans that are tried, in frames. Each is centred on the frame under test.
  static let spans = [6, 8, 12, 16, 24, 32]
  static let lookAhead = 16
  /// The largest distance from the line, as a share of its length.
  static let mostBend = 0.3
  /// The share of the way that each quarter of the span must make.
  static let quarterShare = 0.04...0.62
  /// The least length of the line, as a root mean square in levels.
  static let leastChange = 4.0
  /// Ends that are more correlated than this show the same scene.
  static let mostCorrelation = 0.75
  /// The share of blocks that must change by ``movedLevel`` levels in a dissolve: a panel that
  /// appears is not a dissolve.
  static let leastArea = 0.5
  static let movedLevel: Float = 8
  /// A picture whose luma has a smaller standard deviation is blank.
  static let blankSpread = 5.0
  /// The change, reduced for bend, at which a dissolve or a fade has even odds, and how steeply the
  /// odds grow with it.
  static let evenChange = 12.0
  static let evenChangeOfFade = 4.0
  static let steepness = 2.5

  private static let capacity = 128
  private var ring = [Float](repeating: 0, count: capacity * BlockVector.dimension)
  private var spreads = [Double](repeating: 0, count: capacity)
  private var count = 0
  private let thresholdLogit: Double

  private struct Line {
    let centre: Int
    let span: Int
    let kind: Transition.Kind
    let strength: Double
    let logit: Double
    var first: Int { centre - span / 2 }
    var last: Int { centre + span / 2 }
  }
  /// A run of neighbouring centres: its best line, its first and last centre, and its kind.
  private var run: (best: Line, first: Int, last: Int, kind: Transition.Kind)?

  init(thresholdLogit: Double) {
    self.thresholdLogit = thresholdLogit
  }

  /// - Parameter spread: The standard deviation of the frame's luma.
  /// - Returns: A transition that has ended, about ``lookAhead`` frames after its end.
  mutating func push(_ vector: BlockVector, spread: Double) -> Found? {
    append(vector, spread: spread)
    return count > Self.lookAhead ? examine(centre: count - 1 - Self.lookAhead) : nil
  }

  /// Stores a frame without looking for transitions.
  mutating func append(_ vector: BlockVector, spread: Double) {
    let slot = count % Self.capacity
    ring.replaceSubrange((slot * BlockVector.dimension)..<((slot + 1) * BlockVector.dimension), with: vector.values)
    spreads[slot] = spread
    count += 1
  }

  /// The log odds that the frame ``lookAhead`` back lies in the middle of a transition; nil if no
  /// line goes through it.
  func evidence() -> Double? {
    count > Self.lookAhead ? bestLine(count - 1 - Self.lookAhead)?.logit : nil
  }

  /// The transitions that remain at the end of the video.
  mutating func finish() -> [Found] {
    var found: [Found] = []
    for centre in max(0, count - Self.lookAhead)..<max(0, count) {
      if let transition = examine(centre: centre) { found.append(transition) }
    }
    if let transition = closeRun() { found.append(transition) }
    return found
  }

  /// Extends the run with the best line at `centre`, or closes it.
  private mutating func examine(centre: Int) -> Found? {
    guard let line = bestLine(centre) else {
      if let run, centre - run.last > 3 { return closeRun() }
      return nil
    }
    if var current = run, centre - current.last <= 3, centre - current.first < 24, current.kind == line.kind {
      if line.strength > current.best.strength { current.best = line }
      current.last = centre
      run = current
      return nil
    }
    let closed = closeRun()
    run = (line, centre, centre, line.kind)
    return closed
  }

  private mutating func closeRun() -> Found? {
    guard let line = run?.best else { return nil }
    run = nil
    return extent(line)
  }

  private func bestLine(_ centre: Int) -> Line? {
    var best: Line?
    for span in Self.spans {
      guard let line = line(centre, span), line.logit >= thresholdLogit else { continue }
      if best.map({ line.strength > $0.strength }) ?? true { best = line }
    }
    return best
  }

  private func line(_ centre: Int, _ span: Int) -> Line? {
    let (first, last) = (centre - span / 2, centre + span / 2)
    guard first >= 0, last < count else { return nil }
    let length = squaredDistance(first, last)
    guard length >= Self.leastChange * Self.leastChange * Double(BlockVector.dimension) else { return nil }

    var way = 0.0
    var bend = 0.0
    for quarter in 1...4 {
      let here = quarter == 4 ? 1 : project(first + quarter * span / 4, from: first, to: last) / length
      guard Self.quarterShare.contains(here - way) else { return nil }
      if quarter < 4 { bend = max(bend, squaredDistance(first, first + quarter * span / 4) / length - here * here) }
      way = here
    }
    bend = bend.squareRoot()
    guard bend <= Self.mostBend else { return nil }

    let (startsBlank, endsBlank) = (spread(first) < Self.blankSpread, spread(last) < Self.blankSpread)
    guard !(startsBlank && endsBlank) else { return nil }
    let isFade = startsBlank || endsBlank
    if !isFade {
      guard correlation(first, last) <= Self.mostCorrelation, changedArea(first, last) >= Self.leastArea else { return nil }
      // A glow returns to the picture that it started from, so it is no dissolve.
      let known = min(count, centre + Self.lookAhead + 1)
      for earlier in max(0, first - 8)..<first where correlation(earlier, last) > Self.mostCorrelation { return nil }
      for later in (last + 1)..<max(last + 1, min(known, last + 9)) where correlation(first, later) > Self.mostCorrelation {
        return nil
      }
    }
    let strength = (length / Double(BlockVector.dimension)).squareRoot() * (1 - bend / Self.mostBend)
    let even = isFade ? Self.evenChangeOfFade : Self.evenChange
    return Line(
      centre: centre, span: span, kind: startsBlank ? .fadeIn : endsBlank ? .fadeOut : .dissolve, strength: strength,
      logit: Self.steepness * log(strength / even + 1e-9))
  }

  /// Follows the line in both directions while the picture still moves along it.
  private func extent(_ line: Line) -> Found {
    let length = squaredDistance(line.first, line.last)
    let step = 0.25 / Double(line.span)
    func way(_ frame: Int) -> Double { project(frame, from: line.first, to: line.last) / length }

    var start = line.centre
    while start > max(0, line.centre - 30),
      way(start - 1) < way(start) - step || (start > 1 && way(start - 2) < way(start) - 2 * step)
    { start -= 1 }
    var end = line.centre
    let limit = min(count - 1, line.centre + Self.lookAhead)
    while end < limit, way(end + 1) > way(end) + step || (end + 2 <= limit && way(end + 2) > way(end) + 2 * step) { end += 1 }

    let half = (way(start) + way(end)) / 2
    let middle = (start...end).min { (way($0) - half).magnitude < (way($1) - half).magnitude } ?? line.centre
    return Found(
      kind: line.kind, start: start + 1, end: max(end, start + 2),
      middle: min(max(middle, line.centre - 4), line.centre + 4), origin: line.first, logit: line.logit)
  }
}

/// Geometry of block vectors in the ring.
extension TransitionFinder {
  private func spread(_ frame: Int) -> Double { spreads[frame % Self.capacity] }

  private func withVectors<Result>(
    _ frames: (Int, Int, Int), _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) -> Result
  ) -> Result {
    ring.withUnsafeBufferPointer { ring in
      func at(_ frame: Int) -> UnsafePointer<Float> { ring.baseAddress! + (frame % Self.capacity) * BlockVector.dimension }
      return body(at(frames.0), at(frames.1), at(frames.2))
    }
  }

  private func squaredDistance(_ a: Int, _ b: Int) -> Double {
    project(b, from: a, to: b)
  }

  /// `(frame - from) . (to - from)`
  private func project(_ frame: Int, from: Int, to: Int) -> Double {
    withVectors((frame, from, to)) { Double(BlockVector.project($0, from: $1, to: $2)) }
  }

  /// The correlation of the luma blocks, as in
  /// ``LumaMoments/correlation(_:_:sumOfProducts:count:)``.
  private func correlation(_ a: Int, _ b: Int) -> Double {
    withVectors((a, b, b)) { a, b, _ in
      let count = Double(BlockVector.blocks)
      var (sumA, sumB, squaresA, squaresB, products) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for block in 0..<BlockVector.blocks {
        let (x, y) = (Double(a[block]), Double(b[block]))
        sumA += x
        sumB += y
        squaresA += x * x
        squaresB += y * y
        products += x * y
      }
      let (meanA, meanB) = (sumA / count, sumB / count)
      let varianceA = squaresA / count - meanA * meanA
      let varianceB = squaresB / count - meanB * meanB
      return (products / count - meanA * meanB + 1) / ((varianceA + 1) * (varianceB + 1)).squareRoot()
    }
  }

  /// The share of blocks that change both absolutely and relative to the change of the mean luma.
  private func changedArea(_ a: Int, _ b: Int) -> Double {
    withVectors((a, b, b)) { a, b, _ in
      Double(BlockVector.change(a, b, level: Self.movedLevel).changed) / Double(BlockVector.blocks)
    }
  }
}
