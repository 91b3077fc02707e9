internal import KeepframeBoundaries
internal import KeepframeDecoding
internal import KeepframeNumerics

/// The part of a ``FootageClip`` that the video's content alone determines: no names, no sources.
/// Each cache file holds one.
struct ClipRecord: Sendable, Equatable {
  var durationMicroseconds: Int64 = 0
  /// `[T]`
  var microseconds: [Int64] = []
  /// `[T]`
  var quality: [FrameQuality] = []
  var shots: [Range<Int>] = []
  /// `[T, D]`
  var embeddings = Matrix(rows: 0, columns: 0)
  /// `[V, D]` each
  var views: [View: Matrix] = [:]
  var stills: [Still] = []

  /// A frame kept as a picture, to make transitions of.
  struct Still: Sendable, Equatable {
    let sample: Int
    let jpeg: [UInt8]
  }

  static let stillQuality = 92

  /// Number of samples of this still's shot up to it, and from it on. It is counted both times.
  func room(at still: Still) -> (before: Int, after: Int) {
    guard let shot = shots.first(where: { $0.contains(still.sample) }) else { return (0, 0) }
    return (still.sample - shot.lowerBound + 1, shot.upperBound - still.sample)
  }
}

extension ClipRecord {
  /// Cuts samples into shots; a sample that is blank, or between the first and the last frame of a
  /// transition, is in none.
  ///
  /// - Parameters:
  ///   - frames: the frame that each sample shows, ascending.
  ///   - isBlank: one for each sample.
  ///   - boundaries: ascending.
  static func shots(frames: [Int], isBlank: [Bool], boundaries: [Boundary]) -> [Range<Int>] {
    let transitions = boundaries.compactMap { boundary -> Range<Int>? in
      if case .transition(let transition) = boundary.cause { transition.frames } else { nil }
    }
    var shots: [Range<Int>] = []
    var (next, lastPassed) = (0, -1)
    for sample in frames.indices {
      while next < boundaries.count, boundaries[next].frame <= frames[sample] { next += 1 }
      if isBlank[sample] || transitions.contains(where: { $0.contains(frames[sample]) }) {
        lastPassed = -1
      } else if next == lastPassed, let shot = shots.last {
        shots[shots.count - 1] = shot.lowerBound..<sample + 1
      } else {
        shots.append(sample..<sample + 1)
        lastPassed = next
      }
    }
    return shots
  }
}
