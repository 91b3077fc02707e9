package import KeepframeDecoding
package import KeepframeNumerics
internal import KeepframeSystem
package import SystemPackage

/// One sampled frame of one clip.
package struct SampleReference: Hashable, Sendable {
  /// ``FootageClip/name``
  package let clip: String
  /// Row of ``FootageClip/embeddings``.
  package let sample: Int

  package init(clip: String, sample: Int) {
    self.clip = clip
    self.sample = sample
  }
}

/// A video in the form that training uses: its sampled frames as embeddings, the same frames
/// degraded, and transitions made from them.
///
/// T samples, D the backbone's dimension, V samples that have views.
package struct FootageClip: Hashable, Sendable {
  /// The path below the folder; unique in a set.
  package let name: String
  /// What the clip comes from, after sources that share footage were merged.
  package let source: String
  package let path: FilePath
  /// As requested; a video with fewer frames a second has fewer samples.
  package let samplesPerSecond: Double
  /// Where the last decoded frame ends, in seconds since the first.
  package let durationSeconds: Double
  /// `[T]`, since the first frame, ascending; to the microsecond.
  package let seconds: [Double]
  /// `[T, D]`, rows of unit length.
  package let embeddings: Matrix
  /// `[T]`
  package let quality: [FrameQuality]
  /// The samples of each shot, ascending, none empty. A sample in none of them is blank or in the
  /// middle of a transition.
  package let shots: [Range<Int>]
  /// Samples from one with views to the next: 0, `viewStride`, 2 * `viewStride` ... have views.
  package let viewStride: Int
  /// `[V, D]` each, rows of unit length, row *v* of the sample `v * viewStride`; without
  /// ``View/original``.
  package let views: [View: Matrix]
  /// Transitions that start in this clip.
  package internal(set) var bridges: [Bridge]

  package init(
    name: String, source: String, path: FilePath, samplesPerSecond: Double, durationSeconds: Double, seconds: [Double],
    embeddings: Matrix, quality: [FrameQuality], shots: [Range<Int>], viewStride: Int, views: [View: Matrix], bridges: [Bridge]
  ) {
    let count = seconds.count
    precondition(embeddings.rows == count && quality.count == count, "\(name): expected \(count) rows, got \(embeddings)")
    precondition(viewStride > 0, "\(name): expected a positive stride, got \(viewStride)")
    let viewed = (count + viewStride - 1) / viewStride
    precondition(views.values.allSatisfy { $0.rows == viewed }, "\(name): expected views of \(viewed) rows, got \(views)")
    self.name = name
    self.source = source
    self.path = path
    self.samplesPerSecond = samplesPerSecond
    self.durationSeconds = durationSeconds
    self.seconds = seconds
    self.embeddings = embeddings
    self.quality = quality
    self.shots = shots
    self.viewStride = viewStride
    self.views = views
    self.bridges = bridges
  }

  /// T
  package var count: Int { seconds.count }

  /// The shot that a sample lies in; nil if it is blank or in the middle of a transition.
  ///
  /// - Complexity: O(log `shots.count`)
  package func shot(of sample: Int) -> Int? {
    let index = shots.partitioningIndex { $0.upperBound > sample }
    return index < shots.count && shots[index].contains(sample) ? index : nil
  }

  /// The embedding of a sample as `view` shows it; nil if the sample has no such view.
  package func embedding(of sample: Int, view: View) -> [Float]? {
    if view == .original { return embeddings[row: sample] }
    guard sample % viewStride == 0, let rows = views[view] else { return nil }
    return rows[row: sample / viewStride]
  }
}
