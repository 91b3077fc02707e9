package import KeepframeFootage
package import KeepframeNumerics

/// A frame of the footage, and the degradations that are applied to it at once.
package struct FrameReference: Hashable, Sendable {
  package var clip: Int
  /// Sample of the clip.
  package var sample: Int
  /// Indices into ``ViewedFrames/views``; empty for the frame as it is.
  package var views: [Int] = []

  package init(clip: Int, sample: Int, views: [Int] = []) {
    self.clip = clip
    self.sample = sample
    self.views = views
  }
}

/// Frames of clips as they are and degraded in one or several ways at once.
///
/// Footage holds each frame under one degradation at a time, but copies have suffered several.
/// Several are composed in embedding space: the original plus the change by each degradation,
/// scaled to unit length. Two changes together are less than their sum, so the sum is weakened. The
/// factor was measured on pictures that were degraded in several ways: see
/// ``strength(ofDegradations:)``.
package struct ViewedFrames: Sendable {
  package let clips: [FootageClip]
  /// The degradations that all clips have.
  package let views: [View]

  package init(_ clips: [FootageClip]) {
    self.clips = clips
    views = View.allCases.filter { view in view != .original && !clips.isEmpty && clips.allSatisfy { $0.views[view] != nil } }
  }

  /// D
  package var dimension: Int { clips.first?.embeddings.columns ?? 0 }

  /// Samples of a clip that have views.
  package func viewedSamples(ofClip clip: Int) -> StrideTo<Int> {
    stride(from: 0, to: clips[clip].count, by: clips[clip].viewStride)
  }

  /// Whether there are degraded views of a frame.
  func hasViews(_ frame: FrameReference) -> Bool { frame.sample.isMultiple(of: clips[frame.clip].viewStride) }

  /// `[D]`, of unit length.
  package func embedding(_ frame: FrameReference) -> [Float] {
    let clip = clips[frame.clip]
    let original = clip.embeddings[row: frame.sample]
    guard !frame.views.isEmpty else { return original }
    var sum = original
    let strength = Self.strength(ofDegradations: frame.views.count)
    for view in frame.views { add(change(frame.clip, frame.sample, view: view), times: strength, to: &sum) }
    return normalized(sum) ?? original
  }

  /// The factor of the changes by several degradations before they are added up.
  ///
  /// It is fitted so that composed embeddings are as far from the original as those of frames that
  /// went through the degradations one after the other (EfficientNet-Lite0, four clips, five
  /// combinations). The cosine to the original is 0.70 for two degradations, 0.60 for three and
  /// 0.51 for four. The cosine of the composed to the real embedding is 0.88, 0.78 and 0.70.
  package static func strength(ofDegradations count: Int) -> Float {
    [1, 1, 0.8, 0.67, 0.57][min(max(count, 0), 4)]
  }

  /// `[frames.count, D]`
  package func embeddings(_ frames: some Collection<FrameReference>) -> Matrix {
    var values: [Float] = []
    values.reserveCapacity(frames.count * dimension)
    for frame in frames { values += embedding(frame) }
    return Matrix(rows: frames.count, columns: dimension, values: values)
  }

  /// The change of a frame's embedding by a degradation; zeros for a sample without views.
  package func change(_ clip: Int, _ sample: Int, view: Int) -> [Float] {
    let original = clips[clip].embeddings[row: sample]
    guard let degraded = clips[clip].embedding(of: sample, view: views[view]) else {
      return [Float](repeating: 0, count: original.count)
    }
    return zip(degraded, original).map { $0 - $1 }
  }

  /// Draws some of the degradations: a number from `counts`.
  func drawViews(_ counts: ClosedRange<Int>, _ random: inout SeededGenerator) -> [Int] {
    let count = random.uniform(in: counts.lowerBound..<counts.upperBound + 1)
    return random.shuffled(views.indices).prefix(count).sorted()
  }
}

func add(_ vector: [Float], times factor: Float, to sum: inout [Float]) {
  for index in sum.indices { sum[index] += factor * vector[index] }
}
