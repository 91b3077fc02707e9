internal import CKeepframeFFmpeg

/// How likely a video stream is the film that a person wants from its file.
///
/// Members are compared in order. A stream that is no still comes before one that is. A stream with
/// more than a tenth of the most frames comes before one that hardly moves, such as the photograph
/// of a motion photo. Then the container's default stream is best; then one at least half as long
/// as the longest; then the largest.
struct StreamRank: Comparable {
  private var isFilm: Bool
  private var moves: Bool
  private var isDefault: Bool
  private var isFullLength: Bool
  private var pixels: Int

  static func < (a: StreamRank, b: StreamRank) -> Bool {
    for member in [\StreamRank.isFilm, \.moves, \.isDefault, \.isFullLength] where a[keyPath: member] != b[keyPath: member] {
      return b[keyPath: member]
    }
    return a.pixels < b.pixels
  }

  /// The best of `indices`, by its position there; the first one if several are equal.
  ///
  /// - Returns: Also whether another stream differs from it only in size or position.
  static func ranking(
    of indices: [Int], _ glimpses: [StreamGlimpse], in demuxer: borrowing Demuxer
  ) -> (best: Int, isClose: Bool) {
    var candidates: [Candidate] = []
    for index in indices { candidates.append(Candidate(demuxer.stream(index), glimpses[index])) }
    // Compare stated numbers only if all streams have one.
    let areCounted = candidates.allSatisfy { $0.statedFrames > 0 }
    let frames = candidates.map { areCounted ? $0.statedFrames : $0.glimpsedFrames }
    let (most, longest) = (frames.max() ?? 0, candidates.compactMap(\.seconds).max() ?? 0)
    let ranks = zip(candidates, frames).map { candidate, frames in
      StreamRank(
        isFilm: candidate.disposition & (AV_DISPOSITION_STILL_IMAGE | AV_DISPOSITION_TIMED_THUMBNAILS) == 0,
        moves: 10 * frames > most, isDefault: candidate.disposition & AV_DISPOSITION_DEFAULT != 0,
        isFullLength: candidate.seconds.map { 2 * $0 >= longest } ?? true, pixels: candidate.pixels)
    }
    let best = ranks.indices.max { ranks[$0] < ranks[$1] || ranks[$0] == ranks[$1] && $0 > $1 }!
    let isClose = ranks.indices.contains { other in
      var rival = ranks[other]
      rival.pixels = ranks[best].pixels
      return other != best && rival == ranks[best]
    }
    return (best, isClose)
  }

  /// What a stream's header and first packets show.
  private struct Candidate {
    let disposition: Int32
    /// 0 if the container states none.
    let statedFrames: Int
    let glimpsedFrames: Int
    let seconds: Double?
    let pixels: Int

    init(_ stream: UnsafeMutablePointer<AVStream>, _ glimpse: StreamGlimpse) {
      let stream = stream.pointee
      let parameters = stream.codecpar.pointee
      disposition = stream.disposition
      statedFrames = Int(max(0, stream.nb_frames))
      glimpsedFrames = glimpse.count
      seconds = stream.duration > 0 ? Double(stream.duration) * av_q2d(stream.time_base) : nil
      pixels = Int(max(0, parameters.width)) * Int(max(0, parameters.height))
    }
  }
}
