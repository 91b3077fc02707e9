package import KeepframeDecoding
package import KeepframeNumerics

/// A sequence of samples to learn from or to search in: an edit of several clips, or a clip as it
/// is.
///
/// R rows, D the backbone's dimension.
package struct Programme: Hashable, Sendable {
  /// Unique among the programmes of one composer.
  package let name: String
  package let shots: [Shot]
  /// One between each shot and the next.
  package let joins: [Join]
  /// `[R, D]`, unit rows.
  package let embeddings: Matrix
  /// `[R]`, ascending from 0.
  package let seconds: [Double]
  /// `[R]`
  package let quality: [FrameQuality]
  /// `[R]`: the sample that each row shows; nil for a row of a ``Bridge``.
  package let samples: [SampleReference?]
  /// `[R]`: index into ``shots``; nil for junk.
  package let shotIndices: [Int?]

  package struct Shot: Hashable, Sendable {
    package let clip: String
    package let source: String
    /// Which of the clip's ``FootageClip/shots`` this is a part of.
    package let clipShot: Int
    /// Samples of the clip.
    package let samples: Range<Int>
    /// The same number of rows of the programme.
    package let rows: Range<Int>
  }

  package enum Join: String, Hashable, Sendable, CaseIterable {
    case cut
    /// Three rows of a ``Bridge`` between the shots.
    case dissolve
    /// Seven rows: three that darken, one black, three that brighten.
    case fadeThroughBlack
    /// The footage's own boundary between two shots of a clip that is shown as it is.
    case footage
  }

  /// R
  package var count: Int { seconds.count }

  /// The same programme with other embeddings.
  package func replacing(embeddings: Matrix) -> Programme {
    Programme(
      name: name, shots: shots, joins: joins, embeddings: embeddings, seconds: seconds, quality: quality, samples: samples,
      shotIndices: shotIndices)
  }

  /// The sources shown, sorted.
  package var sources: [String] { Set(shots.map(\.source)).sorted() }
  /// Whether a row is blank or in the middle of a transition, so that nobody would want it kept.
  package func isJunk(_ row: Int) -> Bool { shotIndices[row] == nil }
}

/// Builds a ``Programme`` row by row.
struct ProgrammeBuilder {
  private(set) var shots: [Programme.Shot] = []
  private(set) var joins: [Programme.Join] = []
  private var rows: [Float] = []
  private var seconds: [Double] = []
  private var quality: [FrameQuality] = []
  private var samples: [SampleReference?] = []
  private var shotIndices: [Int?] = []
  private let dimension: Int
  private let step: Double

  init(dimension: Int, samplesPerSecond: Double) {
    self.dimension = dimension
    step = 1 / samplesPerSecond
  }

  mutating func append(_ join: Programme.Join) { joins.append(join) }

  /// Appends part of one of the clip's shots. Samples keep their distances in time.
  mutating func append(_ clip: FootageClip, shot: Int, samples range: Range<Int>) {
    let start = seconds.count
    append(clip, range, shotIndex: shots.count)
    shots.append(
      Programme.Shot(
        clip: clip.name, source: clip.source, clipShot: shot, samples: range, rows: start..<start + range.count))
  }

  /// Appends samples that lie in no shot.
  mutating func appendJunk(_ clip: FootageClip, samples range: Range<Int>) { append(clip, range, shotIndex: nil) }

  private mutating func append(_ clip: FootageClip, _ range: Range<Int>, shotIndex: Int?) {
    guard let first = range.first else { return }
    let start = next
    rows += clip.embeddings.values[first * dimension..<range.upperBound * dimension]
    quality += clip.quality[range]
    seconds += range.map { start + clip.seconds[$0] - clip.seconds[first] }
    samples += range.map { SampleReference(clip: clip.name, sample: $0) }
    shotIndices += range.map { _ in shotIndex }
  }

  /// Appends rows of a bridge, in the order given.
  mutating func append(_ bridge: Bridge, rows wanted: some Sequence<Int>) {
    for row in wanted {
      seconds.append(next)
      rows += bridge.embeddings[row: row]
      quality.append(bridge.quality[row])
      samples.append(nil)
      shotIndices.append(nil)
    }
  }

  /// When the next row is shown.
  private var next: Double { seconds.last.map { $0 + step } ?? 0 }

  func finish(name: String) -> Programme {
    Programme(
      name: name, shots: shots, joins: joins, embeddings: Matrix(rows: seconds.count, columns: dimension, values: rows),
      seconds: seconds, quality: quality, samples: samples, shotIndices: shotIndices)
  }
}
