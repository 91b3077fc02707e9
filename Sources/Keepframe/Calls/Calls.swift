public import KeepframeBoundaries
internal import KeepframeBundle
public import KeepframeDecoding
public import KeepframeFeatures
internal import KeepframeSystem
public import SystemPackage

// What most programs need: one call for each job, and one that reports its progress. Each runs on a
// thread of its own, never on one of the cooperative pool, and ends with `CancellationError` soon
// after its task is cancelled. Programs without `async` call what these call: ``Indexer``,
// ``SceneScanner`` and ``FrameEmbedder``.

/// Indexes a video: keeps the frames worth keeping and sums them up.
///
///     let index = try await Keepframe.index("lecture.mp4")
///     print(index)
///
/// A finished index of the same video and settings is opened, not made again.
///
/// - Parameters:
///   - video: anything that FFmpeg can decode.
///   - destination: the bundle's folder, which appears whole or not at all; nil takes
///     `lecture.keepframe` in the current folder.
///   - settings: how much is kept, and by which gate, encoder and detector.
///   - backbone: what embeds the samples; nil loads the default one, `efficientnet-lite0`.
///   - replace: whether a bundle that is there, of another video or other settings, may be
///     replaced.
/// - Throws: `CancellationError`, ``DecodingError``, ``FeatureError``, ``ArchiveError``,
///   ``TensorError`` or ``WeightsError``; nothing is left at the destination then.
public func index(
  _ video: FilePath, to destination: FilePath? = nil, settings: IndexSettings = IndexSettings(),
  backbone: (any Backbone)? = nil, replace: Bool = false
) async throws -> VideoIndex {
  try await onOwnThread { cancellation in
    try makeIndex(
      of: video, to: destination, settings: settings, backbone: backbone, replace: replace, cancellation: cancellation)
  }
}

/// Indexes a video as ``index(_:to:settings:backbone:replace:)`` does, and reports its progress.
///
///     for try await update in Keepframe.updates(indexing: "lecture.mp4") { print(update) }
///
/// Only the last update has the index. If updates come faster than they are read, only the latest
/// is kept. Leaving the loop cancels the run.
public func updates(
  indexing video: FilePath, to destination: FilePath? = nil, settings: IndexSettings = IndexSettings(),
  backbone: (any Backbone)? = nil, replace: Bool = false
) -> AsyncThrowingStream<IndexUpdate, any Error> {
  AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { updates in
    let cancellation = Cancellation()
    updates.onTermination = { _ in cancellation.cancel() }
    startThread {
      let start = ContinuousClock.now
      var last = IndexUpdate(IndexProgress(), after: .zero)
      do {
        let index = try makeIndex(
          of: video, to: destination, settings: settings, backbone: backbone, replace: replace, cancellation: cancellation
        ) { progress in
          last = IndexUpdate(progress, after: ContinuousClock.now - start)
          updates.yield(last)
        }
        last.finish(with: index)
        updates.yield(last)
        updates.finish()
      } catch { updates.finish(throwing: error) }
    }
  }
}

/// Finds the shots of a video.
///
///     for shot in try await Keepframe.shots(of: "film.mp4") { print(shot.frames, shot.time) }
///
/// - Parameters:
///   - video: anything that FFmpeg can decode.
///   - detector: the detector, and how sure it must be. Use a ``CustomDetector`` for one of your
///     own.
///   - effort: how much is decoded. docs/scenes.md says what is missed with less.
///   - decoding: which stream, how much of it, and on how many threads.
/// - Throws: ``DecodingError`` or `CancellationError`.
public func shots(
  of video: FilePath, detector: DetectorSettings = DetectorSettings(), effort: Effort = .exact,
  decoding: DecodingOptions = DecodingOptions()
) async throws -> Shots {
  try await onOwnThread { cancellation in
    var scanner = SceneScanner()
    scanner.detector = detector
    scanner.effort = effort
    scanner.decoding = decoding
    scanner.minimumSceneLength = .seconds(0)
    let found = try scanner.scenes(of: video, cancellation: cancellation)
    return Shots(SceneFindings(found, of: video, toolVersion: keepframeVersion))
  }
}

