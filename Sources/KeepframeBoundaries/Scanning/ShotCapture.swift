package import KeepframeDecoding

/// Pictures of one shot in order of time; never empty.
package typealias CapturedShot<Take> = [(time: FrameTime, take: Take)]

/// Takes pictures of every shot of a video while its boundaries are being found, and hands them
/// over shot by shot.
///
/// Which frames of a shot are wanted is known only when it ends, and by then the frames are gone.
/// So more pictures are taken than are kept (``CaptureSchedule``). Those of a shot are handed over
/// once the boundary that ends it is certain.
package struct ShotCapture<Take> {
  private var schedule: CaptureSchedule
  private var open = OpenShot<Take>()

  /// - Parameter growth: see ``CaptureSchedule``.
  package init(growth: Double) { schedule = CaptureSchedule(growth: growth) }

  /// The index of the last frame taken of the open shot.
  package var lastIndex: Int? { open.lastIndex }

  /// Whether to take the frame at `time`. If so, it counts as taken.
  package mutating func isDue(at time: FrameTime, isCutCandidate: Bool) -> Bool {
    schedule.isDue(at: time.seconds, isEdge: isCutCandidate || time.index == 0)
  }

  package mutating func append(_ take: Take, at time: FrameTime) { open.append(take, at: time) }

  /// Ends shots at boundaries that became certain.
  ///
  /// - Parameter time: The time of the current frame.
  /// - Returns: The pictures of each shot that ended, except shots without any.
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

/// Decides when to take pictures of a shot whose end is not known yet.
///
/// Pictures are taken at the shot's first frame, and at every frame that may turn out to be a cut;
/// callers take the frame before that too. In between, pictures are taken at distances that grow
/// with the shot: at first five a second, later `elapsed / growth` apart. So any point in a shot of
/// length L is at most `L / growth` from a picture, and the number of pictures grows only with the
/// logarithm of L.
struct CaptureSchedule {
  static let leastDistanceSeconds = 0.2
  let growth: Double
  private var anchorSeconds = 0.0
  private var lastSeconds = -Double.infinity

  init(growth: Double) { self.growth = growth }

  /// Whether to take the frame at `seconds`. If so, it counts as taken.
  mutating func isDue(at seconds: Double, isEdge: Bool) -> Bool {
    let distance = max(Self.leastDistanceSeconds, (seconds - anchorSeconds) / growth)
    guard isEdge || seconds - lastSeconds >= distance else { return false }
    if isEdge { anchorSeconds = seconds }
    lastSeconds = seconds
    return true
  }

  /// Call this when a boundary that is not a cut has become certain.
  mutating func restart(at seconds: Double) { anchorSeconds = max(anchorSeconds, seconds) }
}

/// The pictures of the open shot, and those that remain once its end is known.
struct OpenShot<Take> {
  /// The most pictures of a shot, so that memory is bounded. A quarter of them are the latest,
  /// which the detector may still look back on.
  static var mostTakes: Int { 48 }

  private(set) var takes: CapturedShot<Take> = []
  /// The first frame that shows only this shot, after the transition that opens it.
  private var cleanFrame = 0

  mutating func append(_ take: Take, at time: FrameTime) {
    guard takes.last.map({ $0.time.index < time.index }) ?? true else { return }
    takes.append((time, take))
    // With strobe lights, every frame is a candidate. Then the older picture whose removal leaves
    // the smallest gap is dropped. The first one and the latest stay.
    guard takes.count > Self.mostTakes else { return }
    let older = 1..<takes.count - Self.mostTakes / 4
    let closest = older.min { gap(around: $0) < gap(around: $1) }
    if let closest { takes.remove(at: closest) }
  }

  private func gap(around index: Int) -> Double { takes[index + 1].time.seconds - takes[index - 1].time.seconds }

  var lastIndex: Int? { takes.last?.time.index }

  /// Ends the shot at `boundary`. Pictures from there on belong to the next shot.
  ///
  /// - Returns: The pictures of the shot, without those inside a transition at either end if others
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

/// The places of `count` pictures in a scene: first, last and evenly between. A single one is in
/// the middle.
package func places(_ count: Int, in seconds: ClosedRange<Double>) -> [Double] {
  guard count > 1 else { return [(seconds.lowerBound + seconds.upperBound) / 2] }
  let length = seconds.upperBound - seconds.lowerBound
  return (0..<count).map { seconds.lowerBound + length * Double($0) / Double(count - 1) }
}

extension Array {
  /// For each of `places`, the element nearest in time. Elements must ascend. If two are equally
  /// near, the earlier one is taken.
  package func nearest(to places: [Double], _ seconds: (Element) -> Double) -> [Element] {
    guard !isEmpty else { return [] }
    return places.map { place in self.min { (seconds($0) - place).magnitude < (seconds($1) - place).magnitude }! }
  }
}

extension Array {
  /// Takes `count` pictures of one shot, evenly from its first to its last. The same picture may
  /// occur more than once.
  package func evenlySpread<Take>(_ count: Int) -> CapturedShot<Take> where Element == (time: FrameTime, take: Take) {
    guard let first = first?.time, let last = last?.time else { return [] }
    return nearest(to: places(count, in: first.seconds...last.seconds)) { $0.time.seconds }
  }
}
