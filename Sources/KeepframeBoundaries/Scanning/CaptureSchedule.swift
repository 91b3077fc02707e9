internal import KeepframeBoundaries
internal import KeepframeDecoding

/// When to take pictures of a scene whose end is not known yet.
///
/// At its first frame, before and at every frame that may turn out to be a cut, and in between at distances that grow with the scene: at
/// first five a second, later `elapsed / growth` apart. So the picture nearest to any place in a scene of length L is at most
/// `L / growth` away, and the number of pictures grows with the logarithm of L only.
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

/// What was taken of the scene that is still open, and the choice among it once its end is known.
struct OpenScene<Shot> {
  /// Memory is bounded by this many shots, and those of the frames that the detector may still look back on.
  static var mostShots: Int { 48 }

  private(set) var shots: [(time: FrameTime, shot: Shot)] = []
  /// Where the picture is wholly of this scene, once its opening is over.
  private var cleanFrame = 0

  mutating func append(_ shot: Shot, at time: FrameTime) {
    guard shots.last.map({ $0.time.index < time.index }) ?? true else { return }
    shots.append((time, shot))
    // Strobes make every frame an edge: then the older shot goes that leaves the smallest gap; the first and the latest stay.
    guard shots.count > Self.mostShots else { return }
    let older = 1..<shots.count - Self.mostShots / 4
    let closest = older.min { gap(around: $0) < gap(around: $1) }
    if let closest { shots.remove(at: closest) }
  }

  private func gap(around index: Int) -> Double { shots[index + 1].time.seconds - shots[index - 1].time.seconds }

  var lastIndex: Int? { shots.last?.time.index }

  /// Ends the scene at `boundary`; what was taken from there on belongs to the next.
  ///
  /// - Returns: the shots of the scene, without those inside a transition at either end if others remain.
  mutating func close(at boundary: Boundary?) -> [(time: FrameTime, shot: Shot)] {
    let end = boundary?.frame ?? Int.max
    var interior = cleanFrame..<max(cleanFrame, end)
    if case .transition(let transition)? = boundary?.cause {
      interior = cleanFrame..<max(cleanFrame, min(end, transition.frames.lowerBound))
    }
    let own = shots.filter { $0.time.index < end }
    let clean = own.filter { interior.contains($0.time.index) }
    shots.removeFirst(own.count)
    cleanFrame = end
    if case .transition(let transition)? = boundary?.cause { cleanFrame = max(end, transition.frames.upperBound) }
    return clean.isEmpty ? own : clean
  }
}

/// Where `count` pictures of a scene are wanted: first, last and evenly between; one alone in the middle.
func places(_ count: Int, in seconds: ClosedRange<Double>) -> [Double] {
  guard count > 1 else { return [(seconds.lowerBound + seconds.upperBound) / 2] }
  let length = seconds.upperBound - seconds.lowerBound
  return (0..<count).map { seconds.lowerBound + length * Double($0) / Double(count - 1) }
}

extension Array {
  /// For each of `places`, the element nearest in time; elements ascend. The earlier one of two that are equally near.
  func nearest(to places: [Double], _ seconds: (Element) -> Double) -> [Element] {
    guard !isEmpty else { return [] }
    return places.map { place in self.min { (seconds($0) - place).magnitude < (seconds($1) - place).magnitude }! }
  }
}
