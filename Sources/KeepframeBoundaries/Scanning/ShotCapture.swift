package import KeepframeDecoding

/// Pictures of one shot, from first to last in the order of time: never empty.
package typealias CapturedShot<Take> = [(time: FrameTime, take: Take)]

/// Takes pictures of every shot of a video while its boundaries are being found, and hands them
/// over shot by shot.
///
/// Which of a shot's frames are wanted is known only when it ends, and then they are gone. So more
/// are taken than are kept (``CaptureSchedule``), and a shot's are handed over once the boundary
/// that ends it is certain.
package struct ShotCapture<Take> {
  private var schedule: CaptureSchedule
  private var open = OpenShot<Take>()

  /// - Parameter growth: see ``CaptureSchedule``.
  package init(growth: Double) { schedule = CaptureSchedule(growth: growth) }

  /// Index of the frame taken last of the shot that is open.
  package var lastIndex: Int? { open.lastIndex }

  /// Whether to take the frame shown at `time`; then counts it as taken.
  package mutating func isDue(at time: FrameTime, isCutCandidate: Bool) -> Bool {
    schedule.isDue(at: time.seconds, isEdge: isCutCandidate || time.index == 0)
  }

  package mutating func append(_ take: Take, at time: FrameTime) { open.append(take, at: time) }

  /// Ends shots where boundaries became certain.
  ///
  /// - Parameter time: of the current frame.
  /// - Returns: what was taken of each shot that ended; a shot of which nothing was taken is left
  ///   out.
  package mutating func close(at certain: [Boundary], now time: FrameTime) -> [CapturedShot<Take>] {
    certain.compactMap { boundary in
      let shot = open.close(at: boundary)
      if case .transition = boundary.cause { schedule.restart(at: open.takes.first?.time.seconds ?? time.seconds) }
      return shot.isEmpty ? nil : shot
    }
  }

  /// Ends the last shots of the video.
  package mutating func finish(at certain: [Boundary]) -> [CapturedShot<Take>] {
    (certain.map { open.close(at: $0) } + [open.close(at: nil)]).filter { !$0.isEmpty }
  }
}

/// When to take pictures of a shot whose end is not known yet.
///
/// At its first frame, before and at every frame that may turn out to be a cut, and in between at
/// distances that grow with the shot: at first five a second, later `elapsed / growth` apart. So
/// the picture nearest to any place in a shot of length L is at most `L / growth` away, and the
/// number of pictures grows with the logarithm of L only.
struct CaptureSchedule {
  static let leastDistanceSeconds = 0.2
  let growth: Double
  private var anchorSeconds = 0.0
  private var lastSeconds = -Double.infinity

  init(growth: Double) { self.growth = growth }

  /// Whether to take the frame at `seconds`; then counts it as taken.
  mutating func isDue(at seconds: Double, isEdge: Bool) -> Bool {
    let distance = max(Self.leastDistanceSeconds, (seconds - anchorSeconds) / growth)
    guard isEdge || seconds - lastSeconds >= distance else { return false }
    if isEdge { anchorSeconds = seconds }
    lastSeconds = seconds
    return true
  }

  /// A boundary that was no cut became certain.
  mutating func restart(at seconds: Double) { anchorSeconds = max(anchorSeconds, seconds) }
}

/// What was taken of the shot that is still open, and what of it remains once its end is known.
struct OpenShot<Take> {
  /// Memory is bounded by this many takes, and those of the frames that the detector may still look
  /// back on.
  static var mostTakes: Int { 48 }

  private(set) var takes: CapturedShot<Take> = []
  /// Where the picture is wholly of this shot, once its opening is over.
  private var cleanFrame = 0

  mutating func append(_ take: Take, at time: FrameTime) {
    guard takes.last.map({ $0.time.index < time.index }) ?? true else { return }
    takes.append((time, take))
    // Strobes make every frame an edge: then the older take goes that leaves the smallest gap; the
    // first and the latest stay.
    guard takes.count > Self.mostTakes else { return }
    let older = 1..<takes.count - Self.mostTakes / 4
    let closest = older.min { gap(around: $0) < gap(around: $1) }
    if let closest { takes.remove(at: closest) }
  }

  private func gap(around index: Int) -> Double { takes[index + 1].time.seconds - takes[index - 1].time.seconds }

  var lastIndex: Int? { takes.last?.time.index }

  /// Ends the shot at `boundary`; what was taken from there on belongs to the next.
  ///
  /// - Returns: the takes of the shot, without those inside a transition at either end if others
  ///   remain.
  mutating func close(at boundary: Boundary?) -> CapturedShot<Take> {
    let end = boundary?.frame ?? Int.max
    var interior = cleanFrame..<max(cleanFrame, end)
    if case .transition(let transition)? = boundary?.cause {
      interior = cleanFrame..<max(cleanFrame, min(end, transition.frames.lowerBound))
    }
    let own = takes.filter { $0.time.index < end }
    let clean = own.filter { interior.contains($0.time.index) }
    takes.removeFirst(own.count)
    cleanFrame = end
    if case .transition(let transition)? = boundary?.cause { cleanFrame = max(end, transition.frames.upperBound) }
    return clean.isEmpty ? own : clean
  }
}

/// Where `count` pictures of a scene are wanted: first, last and evenly between; one alone in the
/// middle.
package func places(_ count: Int, in seconds: ClosedRange<Double>) -> [Double] {
  guard count > 1 else { return [(seconds.lowerBound + seconds.upperBound) / 2] }
  let length = seconds.upperBound - seconds.lowerBound
  return (0..<count).map { seconds.lowerBound + length * Double($0) / Double(count - 1) }
}

extension Array {
  /// For each of `places`, the element nearest in time; elements ascend. The earlier one of two
  /// that are equally near.
  package func nearest(to places: [Double], _ seconds: (Element) -> Double) -> [Element] {
    guard !isEmpty else { return [] }
    return places.map { place in self.min { (seconds($0) - place).magnitude < (seconds($1) - place).magnitude }! }
  }
}

extension Array {
  /// Of what was taken of one shot, `count` that lie evenly from its first to its last; some may be
  /// one and the same.
  package func evenlySpread<Take>(_ count: Int) -> CapturedShot<Take> where Element == (time: FrameTime, take: Take) {
    guard let first = first?.time, let last = last?.time else { return [] }
    return nearest(to: places(count, in: first.seconds...last.seconds)) { $0.time.seconds }
  }
}
