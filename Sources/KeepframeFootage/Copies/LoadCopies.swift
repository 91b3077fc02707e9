internal import KeepframeBundle
internal import KeepframeDecoding
package import KeepframeFeatures
internal import KeepframeNumerics
package import KeepframeSystem
internal import SystemPackage

/// Makes excerpts of clips as copies may show them, and embeds them. What the cache has is taken
/// from there.
///
/// The result depends on the clips, the backbone and the count alone.
///
/// - Parameters:
///   - set: clips that ``loadFootage`` embedded with this backbone.
///   - count: excerpts of each kind of each clip of 5 seconds or more.
///   - threads: clips worked on at once; only time depends on it.
/// - Throws: ``DecodingError`` if a clip cannot be read any more, ``FeatureError``, or
///   `CancellationError`.
package func loadCopies(
  of set: FootageSet, count: Int = 2, backbone: any Backbone, cache: EmbeddingCache? = .standard, threads: Int = 2,
  cancellation: Cancellation? = nil, report: @escaping @Sendable (FootageEvent) -> Void = { _ in }
) throws -> CopiedSet {
  let clips = set.clips
  let plans = clips.indices.flatMap { clip in
    CopiedExcerpt.Kind.allCases.flatMap { kind in
      (0..<count).compactMap { ExcerptPlan(kind, of: clip, in: clips, number: $0) }
    }
  }
  let files = CachedFiles(cache: cache, cancellation: cancellation, sink: EventSink(videoCount: clips.count, report))
  let loading = CopyLoading(clips: clips, plans: plans, backbone: backbone, files: files)
  let records = try inParallel(clips.count, threads: threads) { try loading.record(of: $0) }
  let hashes = zip(clips, records).map { clip, record in (clip.name, record.sampleHashes) }
  return CopiedSet(excerpts: loading.excerpts(records), hashes: Dictionary(uniqueKeysWithValues: hashes))
}

/// A sample of an excerpt that shows a frame of a clip.
private struct Wanted {
  let plan: Int
  /// Since the excerpt began.
  let seconds: Double
  /// Since the clip's first frame.
  let time: Double
}

private struct CopyLoading: Sendable {
  /// Raise it whenever the same settings make other numbers, so that old cache files are not used.
  private static let version = 2

  let clips: [FootageClip]
  let plans: [ExcerptPlan]
  let backbone: any Backbone
  let files: CachedFiles

  /// What excerpts show of a clip, in the order of time.
  private func wanted(of clip: Int) -> [Wanted] {
    plans.enumerated().flatMap { index, plan in
      plan.parts.filter { $0.clip == clip }.flatMap { part in
        ExcerptPlan.times(of: part).enumerated().map {
          Wanted(plan: index, seconds: part.start + Double($0) * ExcerptPlan.step, time: $1)
        }
      }
    }.sorted { ($0.time, $0.plan, $0.seconds) < ($1.time, $1.plan, $1.seconds) }
  }

  func record(of index: Int) throws -> CopyRecord {
    let (clip, wanted) = (clips[index], wanted(of: index))
    let fingerprint = try Fingerprint(of: clip.path)
    let shown = wanted.map { "\(clips[plans[$0.plan].clip].name) \(plans[$0.plan].kind.rawValue) \($0.plan) \($0.time)" }
    let made = backbone.description
    let key = """
      copies \(Self.version)
      video \(fingerprint.sizeBytes) \(fingerprint.digest)
      backbone \(made.modelDigest ?? made.name) \(made.precision) \(made.dimension)
      shown \(Digest.hex(of: Array(shown.joined(separator: "\n").utf8)))
      """
    let record = try files.cached(key, of: clip.name) {
      try CopyRecord($0, count: wanted.count, samples: clip.count, dimension: made.dimension)
    } make: {
      try make(clip, wanted)
    } tensors: {
      $0.tensors()
    }
    files.sink.advance {
      $0.finishedVideos += 1
      if record.isCached { $0.cachedVideos += 1 }
    }
    return record.value
  }

  private func make(_ clip: FootageClip, _ wanted: [Wanted]) throws -> CopyRecord {
    var options = DecodingOptions()
    options.threadCount = 1
    var reader = try VideoReader(clip.path, options: options, cancellation: files.cancellation)
    let (made, side) = (backbone.description, Rendering.side)
    var (square, thumbnail) = (Picture(width: side, height: side), Thumbnail())
    let behind = try wanted.contains { plans[$0.plan].rendering.alterations.contains(.inset) } ? background(for: clip) : nil
    var record = CopyRecord()
    var rows: [Float] = []
    var (next, sample) = (0, 0)
    while try reader.advance() {
      let seconds = reader.frame.seconds
      // To the microsecond, as the clip has its times.
      let isSample = sample < clip.count && seconds >= clip.seconds[sample] - 1e-6
      guard isSample || next < wanted.count && wanted[next].time <= seconds else { continue }
      try reader.readPicture(into: &square)
      if isSample {
        record.sampleHashes.append(PictureHashes(square))
        sample += 1
      }
      guard next < wanted.count, wanted[next].time <= seconds else { continue }
      try reader.readThumbnail(into: &thumbnail)
      let isBlank = FrameQuality(thumbnail, previous: nil).isBlank
      while next < wanted.count, wanted[next].time <= seconds {
        let altered = try plans[wanted[next].plan].rendering.apply(to: square, on: behind)
        rows += try backbone.embed(altered.stretched(toWidth: made.inputWidth, height: made.inputHeight)).values
        record.hashes.append(PictureHashes(altered))
        record.isBlank.append(isBlank ? 1 : 0)
        files.sink.advance { $0.embeddings += 1 }
        next += 1
      }
    }
    // What lies behind the last frame is left out like a blank one.
    let missing = wanted.count - next
    record.isBlank += [Int64](repeating: 1, count: missing)
    record.hashes += [PictureHashes](repeating: .empty, count: missing)
    record.sampleHashes += [PictureHashes](repeating: .empty, count: clip.count - sample)
    record.embeddings = Matrix(
      rows: wanted.count, columns: made.dimension, values: rows + [Float](repeating: 0, count: missing * made.dimension))
    return record
  }

