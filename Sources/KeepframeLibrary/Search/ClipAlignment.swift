/// Finds the offset in time at which most samples of a clip match a video.
///
///     votes(o) = sum over i of gain(i, row on display at o + t(i))
///
/// A clip that was copied in one piece matches at one offset. Foreign footage in it matches
/// nothing. What follows it is shifted, and votes for another offset.
struct ClipAlignment: Sendable {
  /// Seconds between two offsets: the rate at which videos are sampled.
  static let stepSeconds = 0.25

  /// The video's time less the clip's.
  let offsetSeconds: Double
  /// The sum of the gains at this offset.
  let votes: Double
  /// The first and the last sample of the clip that match, and the one that matches best.
  let firstMatch: Int?
  let lastMatch: Int?
  let bestMatch: Int?
  /// How many match.
  let matchCount: Int

  /// - Parameters:
  ///   - gains: `[Q, M]`: how well each sample matches each row of the video, 0 or more.
  ///   - times: `[Q]`, ascending from 0, in seconds.
  ///   - display: which row is on display in each step of the video; not empty.
  /// - Returns: nil if nothing matches.
  /// - Complexity: O(Q · length of `display`)
  init?(gains: [Float], times: [Double], display: [Int], rowCount: Int) {
    let places = times.map { Int(($0 / Self.stepSeconds).rounded()) }
    let length = (places.last ?? 0) + 1
    // Votes for offsets of -length... steps.
    var votes = [Double](repeating: 0, count: display.count + length)
    for (sample, place) in places.enumerated() {
      let row = sample * rowCount
      guard gains[row..<row + rowCount].contains(where: { $0 > 0 }) else { continue }
      for (step, shown) in display.enumerated() { votes[step + length - place] += Double(gains[row + shown]) }
    }
    guard let most = votes.max(), most > 0, let first = votes.firstIndex(of: most) else { return nil }
    // A picture that stands still matches at many offsets alike: their middle errs least.
    var last = first
    while last + 1 < votes.count, votes[last + 1] >= most { last += 1 }
    let offset = (first + last) / 2 - length
    offsetSeconds = Double(first + last - 2 * length) / 2 * Self.stepSeconds
    self.votes = most
    let matched: [(sample: Int, gain: Float)] = places.enumerated().compactMap { sample, place in
      let step = offset + place
      guard display.indices.contains(step) else { return nil }
      let gain = gains[sample * rowCount + display[step]]
      return gain > 0 ? (sample, gain) : nil
    }
    (firstMatch, lastMatch, matchCount) = (matched.first?.sample, matched.last?.sample, matched.count)
    bestMatch = matched.max { ($0.gain, $1.sample) < ($1.gain, $0.sample) }?.sample
  }
}
