internal import KeepframeNumerics
package import KeepframeRetention

/// What an offline selection that knows the whole video would keep: the bound that gates are
/// measured against.
///
/// This is greedy facility location: it keeps adding the sample with the largest marginal gain over
/// all samples, while that gain is above the price. The result is at least 1 - 1/e of the best
/// possible (Nemhauser, Wolsey and Fisher 1978), in practice within a percent. Gains are evaluated
/// lazily, since they only fall (Minoux 1978).
package struct GreedyBound {
  /// Ordinals in the order in which they were chosen.
  package private(set) var kept: [Int] = []
  /// The marginal gain of each, when it was chosen.
  package private(set) var gains: [Double] = []

  /// - Parameter lowestPrice: stops when no gain is above it. At a higher price, the selection is a
  ///   prefix of ``kept``.
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

  /// The samples that it would keep at `price`: those at the start of ``kept`` whose gains are
  /// above it; at least one.
  package func kept(atPrice price: Double) -> ArraySlice<Int> {
    kept.prefix(max(1, gains.prefix { $0 > price }.count))
  }

  private static func next(_ rows: [[Float]], _ best: [Float], _ bounds: inout [Double]) -> (ordinal: Int, gain: Double)? {
    while let top = bounds.indices.max(by: { (bounds[$0], $1) < (bounds[$1], $0) }) {
      let gain = rectifiedSum(rows[top], minus: best)
      let isExact = gain >= bounds[top]
      bounds[top] = gain
      if isExact || bounds.indices.allSatisfy({ bounds[$0] <= gain }) { return (top, gain) }
    }
    return nil
  }
}
