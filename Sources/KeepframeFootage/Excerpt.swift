package import KeepframeNumerics

/// A query: part of a programme as somebody may have copied it, among footage from elsewhere.
///
/// Only samples that have views can be shown degraded. So with 4 samples and 2 views a second, an
/// excerpt has 2 rows a second before any are dropped. Rows of bridges have no views and are left
/// out.
package struct Excerpt: Hashable, Sendable {
  /// ``Programme/name``
  package let programme: String
  /// The contiguous part of the programme that was copied.
  package let part: Range<Int>
  /// `[R, D]`, unit rows.
  package let embeddings: Matrix
  /// `[R]`, ascending from 0; what was dropped leaves gaps.
  package let seconds: [Double]
  /// `[R]`: the row of the programme that each row shows, ascending; nil for foreign footage.
  package let origins: [Int?]
  /// `[R]`: how each row is degraded.
  package let views: [View]
  /// Its speed relative to the programme's; above 1 is faster.
  package let speed: Double
}

/// Makes excerpts of programmes.
///
/// The result depends on the clips, the settings, the seed, the programme and the number alone.
package struct ExcerptComposer: Sendable {
  package var settings = Settings()
  private let clips: [String: FootageClip]
  private let foreign: [FootageClip]
  /// Seconds between two rows.
  private let step: Double
  private let seed: UInt64

  package struct Settings: Hashable, Sendable {
    /// The share of the programme's rows.
    package var part = 0.3...0.7
    /// The share of rows that are dropped at random.
    package var dropped = 0.2...0.5
    package var speed = 0.8...1.25
    /// Foreign rows for each row of the programme.
    package var foreignShare = 1.0
    package var foreignPieces = 1...3
    /// The degradations to draw from: one for the whole excerpt, or one for each shot, with equal
    /// probability.
    package var views = View.usual

    package init() {}
  }

  /// - Parameters:
  ///   - clips: the clips that the programmes were made of.
  ///   - foreign: the clips that foreign rows are taken from, except those of a source that the
  ///     programme shows; nil takes `clips`.
  package init(_ clips: [FootageClip], foreign: [FootageClip]? = nil, seed: UInt64 = 0) {
    self.clips = Dictionary(uniqueKeysWithValues: clips.map { ($0.name, $0) })
    self.foreign = foreign ?? clips
    step = clips.first.map { Double($0.viewStride) / $0.samplesPerSecond } ?? 1
    self.seed = seed
  }

  /// One of any number of excerpts of a programme.
  ///
  /// - Returns: nil if the part of the programme that is drawn has no views to show, as happens
  ///   with short programmes.
  package func excerpt(of programme: Programme, number: Int = 0) -> Excerpt? {
    var random = SeededGenerator(seed: seed, name: "\(programme.name) \(number)")
    let length = Int((random.uniform(in: settings.part) * Double(programme.count)).rounded())
    let start = random.uniform(in: 0..<programme.count - length + 1)
    let part = start..<start + length
    let speed = random.uniform(in: settings.speed)
    let own = drop(sped(viewed(programme, part, &random), by: speed), &random)
    guard !own.isEmpty else { return nil }
    let rows = insertForeign(into: own, programme: programme, &random)
    return Excerpt(
      programme: programme.name, part: part, embeddings: Matrix(stacking: rows.map(\.embedding)), seconds: rows.map(\.seconds),
      origins: rows.map(\.origin), views: rows.map(\.view), speed: speed)
  }

  private struct Row {
    var embedding: [Float]
    var seconds: Double
    var origin: Int?
    var view: View
  }

  /// The rows of the part that have the view drawn for them, in the programme's time.
  private func viewed(_ programme: Programme, _ part: Range<Int>, _ random: inout SeededGenerator) -> [Row] {
    let isOneView = random.uniform(in: 0..<2) == 0
    var view = random.element(of: settings.views) ?? .original
    var shot: Int?
    return part.compactMap { row in
      guard let sample = programme.samples[row], let clip = clips[sample.clip] else { return nil }
      if !isOneView, let now = programme.shotIndices[row], now != shot {
        shot = now
        view = random.element(of: settings.views) ?? .original
      }
      guard sample.sample % clip.viewStride == 0, let embedding = clip.embedding(of: sample.sample, view: view) else {
        return nil
      }
      return Row(embedding: embedding, seconds: programme.seconds[row], origin: row, view: view)
    }
  }

  /// Plays rows at another speed: some are left out, or shown twice.
  private func sped(_ rows: [Row], by speed: Double) -> [Row] {
    guard let first = rows.first else { return [] }
    return (0..<Int(Double(rows.count) / speed)).map { index in
      var row = rows[min(Int(Double(index) * speed), rows.count - 1)]
      row.seconds = first.seconds + Double(index) * step
      return row
    }
  }

  private func drop(_ rows: [Row], _ random: inout SeededGenerator) -> [Row] {
    let dropped = Int((random.uniform(in: settings.dropped) * Double(rows.count)).rounded())
    let kept = random.shuffled(rows.indices).dropFirst(dropped).sorted()
    return kept.map { rows[$0] }
  }

  /// Cuts one to three pieces of other footage into the rows; the first row is then at 0 seconds.
  private func insertForeign(into own: [Row], programme: Programme, _ random: inout SeededGenerator) -> [Row] {
    let shown = Set(programme.shots.map(\.source))
    let clips = foreign.filter { clip in
      !shown.contains(clip.source) && clip.count > 0 && settings.views.allSatisfy { clip.embedding(of: 0, view: $0) != nil }
    }
    let wanted = Int((settings.foreignShare * Double(own.count)).rounded())
    let pieces = min(wanted, random.uniform(in: settings.foreignPieces.lowerBound..<settings.foreignPieces.upperBound + 1))
    guard !clips.isEmpty, pieces > 0 else { return retimed(own, from: own[0].seconds) }
    let cuts = random.shuffled(1..<wanted).prefix(pieces - 1).sorted()
    let bounds = [0] + cuts + [wanted]
    let places = (0..<pieces).map { _ in random.uniform(in: 0..<own.count + 1) }.sorted()
    var result: [Row] = []
    var (delay, taken) = (0.0, 0)
    for (piece, place) in places.enumerated() {
      result += retimed(own[taken..<place], from: -delay)
      taken = place
      let start = (place < own.count ? own[place].seconds : own[own.count - 1].seconds + step) + delay
      let inserted = foreignRows(bounds[piece + 1] - bounds[piece], of: clips, &random)
      for (index, row) in inserted.enumerated() {
        result.append(Row(embedding: row.embedding, seconds: start + Double(index) * step, origin: nil, view: row.view))
      }
      delay += Double(inserted.count) * step
    }
    result += retimed(own[taken...], from: -delay)
    return retimed(result, from: result[0].seconds)
  }

  private func retimed(_ rows: some Sequence<Row>, from start: Double) -> [Row] {
    rows.map {
      var row = $0
      row.seconds -= start
      return row
    }
  }

  /// Consecutive samples of one clip under one view, and of another clip when that ends.
  private func foreignRows(_ count: Int, of clips: [FootageClip], _ random: inout SeededGenerator) -> [(
    embedding: [Float], view: View
  )] {
    var rows: [(embedding: [Float], view: View)] = []
    while rows.count < count {
      guard let clip = random.element(of: clips), let view = random.element(of: settings.views) else { break }
      let available = (clip.count + clip.viewStride - 1) / clip.viewStride
      let length = min(count - rows.count, available)
      let start = random.uniform(in: 0..<available - length + 1)
      for index in start..<start + length {
        if let embedding = clip.embedding(of: index * clip.viewStride, view: view) { rows.append((embedding, view)) }
      }
    }
    return rows
  }
}
