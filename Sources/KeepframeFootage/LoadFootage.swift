internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// Embeds the videos of a folder, their degraded views and transitions between them; what the cache has is taken from there.
///
/// The result depends on the videos, the backbone and the settings alone, not on the cache, the threads or where the folder lies. A video
/// that gives no frame is left out, and reported.
///
/// Memory and disk: about 70 KB for each second of footage with the default backbone and settings; besides that one picture a thread.
///
/// - Parameters:
///   - samplesPerSecond: above 0. A video with fewer frames a second gives as many as it has.
///   - viewSamplesPerSecond: how many of these have views, at most `samplesPerSecond`; every whole number of samples, so as nearly as it goes.
///   - views: `original` is always there and need not be said.
///   - cache: nil keeps nothing.
///   - minimumSources: fewer are an error, after merging.
///   - threads: videos worked on at once; only time depends on it.
///   - report: called from several threads, but one call at a time.
/// - Throws: ``FootageError/tooFewSources(found:needed:)``, `FeatureError`, `TensorError` without OpenBLAS, or
///   `CancellationError`.
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
    recipe: recipe, backbone: backbone, cache: cache, cancellation: cancellation,
    sink: EventSink(videoCount: folder.videos.count, report))

  let results = try inParallel(folder.videos.count, threads: threads) { try loading.load(folder.videos[$0]) }
  var (videos, skipped) = ([LoadedVideo](), [FootageSet.SkippedVideo]())
  for result in results {
    switch result {
    case .loaded(let loaded): videos.append(loaded)
    case .skipped(let reason): skipped.append(reason)
    }
  }

  let merging = SourceMerging(
    sources: videos.map(\.video.source), records: videos.map(\.record), samplesPerSecond: samplesPerSecond)
  for (first, second) in merging.merges {
    loading.sink.send(.merged(video: videos[first].video.name, with: videos[second].video.name))
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

enum LoadingResult: Sendable {
  case loaded(LoadedVideo)
  case skipped(FootageSet.SkippedVideo)
}

/// What all videos of one call share.
struct FootageLoading: Sendable {
  let recipe: ClipRecipe
  let backbone: any Backbone
  let cache: EmbeddingCache?
  let cancellation: Cancellation?
  let sink: EventSink

  /// One video, from the cache or anew.
  func load(_ video: FootageFolder.Video) throws -> LoadingResult {
    try cancellation?.check()
    do {
      let state = try FileState(ofVideo: video.path)
      let fingerprint = try Fingerprint(of: video.path)
      let key = recipe.key(fingerprint)
      let record = try cached(key, video: video.name) {
        try ClipRecord($0, recipe: recipe)
      } make: {
        var decoding = DecodingOptions()
        decoding.threadCount = 1
        let reader = ClipReader(recipe: recipe, backbone: backbone, decoding: decoding, cancellation: cancellation)
        let record = try reader.read(video.path, content: fingerprint.digest) { sink.advance { $0.embeddings += 1 } }
        try state.check(video.path)
        return record
      } tensors: {
        $0.tensors()
      }
      sink.advance {
        $0.finishedVideos += 1
        if record.isCached { $0.cachedVideos += 1 }
      }
      return .loaded(LoadedVideo(video: video, fingerprint: fingerprint, record: record.value))
    } catch let error as DecodingError where error.kind != .outOfMemory {
      return .skipped(skip(video, "\(error)"))
    } catch let error as ArchiveError {
      return .skipped(skip(video, "\(error)"))
    }
  }

  private func skip(_ video: FootageFolder.Video, _ why: String) -> FootageSet.SkippedVideo {
    sink.send(.skipped(video: video.name, why: why))
    sink.advance { $0.finishedVideos += 1 }
    return FootageSet.SkippedVideo(name: video.name, why: why)
  }

  /// The transitions that start in one video, from the cache or anew.
  func bridges(of video: Int, _ maker: BridgeMaker) throws -> [Bridge] {
    try cancellation?.check()
    let plans = maker.plans(of: video)
    let rows = plans.reduce(0) { $0 + $1.kind.shares.count }
    typealias Made = (embeddings: Matrix, quality: [FrameQuality])
    let made = try cached(maker.key(of: video, plans), video: maker.videos[video].video.name) { file -> Made in
      (
        try file.matrix("embeddings", rows: rows, columns: recipe.backbone.dimension),
        try file.matrix("quality", rows: rows, columns: 4).qualities
      )
    } make: {
      try maker.make(plans) {
        sink.advance { $0.embeddings += 1 }
        try cancellation?.check()
      }
    } tensors: {
      [.init(name: "embeddings", $0.embeddings), .init(name: "quality", Matrix($0.quality))]
    }
    return maker.bridges(plans, embeddings: made.value.embeddings, quality: made.value.quality)
  }

  private func cached<Value: Sendable>(
    _ key: String, video: String, read: (SafetensorsFile) throws -> Value, make: () throws -> Value,
    tensors: (Value) -> [SafetensorsFile.Tensor]
  ) throws -> (value: Value, isCached: Bool) {
    switch cache?.read(key, read) {
    case .found(let value): return (value, true)
    case .damaged(let why): sink.send(.cacheDamaged(video: video, why: why))
    case .missing, nil: break
    }
    let value = try make()
    do throws(ArchiveError) { try cache?.write(key, tensors(value)) } catch { sink.send(.cacheNotWritten(video: video, error)) }
    return (value, false)
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
