internal import Glibc

/// How many stretches of unrelated footage score as high as a given one by chance.
///
///     E(S) = rate · exp(-decay · S) · pairs of hours
///
/// Scores of local alignments of what is unrelated have an exponential tail (Karlin and Altschul
/// 1990, "Methods for assessing the statistical significance of molecular sequence features", the
/// E-value of BLAST). Both constants were measured by `keepframe eval search`: see
/// docs/library.md.
package struct ChanceMatches: Hashable, Sendable {
  /// Matches that score above 0, for each hour compared with each hour.
  package var rate: Double
  /// For each unit of the score.
  package var decay: Double

  package init(rate: Double, decay: Double) {
    self.rate = rate
    self.decay = decay
  }

  /// Of the projection that comes with the package; by another backbone they are a guess.
  package static let measured = ChanceMatches(rate: 1900, decay: 10.2)

  /// A library of less counts as this: what is said of a few minutes would be a guess.
  static let leastHours = 1.0

  /// The false matches to expect for every thousand hours of a library, if matches of this score
  /// or more are taken.
  ///
  /// - Parameter hours: of video in the library.
  package func perThousandHours(score: Double, hours: Double) -> Double {
    rate * exp(-decay * score) * max(hours, Self.leastHours) / 2 * 1000
  }

  /// The score above which no more false matches are to be expected.
  ///
  /// - Parameters:
  ///   - perThousandHours: above 0.
  ///   - hours: of video in the library.
  package func score(perThousandHours: Double, hours: Double) -> Double {
    max(Self.leastScore, log(rate * max(hours, Self.leastHours) / 2 * 1000 / perThousandHours) / decay)
  }

  /// No match scores less, however many false ones are allowed.
  static let leastScore = 0.3

  /// Fits both constants to scores of unrelated footage.
  ///
  /// The excess over ``tail`` of an exponential tail has a mean of 1 / decay. The highest scores
  /// may be of footage that is shared after all, so of them only the number counts (the estimate of
  /// maximum likelihood from a censored sample, Epstein and Sobel 1953).
  ///
  /// - Parameters:
  ///   - scores: the best of each pair of videos.
  ///   - hours: the sum over the pairs of the product of both lengths, in hours.
  ///   - suspects: of how many of the highest scores only the number counts.
  /// - Returns: nil where too few scores are in the tail.
  package init?(fitting scores: [Double], hours: Double, suspects: Int) {
    let tail = scores.filter { $0 > Self.tail }.sorted()
    let told = tail.count - suspects
    guard told >= 10, hours > 0, let last = tail.dropLast(suspects).last else { return nil }
    let excess = tail.prefix(told).reduce(0) { $0 + $1 - Self.tail } + Double(suspects) * (last - Self.tail)
    guard excess > 0 else { return nil }
    decay = Double(told) / excess
    rate = Double(tail.count) / hours * exp(decay * Self.tail)
  }

  /// Scores above this make the tail.
  private static let tail = 0.1
}
