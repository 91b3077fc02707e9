internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// Embeds the videos of a folder, their degraded views and transitions between them. What the cache
/// has is taken from there.
///
/// The result depends on the videos, the backbone and the settings alone, not on the cache, the
/// threads or where the folder lies. A video that gives no frame is left out, and reported.
///
/// Memory and disk: about 70 KB for each second of footage with the default backbone and settings.
/// Memory also holds one picture for each thread.
///
/// - Parameters:
///   - samplesPerSecond: above 0. A video with fewer frames a second gives as many as it has.
///   - viewSamplesPerSecond: how many of these have views, at most `samplesPerSecond`; rounded so
///     that every n-th sample has views.
///   - views: `original` is always included and need not be named.
///   - cache: nil keeps nothing.
///   - minimumSources: fewer sources, after merging, are an error.
///   - threads: videos worked on at once; only time depends on it.
///   - report: called from several threads, but one call at a time.
/// - Throws: ``FootageError/tooFewSources(found:needed:)``, `FeatureError`, `TensorError` without
///   OpenBLAS, or `CancellationError`.
package func loadFootage(
  _ folder: FootageFolder, backbone: any Backbone, samplesPerSecond: Double = 4, viewSamplesPerSecond: Double = 2,
  views: [View] = View.usual, cache: EmbeddingCache? = .standard, minimumSources: Int = 2, threads: Int = 2,
  cancellation: Cancellation? = nil, report: @escaping @Sendable (FootageEvent) -> Void = { _ in }
) throws -> FootageSet {
  try prepareMatmul()
  precondition(threads > 0, "expected a thread, got \(threads)")
  precondition(
    samplesPerSecond > 0 && viewSamplesPerSecond > 0, "expected rates above 0, got \(samplesPerSecond), \(viewSamplesPerSecond)")
  let recipe = ClipRecipe(
    samplesPerSecond: samplesPerSecond, viewStride: max(1, Int((samplesPerSecond / viewSamplesPerSecond).rounded())),
    views: View.allCases.filter { $0 != .original && views.contains($0) }, backbone: backbone.description)
  let loading = FootageLoading(
    recipe: recipe, backbone: backbone,
    files: CachedFiles(cache: cache, cancellation: cancellation, sink: EventSink(videoCount: folder.videos.count, report)))

  let results = try inParallel(folder.videos.count, threads: threads) { try loading.load(folder.videos[$0]) }
  var (videos, skipped) = ([LoadedVideo](), [FootageSet.SkippedVideo]())
  for (video, result) in zip(folder.videos, results) {
    switch result {
    case .read(let loaded): videos.append(loaded)
    case .skipped(let why): skipped.append(FootageSet.SkippedVideo(name: video.name, why: why))
    }
  }

  let merging = SourceMerging(
    sources: videos.map(\.video.source), records: videos.map(\.record), samplesPerSecond: samplesPerSecond)
  for (first, second) in merging.merges {
    loading.files.sink.send(.merged(video: videos[first].video.name, with: videos[second].video.name))
  }
  let found = Set(merging.sources).count
  guard found >= minimumSources else { throw FootageError.tooFewSources(found: found, needed: minimumSources) }

  let maker = BridgeMaker(recipe: recipe, backbone: backbone, videos: videos, sources: merging.sources)
  let bridges = try inParallel(videos.count, threads: threads) { try loading.bridges(of: $0, maker) }
  let clips = videos.indices.map { index in
    FootageClip(videos[index], source: merging.sources[index], recipe: recipe, bridges: bridges[index])
  }
  return FootageSet(clips: clips, skipped: skipped)
}

/// The settings that all videos of one call share.
struct FootageLoading: Sendable {
  let recipe: ClipRecipe
  let backbone: any Backbone
  let files: CachedFiles

  /// One video, from the cache or anew.
  func load(_ video: FootageFolder.Video) throws -> CachedFiles.Outcome<LoadedVideo> {
    let outcome = try files.attempt(video.name) {
      let state = try FileState(ofVideo: video.path)
      let fingerprint = try Fingerprint(of: video.path)
      let key = recipe.key(fingerprint)
      let record = try files.cached(key, of: video.name) {
        try ClipRecord($0, recipe: recipe)
      } make: {
        var decoding = DecodingOptions()
        decoding.threadCount = 1
        let reader = ClipReader(recipe: recipe, backbone: backbone, decoding: decoding, cancellation: files.cancellation)
        let record = try reader.read(video.path, content: fingerprint.digest) { files.sink.advance { $0.embeddings += 1 } }
        try state.check(video.path)
        return record
      } tensors: {
        $0.tensors()
      }
      return (LoadedVideo(video: video, fingerprint: fingerprint, record: record.value), isCached: record.isCached)
    }
    files.sink.advance {
      $0.finishedVideos += 1
      if outcome.value?.isCached == true { $0.cachedVideos += 1 }
    }
    return outcome.map(\.0)
  }

  /// The transitions that start in one video, from the cache or anew.
  func bridges(of video: Int, _ maker: BridgeMaker) throws -> [Bridge] {
    try files.cancellation?.check()
    let plans = maker.plans(of: video)
    let rows = plans.reduce(0) { $0 + $1.kind.shares.count }
    typealias Made = (embeddings: Matrix, quality: [FrameQuality])
    let made = try files.cached(maker.key(of: video, plans), of: maker.videos[video].video.name) { file -> Made in
      (
        try file.matrix("embeddings", rows: rows, columns: recipe.backbone.dimension),
        try file.matrix("quality", rows: rows, columns: 4).qualities
      )
    } make: {
      try maker.make(plans) {
        files.sink.advance { $0.embeddings += 1 }
        try files.cancellation?.check()
      }
    } tensors: {
      [.init(name: "embeddings", $0.embeddings), .init(name: "quality", Matrix($0.quality))]
    }
    return maker.bridges(plans, embeddings: made.value.embeddings, quality: made.value.quality)
  }
}

extension FootageClip {
  fileprivate init(_ loaded: LoadedVideo, source: String, recipe: ClipRecipe, bridges: [Bridge]) {
    let record = loaded.record
    self.init(
      name: loaded.video.name, source: source, path: loaded.video.path, samplesPerSecond: recipe.samplesPerSecond,
      durationSeconds: Double(record.durationMicroseconds) / 1e6, seconds: record.microseconds.map { Double($0) / 1e6 },
      embeddings: record.embeddings, quality: record.quality, shots: record.shots, viewStride: recipe.viewStride,
      views: record.views, bridges: bridges)
  }
}
