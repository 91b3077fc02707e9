internal import KeepframeNumerics
package import KeepframeRetention

/// What an offline selection that knows the whole video would keep: the bound that gates are
/// measured against.
///
/// Facility location, greedily: again and again the sample that gains most over all samples, while
/// it gains more than the price; at least 1 - 1/e of the best possible (Nemhauser, Wolsey and
/// Fisher 1978), in practice within a percent. Lazy (Minoux 1978): gains only fall.
package struct GreedyBound {
  /// Ordinals in the order in which they were chosen.
  package private(set) var kept: [Int] = []
  /// How much each gained.
  package private(set) var gains: [Double] = []

  /// - Parameter lowestPrice: stops when nothing gains more; at a higher price, the first so many
  ///   of ``kept`` are what it would keep.
  package init(_ table: SimilarityTable, lowestPrice: Double) {
    var best = [Float](repeating: 0, count: table.count)
    let rows = (0..<table.count).map { ordinal in
      var row = table[row: ordinal]
      row[ordinal] = 1
      return row
    }
    var bounds = [Double](repeating: .infinity, count: table.count)
    while let (ordinal, gain) = Self.next(rows, best, &bounds), kept.isEmpty || gain > lowestPrice {
      kept.append(ordinal)
      gains.append(gain)
      for other in best.indices { best[other] = max(best[other], rows[ordinal][other]) }
      bounds[ordinal] = 0
      if gain <= 0 { break }
    }
  }

  /// The first so many that each gain more than `price`; at least one.
  package func kept(atPrice price: Double) -> ArraySlice<Int> {
    kept.prefix(max(1, gains.prefix { $0 > price }.count))
  }

  private static func next(_ rows: [[Float]], _ best: [Float], _ bounds: inout [Double]) -> (ordinal: Int, gain: Double)? {
    while let top = bounds.indices.max(by: { (bounds[$0], $1) < (bounds[$1], $0) }) {
      let gain = excess(rows[top], over: best)
      let isExact = gain >= bounds[top]
      bounds[top] = gain
      if isExact || bounds.indices.allSatisfy({ bounds[$0] <= gain }) { return (top, gain) }
    }
    return nil
  }
}
