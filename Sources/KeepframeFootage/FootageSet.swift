internal import KeepframeNumerics

/// The clips of a folder, ready to learn from.
package struct FootageSet: Hashable, Sendable {
  /// In the order of ``FootageFolder/videos``.
  package let clips: [FootageClip]
  /// Videos that gave no frame.
  package let skipped: [SkippedVideo]

  package struct SkippedVideo: Hashable, Sendable {
    package let name: String
    package let why: String
  }

  package init(clips: [FootageClip], skipped: [SkippedVideo] = []) {
    self.clips = clips
    self.skipped = skipped
  }

  /// The sources of the clips, sorted.
  package var sources: [String] { Set(clips.map(\.source)).sorted() }

  /// One of several splits of the clips, by source: each source is held out in exactly one fold.
  /// See ``sourcesOfFold(_:of:sizes:)``.
  ///
  /// - Parameters:
  ///   - index: 0..<`count`.
  ///   - count: at least 2.
  /// - Throws: ``FootageError/tooFewSources(found:needed:)`` if there are fewer sources than folds.
  package func fold(
    _ index: Int, of count: Int
  ) throws(FootageError) -> (training: [FootageClip], heldOut: [FootageClip]) {
    let durations = clips.reduce(into: [String: Double]()) { $0[$1.source, default: 0] += $1.durationSeconds }
    let held = try sourcesOfFold(index, of: count, sizes: durations)
    return (clips.filter { !held.contains($0.source) }, clips.filter { held.contains($0.source) })
  }
}

/// The sources that one of several folds holds out.
///
/// Sources are dealt out from the largest to the smallest, each to the fold that is smallest so
/// far, so folds are about equally large. Among equal sources a hash of the name decides. Nothing
/// is random.
///
/// - Parameter sizes: the size of each source, for example in seconds.
/// - Throws: ``FootageError/tooFewSources(found:needed:)`` if there are fewer sources than folds.
package func sourcesOfFold(_ index: Int, of count: Int, sizes: [String: Double]) throws(FootageError) -> Set<String> {
  precondition(
    count >= 2 && (0..<count) ~= index, "expected a fold below the number of folds, at least 2; got \(index) of \(count)")
  guard sizes.count >= count else { throw .tooFewSources(found: sizes.count, needed: count) }
  let order = sizes.sorted { ($1.value, stableHash($0.key), $0.key) < ($0.value, stableHash($1.key), $1.key) }
  var totals = [Double](repeating: 0, count: count)
  var held: Set<String> = []
  for (source, size) in order {
    // The smallest positive number for a source without length: an empty fold still comes first.
    let fold = totals.indices.min { totals[$0] < totals[$1] }!
    totals[fold] += max(size, .leastNormalMagnitude)
    if fold == index { held.insert(source) }
  }
  return held
}
