internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem

/// Embeds frames of the videos of a folder, and renderings of them. What the cache has is taken
/// from there.
///
/// Blank frames are left out. The result depends on the files, the backbone and the settings alone,
/// not on the cache, the threads or where the folder lies. A file that gives no picture is left
/// out, and reported.
///
/// Memory: what is returned, and about 30 KB for each frame whose renderings are not in the cache.
///
/// - Parameters:
///   - samplesPerSecond: above 0.
///   - views: number of renderings of each frame.
///   - cache: nil keeps nothing.
///   - threads: files worked on at once; only time depends on it.
///   - report: called from several threads, but one call at a time.
/// - Throws: `FeatureError`, or `CancellationError`.
package func loadRendered(
  _ folder: FootageFolder, backbone: any Backbone, samplesPerSecond: Double = 1, views: Int = RenderedSet.usualViews,
  cache: EmbeddingCache? = .standard, threads: Int = 2, cancellation: Cancellation? = nil,
  report: @escaping @Sendable (FootageEvent) -> Void = { _ in }
) throws -> RenderedSet {
  let recipe = RenderedRecipe(samplesPerSecond: samplesPerSecond, viewCount: views, backbone: backbone.description)
  let loading = RenderedLoading(
    videos: folder.videos, recipe: recipe, backbone: backbone,
    files: CachedFiles(cache: cache, cancellation: cancellation, sink: EventSink(videoCount: folder.videos.count, report))
  ) { file, embedded in
    let state = try FileState(ofVideo: file.path)
    let record = try StillRecord(
      video: file.path, samplesPerSecond: samplesPerSecond, backbone: backbone, cancellation: cancellation, embedded: embedded)
    try state.check(file.path)
    return record
  }
  return try loading.load(threads: threads)
}

/// The same for the pictures of a folder, each of which is an item.
package func loadRendered(
  _ folder: PictureFolder, backbone: any Backbone, views: Int = RenderedSet.usualViews, cache: EmbeddingCache? = .standard,
  threads: Int = 2, cancellation: Cancellation? = nil, report: @escaping @Sendable (FootageEvent) -> Void = { _ in }
) throws -> RenderedSet {
  let recipe = RenderedRecipe(samplesPerSecond: 0, viewCount: views, backbone: backbone.description)
  let loading = RenderedLoading(
    videos: folder.pictures, recipe: recipe, backbone: backbone,
    files: CachedFiles(cache: cache, cancellation: cancellation, sink: EventSink(videoCount: folder.pictures.count, report))
  ) { file, embedded in try StillRecord(picture: file.path, backbone: backbone, embedded: embedded) }
  return try loading.load(threads: threads)
}

extension RenderedSet {
  /// Number of renderings of each frame by default.
  package static let usualViews = 8
}

/// The settings that all files of one call share.
private struct RenderedLoading: Sendable {
  /// Number of other files whose pictures lie behind the insets of one file.
  static let others = 3

  let videos: [FootageFolder.Video]
  let recipe: RenderedRecipe
  let backbone: any Backbone
  let files: CachedFiles
  let stills: @Sendable (FootageFolder.Video, _ embedded: () -> Void) throws -> StillRecord

  private struct Candidate: Sendable {
    let file: FootageFolder.Video
    let fingerprint: Fingerprint
    var key = ""
    /// Indices of the files whose pictures may lie behind its insets.
    var others: [Int] = []
  }