/// Finds the shots of a video and joins those that belong together.
///
///     for scene in try await Keepframe.scenes(of: "film.mp4") { print(scene, scene.shots.count) }
///
/// Up to eight pictures of each shot are embedded and compared. Every frame is decoded.
///
/// - Parameters:
///   - video: anything that FFmpeg can decode.
///   - detector: which one finds the shots, and how sure it must be.
///   - backbone: what compares the shots; nil loads the default one, `efficientnet-lite0`.
///   - decoding: which stream, how much of it, and on how many threads.
/// - Throws: ``DecodingError``, ``FeatureError`` or `CancellationError`.
public func scenes(
  of video: FilePath, detector: DetectorSettings = DetectorSettings(), backbone: (any Backbone)? = nil,
  decoding: DecodingOptions = DecodingOptions()
) async throws -> Scenes {
  try await onOwnThread { cancellation in
    var scanner = SceneScanner()
    scanner.detector = detector
    scanner.decoding = decoding
    scanner.minimumSceneLength = .seconds(0)
    let embedder = ShotEmbedder(try backbone ?? makeBackbone(BackboneChoice()))
    var found = try scanner.scenes(of: video, cancellation: cancellation, watchers: [embedder])
    let shots = Shots(SceneFindings(found, of: video, toolVersion: keepframeVersion))
    found.joinShots(seenBy: embedder)
    var findings = SceneFindings(found, of: video, toolVersion: keepframeVersion)
    findings.noteLevel(backbone: embedder.backboneName)
    return Scenes(shots, joinedTo: findings)
  }
}

/// Embeds frames of a video at a steady rate: no gate, no memory.
///
///     try await Keepframe.embeddings(of: "film.mp4", every: .seconds(0.5)).write(to: "film.npy")
///
/// All embeddings are held in memory, 5 KB each with the default backbone. ``FrameEmbedder`` can
/// write them to disk as they come instead.
///
/// - Parameters:
///   - video: anything that FFmpeg can decode.
///   - interval: the time from one frame to the next, more than zero. If the video has fewer
///     frames, all are embedded.
///   - backbone: nil loads the default one, `efficientnet-lite0`.
///   - decoding: which stream, how much of it, and on how many threads.
/// - Throws: ``DecodingError``, ``FeatureError`` or `CancellationError`.
public func embeddings(
  of video: FilePath, every interval: Duration = .milliseconds(250), backbone: (any Backbone)? = nil,
  decoding: DecodingOptions = DecodingOptions()
) async throws -> Embeddings {
  precondition(interval > .zero, "frames are some time apart, got \(interval)")
  return try await onOwnThread { cancellation in
    var embedder = FrameEmbedder(backbone: try backbone ?? makeBackbone(BackboneChoice()))
    embedder.samplesPerSecond = 1 / (interval / .seconds(1))
    embedder.decoding = decoding
    return try embedder.embed(video, cancellation: cancellation)
  }
}

private func makeIndex(
  of video: FilePath, to destination: FilePath?, settings: IndexSettings, backbone: (any Backbone)?, replace: Bool,
  cancellation: Cancellation, progress: (IndexProgress) -> Void = { _ in }
) throws -> VideoIndex {
  let destination = destination ?? OutputName.named(after: video, suffix: Bundle.suffix)
  let choice = backbone?.choice ?? BackboneChoice()
  if try Indexer.finishedBundle(of: video, at: destination, settings: settings, backbone: choice) == nil {
    let indexer = Indexer(settings: settings, backbone: try backbone ?? makeBackbone(choice))
    _ = try indexer.index(video, to: destination, replace: replace, cancellation: cancellation, progress: progress)
  }
  return try VideoIndex(destination)
}
