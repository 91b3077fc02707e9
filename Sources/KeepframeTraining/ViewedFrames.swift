package import KeepframeFootage
package import KeepframeNumerics

/// A frame of the footage, and the ways it is degraded at once.
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
/// Footage holds each frame under one degradation at a time. Copies have suffered several; those
/// are composed in embedding space: the original plus what each degradation changed, scaled to unit
/// length. Two changes are less than the sum of both, so the sum is weakened to what pictures
/// degraded in several ways at once showed: see ``strength(ofDegradations:)``.
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

  /// Whether a frame has been degraded as well.
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

  /// By what the changes of several degradations are multiplied before they are added up.
  ///
  /// Fitted so that composed embeddings are as far from the original as those of frames that went
  /// through the degradations one after the other (EfficientNet-Lite0, four clips, five
  /// combinations): cosine to the original 0.70 for two, 0.60 for three, 0.51 for four. The
  /// composed and the real one agree to 0.88, 0.78 and 0.70.
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

  /// What a degradation does to the embedding of a frame; zeros for a sample without views.
  package func change(_ clip: Int, _ sample: Int, view: Int) -> [Float] {
    let original = clips[clip].embeddings[row: sample]
    guard let degraded = clips[clip].embedding(of: sample, view: views[view]) else {
      return [Float](repeating: 0, count: original.count)
    }
    return zip(degraded, original).map { $0 - $1 }
  }

  /// Some of the degradations, `counts` of them at once.
  func drawViews(_ counts: ClosedRange<Int>, _ random: inout SeededGenerator) -> [Int] {
    let count = random.uniform(in: counts.lowerBound..<counts.upperBound + 1)
    return random.shuffled(views.indices).prefix(count).sorted()
  }
}

func add(_ vector: [Float], times factor: Float, to sum: inout [Float]) {
  for index in sum.indices { sum[index] += factor * vector[index] }
}
