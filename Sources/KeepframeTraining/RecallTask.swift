package import KeepframeFeatures
internal import KeepframeFootage
package import KeepframeNumerics

/// The recall task: given a degraded view of one of N vectors, say which vector followed it.
///
/// A memory consists of distinct frames of the footage, in random order. If N exceeds their number,
/// further vectors are made from them by one or two degradations of random strength, and noise of
/// the footage's own covariance. Cues degrade a vector of the memory further.
package struct RecallTask: Sendable {
  package let frames: ViewedFrames
  /// The distinct frames.
  package let distinct: [FrameReference]
  private let embeddings: Matrix
  private let mean: [Float]
  /// Noise of made vectors, relative to their length.
  package var noise: Float = 0.5

  /// A memory of projected vectors, of d dimensions.
  package struct Memory: Sendable {
    /// `[N, d]`
    package let vectors: Matrix
    /// How many of them are unaltered frames.
    package let realCount: Int
    /// `[cues, d]`
    package let cues: Matrix
    /// The row that each cue shows; never the last.
    package let rows: [Int]
    /// The source of the frame that each cue shows, or from which the vector that it shows was
    /// made.
    package let sources: [String]
  }

  /// - Parameter sameCosine: of two frames of a clip with a cosine above this, only one is
  ///   remembered.
  package init(_ frames: ViewedFrames, sameCosine: Float = 0.9) {
    self.frames = frames
    var distinct: [FrameReference] = []
    for clip in frames.clips.indices {
      var kept: [[Float]] = []
      for sample in frames.viewedSamples(ofClip: clip) {
        let vector = frames.embedding(FrameReference(clip: clip, sample: sample))
        guard kept.allSatisfy({ dot($0, vector) < sameCosine }) else { continue }
        kept.append(vector)
        distinct.append(FrameReference(clip: clip, sample: sample))
      }
    }
    self.distinct = distinct
    embeddings = frames.embeddings(distinct)
    var mean = [Float](repeating: 0, count: embeddings.columns)
    for row in 0..<embeddings.rows { add(embeddings[row: row], times: 1 / Float(embeddings.rows), to: &mean) }
    self.mean = mean
  }

  /// - Parameters:
  ///   - count: N, 2 or more.
  ///   - cueCount: at most `count - 1`.
  package func memory(_ count: Int, cues cueCount: Int, projection: Projection, seed: UInt64) -> Memory {
    var random = SeededGenerator(seed: seed, name: "memory \(count)")
    let real = Array(random.shuffled(distinct.indices).prefix(count))
    let order = random.shuffled(0..<count)  // made vectors are mixed with real ones
    let shown = random.shuffled(0..<count - 1).prefix(cueCount).sorted()
    var (vectors, cues, sources, chunk) = ([Float](), [[Float]](), [String](), [[Float]]())
    vectors.reserveCapacity(count * projection.outputDimension)
    var next = shown.startIndex
    for position in 0..<count {
      let isReal = order[position] < real.count
      let source = isReal ? real[order[position]] : random.uniform(in: 0..<distinct.count)
      let vector = isReal ? embeddings[row: source] : made(of: source, &random)
      chunk.append(vector)
      if next < shown.endIndex, shown[next] == position {
        next += 1
        var cue = vector
        let frame = distinct[source]
        for view in frames.drawViews(1...1, &random) {
          add(frames.change(frame.clip, frame.sample, view: view), times: 1, to: &cue)
        }
        cues.append(cue)
        sources.append(frames.clips[frame.clip].source)
      }
      if chunk.count == 1_000 || position == count - 1 {
        vectors += projection.apply(to: Matrix(stacking: chunk)).values
        chunk = []
      }
    }
    return Memory(
      vectors: Matrix(rows: count, columns: projection.outputDimension, values: vectors), realCount: real.count,
      cues: projection.apply(to: Matrix(stacking: cues)), rows: Array(shown), sources: sources)
  }

  private func made(of source: Int, _ random: inout SeededGenerator) -> [Float] {
    let frame = distinct[source]
    var vector = embeddings[row: source]
    for view in frames.drawViews(1...2, &random) {
      add(frames.change(frame.clip, frame.sample, view: view), times: random.uniform(in: Float(0.3)...1), to: &vector)
    }
    // A random mixture of frames has their covariance.
    var mixture = [Float](repeating: 0, count: vector.count)
    for _ in 0..<16 {
      let weight = random.gaussian()
      add(embeddings[row: random.uniform(in: 0..<distinct.count)], times: weight, to: &mixture)
      add(mean, times: -weight, to: &mixture)
    }
    add(normalized(mixture) ?? mixture, times: noise, to: &vector)
    return normalized(vector) ?? vector
  }
}