  func load(threads: Int) throws -> RenderedSet {
    var candidates = try inParallel(videos.count, threads: threads) { index in
      let video = videos[index]
      return try files.attempt(video.name) { Candidate(file: video, fingerprint: try Fingerprint(of: video.path)) }.value
    }.compactMap(\.self)
    choosePartners(&candidates)
    let all = candidates
    let cached = try inParallel(all.count, threads: threads) { index -> RenderedRecord? in
      try files.cancellation?.check()
      let candidate = all[index]
      let record = files.stored(candidate.key, of: candidate.file.name) { try RenderedRecord($0, recipe: recipe) }
      if record != nil {
        files.sink.advance {
          $0.finishedVideos += 1
          $0.cachedVideos += 1
        }
      }
      return record
    }
    let missing = cached.indices.filter { cached[$0] == nil }
    let needed = Set(missing + missing.flatMap { all[$0].others })
    let pictures = try inParallel(all.count, threads: threads) { index -> StillRecord? in
      guard needed.contains(index) else { return nil }
      let file = all[index].file
      return try files.attempt(file.name) { try stills(file) { files.sink.advance { $0.embeddings += 1 } } }.value
    }
    let records = try inParallel(all.count, threads: threads) { index -> RenderedRecord? in
      if let record = cached[index] { return record }
      guard let mine = pictures[index] else { return nil }
      let record = try render(all[index], mine, on: all[index].others.compactMap { pictures[$0] })
      files.store(record.tensors(), as: all[index].key, of: all[index].file.name)
      files.sink.advance { $0.finishedVideos += 1 }
      return record
    }
    return joined(zip(all, records).compactMap { candidate, record in record.map { (candidate, $0) } })
  }

  /// Chooses for each file the next files of other sources, in the order of their digests. An added
  /// file then changes the choice for a few others, not for all.
  private func choosePartners(_ candidates: inout [Candidate]) {
    let order = candidates.indices.sorted { candidates[$0].fingerprint.digest < candidates[$1].fingerprint.digest }
    for (place, index) in order.enumerated() {
      let following = order[(place + 1)...] + order[..<place]
      candidates[index].others = Array(
        following.lazy.filter { [candidates] in candidates[$0].file.source != candidates[index].file.source }.prefix(Self.others))
    }
    for index in candidates.indices {
      candidates[index].key = recipe.key(
        candidates[index].fingerprint, others: candidates[index].others.map { candidates[$0].fingerprint.digest })
    }
  }

  private func render(_ candidate: Candidate, _ mine: StillRecord, on others: [StillRecord]) throws -> RenderedRecord {
    let backgrounds = others.flatMap(\.jpegs)
    let size = recipe.backbone
    let dimension = size.dimension
    let count = mine.jpegs.count
    var views = Matrix(rows: recipe.viewCount * count, columns: dimension)
    for (frame, jpeg) in mine.jpegs.enumerated() {
      try files.cancellation?.check()
      let picture = try Picture(jpeg: jpeg)
      let name = "\(candidate.fingerprint.digest) \(mine.microseconds[frame])"
      for (view, rendering) in recipe.renderings(of: candidate.fingerprint.digest, at: mine.microseconds[frame]).enumerated() {
        var random = SeededGenerator(seed: UInt64(view), name: "\(name) behind")
        let behind =
          rendering.alterations.contains(.inset) ? try random.element(of: backgrounds).map { try Picture(jpeg: $0) } : nil
        let altered = try rendering.apply(to: picture, on: behind)
        let row = try backbone.embed(altered.stretched(toWidth: size.inputWidth, height: size.inputHeight)).values
        views.values.replaceSubrange(views.range(ofRow: view * count + frame), with: row)
        files.sink.advance { $0.embeddings += 1 }
      }
    }
    return RenderedRecord(
      microseconds: mine.microseconds, embeddings: Matrix(rows: count, columns: dimension, values: mine.embeddings), views: views)
  }

  private func joined(_ records: [(candidate: Candidate, record: RenderedRecord)]) -> RenderedSet {
    let items = records.flatMap { candidate, record in
      record.microseconds.map { time in
        RenderedSet.Item(
          name: candidate.file.name, source: candidate.file.source, seconds: Double(time) / 1e6,
          alterations: recipe.renderings(of: candidate.fingerprint.digest, at: time).map(\.alterations))
      }
    }
    let dimension = recipe.backbone.dimension
    func stacked(_ part: (RenderedRecord) -> ArraySlice<Float>) -> Matrix {
      var values: [Float] = []
      values.reserveCapacity(items.count * dimension)
      for (_, record) in records { values += part(record) }
      return Matrix(rows: items.count, columns: dimension, values: values)
    }
    return RenderedSet(
      items: items, originals: stacked { $0.embeddings.values[...] },
      views: (0..<recipe.viewCount).map { view in
        stacked { record in
          let size = record.microseconds.count * dimension
          return record.views.values[view * size..<(view + 1) * size]
        }
      })
  }
}
