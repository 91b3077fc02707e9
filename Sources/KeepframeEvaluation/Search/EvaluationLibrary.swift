internal import KeepframeFeatures
internal import KeepframeFootage
internal import KeepframeLibrary
internal import KeepframeNumerics
internal import KeepframeRetention
internal import KeepframeTraining
internal import SystemPackage

/// A clip and what the default gate keeps of it.
struct RetainedClip: Sendable {
  let clip: FootageClip
  /// Rows of the clip's embeddings, ascending.
  let kept: [Int]
  /// For each sample, which of ``kept`` stands for it.
  let standsFor: [Int]

  init(_ clip: FootageClip) {
    self.clip = clip
    let trial = GateTrial(embeddings: clip.embeddings, seconds: clip.seconds, quality: clip.quality)
    kept = trial.kept(by: GateKind.learned.makeGate(price: GateKind.learned.defaultPrice, lookAhead: 2))
    standsFor = (0..<clip.count).map { [kept] sample in
      kept.indices.max { (trial.table[sample, kept[$0]], $1) < (trial.table[sample, kept[$1]], $0) } ?? 0
    }
  }
}

/// `[d]`
func sum(ofRows matrix: Matrix) -> [Float] {
  (0..<matrix.rows).reduce(into: [Float](repeating: 0, count: matrix.columns)) { sum, row in
    for (column, value) in matrix[row: row].enumerated() { sum[column] += value }
  }
}

/// Clips and pictures as a library has them, in memory.
struct EvaluationLibrary: SearchedVideos {
  let videos: [LibraryVideo]
  /// The source of each.
  let sources: [String]
  private let blocks: [VideoBlock]
  /// `[videos, d]`: the mean of each one's moments, of unit length.
  let means: Matrix

  /// - Parameters:
  ///   - dense: the names of clips of which every sample is a moment.
  ///   - pictures: each is a video of one moment.
  init(_ clips: [RetainedClip], dense: Set<String>, pictures: RenderedSet?, projection: Projection) {
    var (videos, sources, blocks, means) = ([LibraryVideo](), [String](), [VideoBlock](), [[Float]]())
    func add(_ name: String, _ source: String, _ duration: Double, _ content: VideoBlock.Content) {
      guard content.moments.rows > 0 else { return }
      videos.append(
        LibraryVideo(
          id: Int64(videos.count + 1), path: FilePath(name), contentID: name, sizeBytes: 0, durationSeconds: duration, width: 0,
          height: 0, moments: content.moments.rows, contexts: 0, added: 0))
      sources.append(source)
      blocks.append(VideoBlock(content))
      means.append(sum(ofRows: content.moments))
    }
    for retained in clips {
      let (clip, samples) = (retained.clip, projection.apply(to: retained.clip.embeddings))
      let isDense = dense.contains(clip.name)
      let kept = isDense ? Array(0..<clip.count) : retained.kept
      var content = VideoBlock.Content(
        moments: Matrix(stacking: kept.map { samples[row: $0] }), momentSeconds: kept.map { clip.seconds[$0] })
      for (sample, row) in (isDense ? kept : retained.standsFor).enumerated() where content.runs.last?.row != row {
        content.runs.append(CoverRun(seconds: clip.seconds[sample], row: row))
      }
      content.samples = QuantizedRows(columns: samples.columns)
      content.samples?.append(samples)
      content.sampleSeconds = clip.seconds
      add(clip.name, clip.source, clip.durationSeconds, content)
    }
    if let pictures {
      let vectors = projection.apply(to: pictures.originals)
      for (row, item) in pictures.items.enumerated() {
        let content = VideoBlock.Content(
          moments: Matrix(rows: 1, columns: vectors.columns, values: vectors[row: row]), momentSeconds: [0],
          runs: [CoverRun(seconds: 0, row: 0)])
        add("picture \(item.name)", "picture \(item.source)", 1, content)
      }
    }
    var rows = Matrix(stacking: means)
    rows.normalizeRows()
    (self.videos, self.sources, self.blocks, self.means) = (videos, sources, blocks, rows)
  }

  var momentCount: Int { blocks.reduce(0) { $0 + $1.momentCount } }

  func block(_ index: Int) -> VideoBlock { blocks[index] }
}

/// The videos of a library that a query is asked of.
struct PartOfLibrary: SearchedVideos {
  let videos: [LibraryVideo]
  private let library: EvaluationLibrary
  private let indices: [Int]

  init(library: EvaluationLibrary, indices: [Int]) {
    (self.library, self.indices) = (library, indices)
    videos = indices.map { library.videos[$0] }
  }

  func block(_ index: Int) -> VideoBlock { library.block(indices[index]) }
}
