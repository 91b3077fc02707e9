package import KeepframeSystem
package import SystemPackage

/// Decodes stills of some frames of a video, and as little else as possible.
package enum StillFetch {
  /// - Parameters:
  ///   - frames: The times of the frames, in ticks.
  ///   - state: The state that the file must still have.
  /// - Returns: nil if one of them cannot be decoded.
  /// - Throws: ``DecodingError`` and `CancellationError` as ``VideoReader`` does.
  package static func stills(
    of frames: Set<Int64>, in path: FilePath, options: DecodingOptions, settings: StillSettings, unchangedSince state: FileState,
    cancellation: Cancellation?
  ) throws -> [Int64: FrameStill]? {
    var found: [Int64: FrameStill] = [:]
    let isWhole = try forEach(
      of: frames, in: path, options: options, settings: settings, unchangedSince: state, cancellation: cancellation
    ) { found[$0] = $1 }
    return isWhole ? found : nil
  }

  /// The same, without keeping them.
  ///
  /// - Parameter body: is called with the time of each frame and its still, in no particular order.
  /// - Returns: whether all could be decoded. If not, the stills are not to be relied on.
  package static func forEach(
    of frames: Set<Int64>, in path: FilePath, options: DecodingOptions, settings: StillSettings, unchangedSince state: FileState,
    cancellation: Cancellation?, _ body: (Int64, FrameStill) -> Void
  ) throws -> Bool {
    guard !frames.isEmpty else { return true }
    do throws(DecodingError) {
      try state.check(path)
      return try fetch(frames, path, options, settings, cancellation, body)
    } catch { throw error.leaving }
  }

  private static func fetch(
    _ frames: Set<Int64>, _ path: FilePath, _ options: DecodingOptions, _ settings: StillSettings, _ cancellation: Cancellation?,
    _ body: (Int64, FrameStill) -> Void
  ) throws(DecodingError) -> Bool {
    var source = try GroupSource(path, options: options, cancellation: cancellation)
    var decoder = try ThumbnailDecoder(for: source, options: options, isPlain: false, stills: settings)
    var found: Set<Int64> = []
    // The packets from the last key frame at which decoding can start.
    var packets: [HeldPacket] = []
    while found.count < frames.count, let group = try source.nextGroup() {
      if source.demuxer.interrupt.isCancelled { throw .cancelled(path) }
      if group.isClean { packets = [] }
      packets += group.packets
      let wanted = Set(group.facts.map(\.pts)).intersection(frames)
      guard let end = packets.lastIndex(where: { wanted.contains($0.facts.pts) }) else { continue }
      decoder.wanted = wanted
      var outputs: [ThumbnailDecoder.Output] = []
      for packet in packets[...end] where packet.facts.isReference || wanted.contains(packet.facts.pts) {
        try decoder.decode(packet, into: &outputs)
      }
      try decoder.drain(into: &outputs)
      for output in outputs where !output.isConcealed && wanted.contains(output.pts) {
        guard let still = output.still, found.insert(output.pts).inserted else { continue }
        body(output.pts, still)
      }
    }
    return found.count == frames.count && decoder.errorCount == 0
  }
}
