internal import KeepframeBundle
internal import KeepframeDecoding
internal import KeepframeNumerics
package import KeepframeSystem

/// Takes stretches from the videos of a folder, or from the cache. A video that gives none is left
/// out and reported.
///
/// Disk: about 9 KB a frame, at most 768 frames a video.
///
/// - Parameters:
///   - videos: those of the folder to take.
///   - suspects: frames of each video that may be boundaries, besides those that are found here.
///   - threads: videos worked on at once; only time depends on it.
///   - report: called from several threads, but one call at a time.
/// - Throws: ``FootageError/tooFewSources(found:needed:)``,
///   ``FootageError/tooFewShots(sourcesFound:needed:frames:)``; `CancellationError`.
package func loadReels(
  _ videos: [FootageFolder.Video], suspects: [String: [Int]] = [:], cache: EmbeddingCache? = .standard, minimumSources: Int = 2,
  threads: Int = 2, cancellation: Cancellation? = nil, report: @escaping @Sendable (FootageEvent) -> Void = { _ in }
) throws -> [Reel] {
  let files = CachedFiles(cache: cache, cancellation: cancellation, sink: EventSink(videoCount: videos.count, report))
  let reels = try inParallel(videos.count, threads: threads) { index -> Reel? in
    let video = videos[index]
    defer { files.sink.advance { $0.finishedVideos += 1 } }
    return try files.attempt(video.name) {
      let state = try FileState(ofVideo: video.path)
      let suspects = suspects[video.name] ?? []
      let key = try reelKey(video, suspects)
      let digest = Digest.hex(of: Array(key.utf8))
      return try files.cached(key, of: video.name) {
        try Reel(video, digest, $0)
      } make: {
        var decoding = DecodingOptions()
        decoding.threadCount = 1
        let (rate, stretches) = try ReelReader(decoding: decoding, cancellation: cancellation)
          .stretches(of: video.path, suspects: suspects)
        try state.check(video.path)
        return Reel(name: video.name, source: video.source, frameRate: rate, stretches: stretches, digest: digest)
      } tensors: {
        $0.tensors()
      }.value
    }.value
  }
  let found = reels.compactMap(\.self).filter { !$0.stretches.isEmpty }
  let sources = Set(found.map(\.source)).count
  guard sources >= minimumSources else {
    let given = Set(videos.map(\.source)).count
    guard given >= minimumSources else { throw FootageError.tooFewSources(found: given, needed: minimumSources) }
    throw FootageError.tooFewShots(
      sourcesFound: sources, needed: minimumSources, frames: ReelReader.length.lowerBound + 2 * ReelReader.margin)
  }
  return found
}

private func reelKey(_ video: FootageFolder.Video, _ suspects: [Int]) throws -> String {
  let fingerprint = try Fingerprint(of: video.path)
  return "reel 1 \(fingerprint.digest) \(Reel.width)x\(Reel.height) \(Reel.quality) \(ReelReader.length) \(ReelReader.most) "
    + "\(ReelReader.margin) \(ReelReader.suspicion) suspects \(suspects)"
}

/// In the cache: `jpeg` [bytes], all frames one after the other; `sizes` [frames]; `stretches` [S,
/// 2], first frame and count; `rate` [1].
extension Reel {
  fileprivate func tensors() -> [SafetensorsFile.Tensor] {
    let frames = stretches.flatMap(\.frames)
    return [
      .init(name: "jpeg", shape: [frames.reduce(0) { $0 + $1.count }], elements: .uint8(frames.flatMap(\.self))),
      .init(name: "sizes", shape: [frames.count], elements: .int64(frames.map { Int64($0.count) })),
      .init(
        name: "stretches", shape: [stretches.count, 2],
        elements: .int64(stretches.flatMap { [Int64($0.firstFrame), Int64($0.frames.count)] })),
      .init(name: "rate", shape: [1], elements: .float32([Float(frameRate)])),
    ]
  }

  fileprivate init(_ video: FootageFolder.Video, _ digest: String, _ file: SafetensorsFile) throws(ClipFileError) {
    guard case .uint8(let bytes) = file["jpeg"]?.elements, case .int64(let sizes) = file["sizes"]?.elements,
      case .int64(let places) = file["stretches"]?.elements, case .float32(let rate) = file["rate"]?.elements, rate.count == 1,
      sizes.allSatisfy({ $0 >= 0 && $0 <= bytes.count }), sizes.reduce(0, &+) == bytes.count, places.count.isMultiple(of: 2)
    else { throw ClipFileError(problem: "its parts do not belong together") }
    var (stretches, at, next) = ([Stretch](), 0, 0)
    for index in stride(from: 0, to: places.count, by: 2) {
      let count = Int(places[index + 1])
      guard count >= 0, next + count <= sizes.count else { throw ClipFileError(problem: "its parts do not belong together") }
      let frames = sizes[next..<next + count].map { size -> [UInt8] in
        defer { at += Int(size) }
        return Array(bytes[at..<at + Int(size)])
      }
      next += count
      stretches.append(Stretch(firstFrame: Int(places[index]), frames: frames))
    }
    self.init(name: video.name, source: video.source, frameRate: Double(rate[0]), stretches: stretches, digest: digest)
  }
}
