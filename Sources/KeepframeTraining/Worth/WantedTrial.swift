package import KeepframeFootage
package import KeepframeRetention

/// One labelled clip over which gates are run, to see how much of what they keep is wanted.
package struct WantedTrial: Sendable {
  /// The figures of a gate's choice.
  package struct Outcome: Hashable, Sendable {
    /// How much of the kept samples that are labelled is wanted: 0...1; nil if none is labelled.
    package let wantedShare: Double?
    /// Mean over the wanted samples of the cosine to the nearest kept one.
    package let wantedCoverage: Double
    /// The same over all samples.
    package let coverage: Double
  }

  package let source: String
  package let name: String
  package let trial: GateTrial
  /// `[T]`, 0...1; nil for samples without a label.
  package let wanted: [Double?]

  package init(_ labelled: LabelledFootage.Clip) {
    let clip = labelled.clip
    (source, name) = (clip.source, clip.name)
    trial = GateTrial(embeddings: clip.embeddings, seconds: clip.seconds, quality: clip.quality)
    wanted = labelled.wanted
  }

  /// The share of the labelled samples that are wanted.
  package var share: Double {
    let known = wanted.compactMap(\.self)
    return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
  }

  /// Whether there is something to choose: at least half of the samples are labelled, and 5 to 95 %
  /// of what is labelled is wanted.
  package var leavesChoice: Bool {
    (0.05...0.95).contains(share) && wanted.count { $0 != nil } * 2 >= wanted.count
  }

  /// What a gate keeps at the price where it keeps at most `share` of the samples, but at least
  /// one.
  ///
  /// - Parameter gate: makes the gate from a price in seconds.
  package func kept(share: Double, by gate: (Double) -> any Gate) -> [Int] {
    let budget = max(1, Int(Double(trial.count) * share))
    var (best, least) = ([Int](), Int.max)
    _ = price(keeping: budget, in: GateKind.learned.priceRange) { price in
      let kept = trial.kept(by: gate(price))
      // The search may end at any price it has tried, so the largest selection that fits is kept.
      if kept.count <= budget ? kept.count > best.count || best.count > budget : kept.count < least && best.isEmpty {
        (best, least) = (kept, kept.count)
      }
      return kept.count
    }
    return best
  }

  /// What could be kept if the labels were known: wanted samples alone. Each is the one that, with
  /// those before it, covers the wanted samples best.
  package func best(share: Double) -> [Int] {
    let candidates = wanted.indices.filter { (wanted[$0] ?? 0) >= 0.5 }
    var kept: [Int] = []
    var best = [Float](repeating: 0, count: trial.count)
    func gain(_ sample: Int) -> Float { candidates.reduce(0) { $0 + max(0, trial.table[sample, $1] - best[$1]) } }
    for _ in 0..<min(candidates.count, max(1, Int(Double(trial.count) * share))) {
      let gains = candidates.map { kept.contains($0) ? -1 : gain($0) }
      let next = candidates[gains.indices.max { gains[$0] < gains[$1] }!]
      kept.append(next)
      for other in best.indices { best[other] = max(best[other], trial.table[next, other]) }
    }
    return kept.sorted()
  }

  package func outcome(of kept: [Int]) -> Outcome {
    let known = kept.compactMap { wanted[$0] }
    var best = [Float](repeating: -1, count: trial.count)
    for ordinal in kept { for other in best.indices { best[other] = max(best[other], trial.table[ordinal, other]) } }
    var (all, some, weight) = (0.0, 0.0, 0.0)
    for (sample, similarity) in best.enumerated() {
      all += Double(similarity)
      some += (wanted[sample] ?? 0) * Double(similarity)
      weight += wanted[sample] ?? 0
    }
    return Outcome(
      wantedShare: known.isEmpty ? nil : known.reduce(0, +) / Double(known.count),
      wantedCoverage: weight > 0 ? some / weight : 0, coverage: all / Double(max(1, trial.count)))
  }
}
