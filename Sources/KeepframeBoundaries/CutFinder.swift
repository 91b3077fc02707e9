/// Finds hard cuts: a cheap test when a frame arrives, and a decision a few frames later.
///
/// Repeated frames are skipped when frames are counted. So animation on twos, or a rate padded with
/// repeats, is treated at its true rate.
struct CutFinder: Sendable {
  struct Cut: Sendable {
    let frame: Int
    let logit: Double
  }

  /// The number of frames to search for distinct frames on either side.
  let reach: Int
  /// The number of distinct frames compared before the cut, and from it on. A flash shorter than
  /// `framesAfter` is not taken for a cut.
  let framesBefore: Int
  let framesAfter: Int
  /// The number of distinct frames whose differences give the activity on one side.
  let activityFrames = 4

  private let thresholdLogit: Double
  private var waiting: [Int] = []
  private var head = 0

  /// - Parameter pace: 1 up to 45 frames a second, about 60 gives 2, and so on: at higher rates,
  ///   flashes last more frames.
  init(thresholdLogit: Double, pace: Int) {
    self.thresholdLogit = thresholdLogit
    reach = 8 * pace
    framesBefore = 3 + 2 * pace
    framesAfter = 3 + 2 * pace
  }

  /// The best score that a cut at the newest frame can still get, with the quietest possible
  /// future.
  ///
  /// The decision uses the least of several differences, this one among them, and the mean activity
  /// of both sides, of which one is known. So later values can only be lower: a frame that fails
  /// here can never be returned.
  static func bound(_ history: FrameHistory, activityBefore: Double) -> CutScore {
    let frame = history.count - 1
    return CutScore(
      content: history.contentStep(frame), structure: history.structureStep(frame), activity: activityBefore / 2)
  }

  /// Tests the newest frame of `history`, and remembers it if it is a candidate.
  mutating func admit(_ history: FrameHistory) -> (isCandidate: Bool, bound: Double) {
    let frame = history.count - 1
    guard frame > 0, history.contentStep(frame) >= CutScore.leastContent else { return (false, 0) }
    let bound = Self.bound(history, activityBefore: activity(history, beside: frame, direction: -1))
    guard bound.logit >= thresholdLogit else { return (false, bound.probability) }
    waiting.append(frame)
    return (true, bound.probability)
  }

  /// Scores the candidates whose future is now known, and returns those that reach the threshold.
  mutating func settle(_ history: FrameHistory, atEnd: Bool = false) -> [Cut] {
    var cuts: [Cut] = []
    while head < waiting.count, atEnd || waiting[head] + reach < history.count {
      let frame = waiting[head]
      head += 1
      let logit = score(history, frame).logit
      if logit >= thresholdLogit { cuts.append(Cut(frame: frame, logit: logit)) }
    }
    if head == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      head = 0
    }
    return cuts
  }

  private func score(_ history: FrameHistory, _ frame: Int) -> CutScore {
    var before = [frame - 1]
    var earlier = frame - 2
    while earlier >= 0, earlier > frame - 2 - reach, before.count < framesBefore, history.holds(earlier) {
      if history.contentStep(earlier + 1) > CutScore.duplicateLevel { before.append(earlier) }
      earlier -= 1
    }
    var after = [frame]
    var later = frame + 1
    while later < history.count, later <= frame + reach, after.count < framesAfter {
      if history.contentStep(later) > CutScore.duplicateLevel { after.append(later) }
      later += 1
    }
    var content = Double.infinity
    var structure = Double.infinity
    for old in before {
      for new in after {
        content = min(content, history.content(old, new))
        structure = min(structure, history.structure(old, new))
      }
    }
    let activity =
      (self.activity(history, beside: frame, direction: -1) + self.activity(history, beside: frame, direction: 1)) / 2
    return CutScore(content: content, structure: structure, activity: activity)
  }

  /// The mean difference of the nearest distinct frames on one side, without the largest: a single
  /// flash or another cut nearby should not count.
  private func activity(_ history: FrameHistory, beside frame: Int, direction: Int) -> Double {
    var sum = 0.0
    var largest = 0.0
    var count = 0
    for step in 1...reach {
      let near = frame + direction * step
      guard near > 0, history.holds(near) else { break }
      let difference = history.contentStep(near)
      guard difference > CutScore.duplicateLevel else { continue }
      sum += difference
      largest = max(largest, difference)
      count += 1
      if count == activityFrames { break }
    }
    return count >= 3 ? (sum - largest) / Double(count - 1) : sum / 2
  }
}
