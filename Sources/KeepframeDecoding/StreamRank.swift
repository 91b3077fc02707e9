internal import CKeepframeFFmpeg

/// How much a video stream looks like the film that a person would want of its file.
///
/// Compared from the first member on: what is meant as a still comes last, then what hardly moves,
/// as the photograph of a motion photo does; the container's default stream comes first; then one
/// as long as the longest; then the largest.
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

  /// Which of `indices` is best, by its position there; the first of equals.
  ///
  /// - Returns: also whether only its size, or its place, told it from another.
  static func ranking(
    of indices: [Int], _ glimpses: [StreamGlimpse], in demuxer: borrowing Demuxer
  ) -> (best: Int, isClose: Bool) {
    var candidates: [Candidate] = []
    for index in indices { candidates.append(Candidate(demuxer.stream(index), glimpses[index])) }
    // Frames are counted the same way for all, or their numbers say nothing.
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

  /// What a stream's header and first packets say.
  private struct Candidate {
    let disposition: Int32
    /// 0 where the container does not say.
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
