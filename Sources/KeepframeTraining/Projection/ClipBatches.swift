internal import KeepframeFootage
internal import KeepframeNumerics

/// Batches of frames of clips, each with a degraded view of itself: what programmes teach a
/// projection. A batch has several frames of each clip, since frames of one clip are the hardest to
/// tell apart.
package struct ClipBatches: Sendable {
  package struct Settings: Hashable, Sendable {
    package var clips = 32
    package var framesPerClip = 6
    package var temperature: Float = 0.15
    package var degradations = 1...4
    /// Frames whose raw embeddings have a cosine above this count as the same picture.
    package var sameCosine: Float = 0.85

    package init() {}
  }

  private let frames: ViewedFrames
  private let settings: Settings
  /// Running sums of the probability of each clip: proportional to the square root of its length,
  /// and for a source to the square root of that.
  private let weights: [Double]

  init(_ frames: ViewedFrames, _ settings: Settings) {
    self.frames = frames
    self.settings = settings
    let roots = frames.clips.map { Double($0.count).squareRoot() }
    var totals: [String: Double] = [:]
    for (clip, root) in zip(frames.clips, roots) { totals[clip.source, default: 0] += root }
    let each = zip(frames.clips, roots).map { $1 / totals[$0.source]!.squareRoot() }
    let sum = each.reduce(0, +)
    var running = 0.0
    weights = each.map { weight in
      running += weight / sum
      return running
    }
  }

  func draw(_ random: inout SeededGenerator) -> FrameContrast {
    var references: [FrameReference] = []
    for _ in 0..<settings.clips {
      let draw = random.uniform(in: 0.0...1.0)
      let clip = weights.firstIndex { $0 >= draw } ?? weights.count - 1
      let stride = frames.clips[clip].viewStride
      let count = (frames.clips[clip].count + stride - 1) / stride
      for _ in 0..<settings.framesPerClip {
        references.append(
          FrameReference(
            clip: clip, sample: stride * random.uniform(in: 0..<count), views: frames.drawViews(settings.degradations, &random)))
      }
    }
    let originals = references.map { FrameReference(clip: $0.clip, sample: $0.sample) }
    return FrameContrast(altered: frames.embeddings(references), originals: frames.embeddings(originals))
  }

  /// The frames for checks: at most 400, each under three degradations; always the same.
  func check() -> FrameContrast {
    var random = SeededGenerator(seed: 1, name: "held out")
    let all = frames.clips.indices.flatMap { clip in
      frames.viewedSamples(ofClip: clip).map { FrameReference(clip: clip, sample: $0) }
    }
    let chosen = random.shuffled(all).prefix(400)
    let degraded = chosen.map { frame in
      FrameReference(clip: frame.clip, sample: frame.sample, views: frames.drawViews(3...3, &random))
    }
    return FrameContrast(altered: frames.embeddings(degraded), originals: frames.embeddings(chosen))
  }
}
