internal import Glibc

/// Time as the attention sees it.
///
/// ```
/// [0]     log2(1 + s) / 16    s  seconds from the window's first vector
/// [1]     log2(1 + g) / 16    g  seconds since the vector before
/// [2]     log2(1 + c) / 16    c  seconds that the vector covers
/// [3...]  sin, cos of 2π s / P, for P = 4, 16, 64, 256, 1024 and 4096 seconds
/// ```
///
/// The logarithms reach 1 after 18 hours. Times are relative, so that a window's context does not depend on where in the video
/// it lies. The sines are those of Vaswani et al. 2017, section 3.5 (arXiv:1706.03762), at periods of a shot to an hour.
package enum TimeFeatures {
  package static let count = 3 + 2 * periods.count

  private static let periods: [Double] = [4, 16, 64, 256, 1024, 4096]

  /// - Parameters: seconds; negative ones count as 0.
  /// - Returns: `[count]`, each in -1...1 for times up to 18 hours.
  package static func make(secondsIntoWindow: Double, gapSeconds: Double, coversSeconds: Double) -> [Float] {
    let seconds = max(0, secondsIntoWindow)
    var features = [seconds, gapSeconds, coversSeconds].map { Float(log2(1 + max(0, $0)) / 16) }
    for period in periods {
      let phase = 2 * Double.pi * (seconds / period).truncatingRemainder(dividingBy: 1)
      features.append(Float(sin(phase)))
      features.append(Float(cos(phase)))
    }
    return features
  }
}
