internal import KeepframeBoundaries
internal import KeepframeBundle
internal import KeepframeSystem

/// Everything that a report is made from, in memory.
struct ReportDocument: Sendable {
  /// The most pictures in a page: more than anybody looks at. With more, a page is too heavy to
  /// open.
  static let pictureLimit = 1500

  var manifest: Manifest
  /// Row *k* is at index *k*.
  var retained: [RetainedRecord]
  var ledger: [LedgerRecord]
  var contexts: [ContextRecord]
  var scenes: SceneList
  /// JPEGs by retained row; a frame without one is shown as an empty box.
  var thumbnails: [Int: [UInt8]] = [:]

  /// The rows that the storyboard shows, ascending: all, or the ``pictureLimit`` that stand for the
  /// most samples.
  var picturedRows: [Int] {
    guard retained.count > Self.pictureLimit else { return Array(retained.indices) }
    let byWeight = retained.indices.sorted { a, b in
      let (left, right) = (retained[a].covers.samples, retained[b].covers.samples)
      return left != right ? left > right : a < b
    }
    return byWeight.prefix(Self.pictureLimit).sorted()
  }

  /// Length of the time axis, in seconds.
  var seconds: Double {
    let ends: [Double] = [manifest.video.durationSeconds, ledger.last?.t ?? 0, scenes.scenes.last?.seconds.upperBound ?? 0]
    return max(0.001, ends.filter(\.isFinite).max() ?? 0)
  }

  /// The 0-based number of the scene that `frame` lies in; nil between scenes.
  ///
  /// - Complexity: O(log n)
  func scene(ofFrame frame: Int) -> Int? {
    let next = scenes.scenes.partitioningIndex { $0.frames.lowerBound > frame }
    return next > 0 && frame < scenes.scenes[next - 1].frames.upperBound ? next - 1 : nil
  }

  /// How a scene begins, in words.
  func opening(ofScene number: Int) -> String {
    let start = scenes.scenes[number].frames.lowerBound
    let transition = scenes.transitions.first { $0.frames.lowerBound < start && start <= $0.frames.upperBound }
    if let transition { return Wording.transition(transition.kind.rawValue) }
    return number == 0 ? "start of the video" : "cut"
  }

  /// When a frame is shown, interpolated between the nearest samples and scene borders, whose times
  /// are known.
  func seconds(ofFrame frame: Int) -> Double {
    var before = (frame: 0, t: 0.0)
    var after = (frame: manifest.counts.videoFrames, t: seconds)
    if let number = scene(ofFrame: frame) {
      let scene = scenes.scenes[number]
      (before, after) = ((scene.frames.lowerBound, scene.seconds.lowerBound), (scene.frames.upperBound, scene.seconds.upperBound))
    }
    let next = ledger.partitioningIndex { $0.frame > frame }
    if next > 0, ledger[next - 1].frame > before.frame { before = (ledger[next - 1].frame, ledger[next - 1].t) }
    if next < ledger.count, ledger[next].frame < after.frame { after = (ledger[next].frame, ledger[next].t) }
    guard after.frame > before.frame else { return before.t }
    let share = Double(frame - before.frame) / Double(after.frame - before.frame)
    return before.t + (after.t - before.t) * share
  }
}
