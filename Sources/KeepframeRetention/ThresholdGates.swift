/// Keeps a sample that looks unlike the one kept last. This is the usual rule of thumb, which
/// vPDQ's documentation calls pruning.
///
/// Score: `1 - cosine similarity` to the row stored last, 0 (the same) ... 2 (opposite, or an empty
/// memory).
package struct ThresholdGate: Gate {
  package let price: Double

  /// - Parameter novelty: kept if the score exceeds this; 0...2.
  package init(novelty: Double) { price = novelty }

  package func judge(_ outlook: Outlook) -> Verdict { judgeNovelty(outlook.similarityToLast, price: price) }
}

/// Keeps a sample that looks unlike everything remembered.
///
/// Score: `1 - cosine similarity` to the nearest memory row, 0 (seen before) ... 2 (opposite, or an
/// empty memory).
package struct ThresholdMemoryGate: Gate {
  package let price: Double

  /// - Parameter novelty: kept if the score exceeds this; 0...2.
  package init(novelty: Double) { price = novelty }

  package func judge(_ outlook: Outlook) -> Verdict { judgeNovelty(outlook.nearest?.similarity, price: price) }
}

private func judgeNovelty(_ similarity: Float?, price: Double) -> Verdict {
  guard let similarity else { return Verdict(keeps: true, score: 2, reason: .first) }
  let novelty = Double(1 - similarity)
  let keeps = novelty > price + Verdict.rounding
  return Verdict(keeps: keeps, score: novelty, reason: keeps ? .worthItsPrice : .known)
}
