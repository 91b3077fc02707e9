package import KeepframeDecoding
internal import KeepframeFeatures
package import KeepframeNumerics
package import KeepframeRetention

/// Runs gates over the samples of one video, as training and evaluation do many times.
package struct GateTrial: Sendable {
  package let samples: [Sample]
  package let table: SimilarityTable
  /// Where the last sample's display ends, in seconds.
  package let end: Double

  /// - Parameters, for N samples:
  ///   - embeddings: `[N, dimension]`, unit rows.
  ///   - seconds: `[N]`, ascending.
  ///   - quality: `[N]`.
  package init(embeddings: Matrix, seconds: [Double], quality: [FrameQuality]) {
    precondition(
      embeddings.rows == seconds.count && seconds.count == quality.count,
      "expected a time and a quality for each of \(embeddings)")
    samples = seconds.indices.map { row in
      Sample(ordinal: row, seconds: seconds[row], embedding: Embedding(unit: embeddings[row: row]), quality: quality[row])
    }
    table = SimilarityTable(embeddings)
    // The last sample is taken to be shown for as long as the one before it.
    end = seconds.last.map { $0 + (seconds.count > 1 ? $0 - seconds[seconds.count - 2] : 0) } ?? 0
  }

  package var count: Int { samples.count }

  /// The ordinals that a gate keeps, ascending.
  package func kept(by gate: any Gate) -> [Int] { decisions(of: gate).filter(\.keeps).map(\.ordinal) }

  package func decisions(of gate: any Gate) -> [Decision] {
    var retainer = Retainer(gate: gate, dimension: samples.first?.embedding.dimension ?? 1, table: table)
    var decisions: [Decision] = []
    for sample in samples { decisions += retainer.push(sample) }
    retainer.finish(&decisions, end: end)
    return decisions
  }

  /// Mean over all samples of the cosine to the nearest of `kept`.
  package func coverage(of kept: some Collection<Int>) -> Double {
    guard !samples.isEmpty else { return 0 }
    var best = [Float](repeating: -1, count: count)
    for ordinal in kept {
      for other in best.indices { best[other] = max(best[other], table[ordinal, other]) }
    }
    return best.reduce(0) { $0 + Double($1) } / Double(count)
  }
}
