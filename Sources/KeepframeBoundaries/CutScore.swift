internal import Glibc  // exp, log

/// How sure a cut is, from two numbers.
///
/// - `content`: The least motion-tolerant difference between a frame shortly before the cut and a
///   frame from the cut on, in levels. The least is used because after a flash the old picture
///   returns, so some pair agrees.
/// - `structure`: The least `1 - correlation` of such a pair. It ignores exposure, so a fade, or a
///   lamp that is switched on, scores nothing.
///
/// `content` counts relative to `activity`, the usual difference of frames nearby: in violent
/// motion, a cut must stand out more.
///
///     logit = 4.4 ln(min(content / (activity + 3), 6)) + 9 structure - 9.2
///
/// The limit of 6 makes `structure` necessary: a light that is switched on is not a cut, however
/// bright it is.
///
/// The weights come from a logistic regression on 65 cuts and 1,170 near misses, rounded. Leaving
/// out any film changes them little (docs/detectors.md).
struct CutScore: Sendable {
  static let jumpWeight = 4.4
  static let structureWeight = 9.0
  static let bias = -9.2
  /// Levels added to the activity, since noise and compression alone cause as much.
  static let activityFloor = 3.0
  /// The most that `content` counts, as a multiple of the activity.
  static let mostJump = 6.0
  /// Frames that differ by less than this many levels repeat the same picture (telecine, animation
  /// on twos, padded rates).
  static let duplicateLevel = 0.35
  /// A difference below this is never a cut.
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
