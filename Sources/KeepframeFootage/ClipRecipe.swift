internal import KeepframeBundle
internal import KeepframeFeatures
internal import KeepframeNumerics

/// All that determines a ``ClipRecord`` besides the video.
struct ClipRecipe: Sendable {
  /// Raise it whenever the same settings make other numbers, so that old cache files are not used.
  static let version = 1

  let samplesPerSecond: Double
  let viewStride: Int
  /// In the order of ``View/allCases``, without `original`.
  let views: [View]
  let backbone: BackboneDescription

  /// Samples in one second, at least 1: the least length of a shot that a transition may touch.
  var samplesOfOneSecond: Int { max(1, Int(samplesPerSecond.rounded())) }

  /// The key of a video's cache file.
  func key(_ fingerprint: Fingerprint) -> String {
    """
    recipe \(Self.version)
    video \(fingerprint.sizeBytes) \(fingerprint.digest)
    backbone \(backbone.modelDigest ?? backbone.name) \(backbone.precision) \(backbone.dimension)
    samples \(samplesPerSecond) a second, views at every \(viewStride)
    views \(views.map(\.rawValue).joined(separator: " "))
    """
  }

  /// Which two samples of a stretch of four seconds are kept as pictures. It is known only later
  /// where the shots are, and so which of the two can be used.
  func stills(ofWindow window: Int, clip: String) -> Set<Int> {
    let length = 4 * samplesOfOneSecond
    var random = SeededGenerator(seed: UInt64(window), name: "\(clip) stills")
    return Set((0..<2).map { _ in window * length + random.uniform(in: 0..<length) })
  }

  func window(of sample: Int) -> Int { sample / (4 * samplesOfOneSecond) }
}
