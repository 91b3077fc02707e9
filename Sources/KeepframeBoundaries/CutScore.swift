internal import Glibc  // exp, log

/// How sure a cut is, from two numbers.
///
/// - `content`: the least motion-tolerant difference between a frame shortly before and a frame
///   from the cut on, in levels. The least, because after a flash the picture is back: some pair
///   agrees.
/// - `structure`: the least `1 - correlation` of such a pair. It ignores exposure, so a fade or a
///   lamp switched on scores nothing.
///
/// `content` counts relative to `activity`, what frames nearby differ by anyway: in violent motion
/// a cut must stand out more.
///
///     logit = 4.4 ln(min(content / (activity + 3), 6)) + 9 structure - 9.2
///
/// The 6 makes `structure` necessary: however bright, a light switched on is no cut.
///
/// The weights are a logistic regression's on 65 cuts and 1,170 near misses, rounded; leaving out
/// any film moves them little (docs/detectors.md).
struct CutScore: Sendable {
  static let jumpWeight = 4.4
  static let structureWeight = 9.0
  static let bias = -9.2
  /// Levels added to the activity: noise and compression alone reach that.
  static let activityFloor = 3.0
  /// A jump counts up to this many times the activity.
  static let mostJump = 6.0
  /// Frames that differ by less than this many levels show the same picture again (telecine,
  /// animation on twos, padded rates).
  static let duplicateLevel = 0.35
  /// Below this difference no cut is looked for.
  static let leastContent = 3.0

  let logit: Double

  init(content: Double, structure: Double, activity: Double) {
    let jump = min((content + 0.01) / (activity + Self.activityFloor), Self.mostJump)
    logit = Self.jumpWeight * log(jump) + Self.structureWeight * structure + Self.bias
  }

  /// 0...1
  var probability: Double { logistic(logit) }
}

func logistic(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