  /// The clip whose first picture lies behind insets of another.
  private func clipBehind(_ clip: FootageClip) -> FootageClip? {
    let place = clips.firstIndex { $0.name == clip.name } ?? 0
    return (clips[place...] + clips[..<place]).first { $0.source != clip.source }
  }

  /// The first frame that is not blank of the next clip of another source.
  private func background(for clip: FootageClip) throws -> Picture? {
    guard let other = clipBehind(clip) else { return nil }
    var reader = try VideoReader(other.path, cancellation: files.cancellation)
    var (picture, thumbnail) = (Picture(width: Rendering.side, height: Rendering.side), Thumbnail())
    while try reader.advance() {
      try reader.readThumbnail(into: &thumbnail)
      guard !FrameQuality(thumbnail, previous: nil).isBlank else { continue }
      try reader.readPicture(into: &picture)
      return picture
    }
    return nil
  }

  /// Puts the samples of all clips together. Excerpts of blank frames alone are left out.
  func excerpts(_ records: [CopyRecord]) -> [CopiedExcerpt] {
    typealias Row = (seconds: Double, embedding: [Float], hashes: PictureHashes)
    var rows = [[Row]](repeating: [], count: plans.count)
    for (clip, record) in records.enumerated() {
      for (index, sample) in wanted(of: clip).enumerated() where record.isBlank[index] == 0 {
        rows[sample.plan].append((sample.seconds, record.embeddings[row: index], record.hashes[index]))
      }
    }
    return zip(plans, rows).compactMap { plan, rows in
      let rows = rows.sorted { $0.seconds < $1.seconds }
      let own = plan.parts.filter { $0.clip == plan.clip }
      guard rows.contains(where: { row in own.contains { $0.start...$0.start + $0.length ~= row.seconds } }) else { return nil }
      var shown = plan.parts.map { clips[$0.clip] }
      if plan.rendering.alterations.contains(.inset) { shown += shown.compactMap(clipBehind) }
      return CopiedExcerpt(
        video: clips[plan.clip].name, source: clips[plan.clip].source, kind: plan.kind, alterations: plan.rendering.alterations,
        foreignSources: Set(shown.map(\.source)).subtracting([clips[plan.clip].source]),
        pieces: own.map { .init(start: $0.start, videoStart: $0.videoStart, length: $0.length) }, seconds: rows.map(\.seconds),
        embeddings: Matrix(stacking: rows.map(\.embedding)), hashes: rows.map(\.hashes))
    }
  }
}

/// What excerpts show of one clip. Each cache file holds one record.
private struct CopyRecord: Sendable {
  /// `[N, D]`
  var embeddings = Matrix(rows: 0, columns: 1)
  /// `[N]`: 1 of a sample that is left out.
  var isBlank: [Int64] = []
  /// `[N]`, and `[T]` of the clip's own samples.
  var hashes: [PictureHashes] = []
  var sampleHashes: [PictureHashes] = []

  init() {}

  /// - Throws: ``ClipFileError`` unless the tensors have these numbers of rows.
  init(_ file: SafetensorsFile, count: Int, samples: Int, dimension: Int) throws {
    func column(_ name: String, _ count: Int) throws -> [Int64] {
      guard case .int64(let values) = file[name]?.elements, values.count == count else {
        throw ClipFileError(problem: "no column `\(name)` of \(count)")
      }
      return values
    }
    func hashes(_ name: String, _ count: Int) throws -> [PictureHashes] {
      let values = try column(name, count * PictureHashes.columns)
      return (0..<count).map { PictureHashes(row: values[$0 * PictureHashes.columns..<($0 + 1) * PictureHashes.columns]) }
    }
    embeddings = try file.matrix("embeddings", rows: count, columns: dimension)
    isBlank = try column("is_blank", count)
    self.hashes = try hashes("hashes", count)
    sampleHashes = try hashes("sample_hashes", samples)
  }

  func tensors() -> [SafetensorsFile.Tensor] {
    func tensor(_ name: String, _ hashes: [PictureHashes]) -> SafetensorsFile.Tensor {
      .init(name: name, shape: [hashes.count, PictureHashes.columns], elements: .int64(hashes.flatMap(\.row)))
    }
    return [
      .init(name: "embeddings", embeddings), .init(name: "is_blank", shape: [isBlank.count], elements: .int64(isBlank)),
      tensor("hashes", hashes), tensor("sample_hashes", sampleHashes),
    ]
  }
}
