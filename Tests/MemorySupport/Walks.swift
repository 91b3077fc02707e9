package import KeepframeFeatures
package import KeepframeRetention
internal import KeepframeTestSupport

/// Repeatable random numbers of the kinds that gates are tried with.
package struct Dice {
  private var random: SplitMix

  package init(seed: UInt64) { random = SplitMix(state: seed) }

  /// -1...1
  package mutating func signed() -> Float { Float(random.next() >> 40) / Float(1 << 23) - 1 }
  /// 0..<limit
  package mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
  package mutating func vector(_ dimension: Int) -> [Float] { (0..<dimension).map { _ in signed() } }
}

/// Made-up videos, as their samples.
package enum Walk {
  /// Steps in random directions: neighbours are alike, distant samples are not.
  package static func wandering(seed: UInt64, count: Int, step: Float = 0.25, dimension: Int = 16) -> [Sample] {
    var dice = Dice(seed: seed)
    var place = dice.vector(dimension)
    return samples(
      (0..<count).map { _ in
        place = zip(place, dice.vector(dimension)).map { $0 + step * $1 }
        return place
      })
  }

  /// Shots that hold still but for noise: each lasts `lengths`, and now and then an earlier one
  /// comes back.
  package static func shots(
    seed: UInt64, count: Int, lengths: Range<Int> = 4..<40, noise: Float = 0.3, dimension: Int = 32
  ) -> [Sample] {
    var dice = Dice(seed: seed)
    var centers: [[Float]] = []
    var vectors: [[Float]] = []
    for _ in 0..<count {
      let returns = centers.count > 2 && dice.below(4) == 0
      let center = returns ? centers[dice.below(centers.count)] : dice.vector(dimension)
      if !returns { centers.append(center) }
      for _ in 0..<lengths.lowerBound + dice.below(lengths.count) {
        vectors.append(zip(center, dice.vector(dimension)).map { $0 + noise * $1 })
      }
    }
    return samples(vectors)
  }

  package static func samples(_ vectors: [[Float]]) -> [Sample] {
    vectors.enumerated().map { ordinal, vector in
      Sample(ordinal: ordinal, seconds: Double(ordinal) / 4, embedding: try! Embedding(normalizing: vector))
    }
  }
}

/// A gate run over a whole video.
package struct Replay {
  package let decisions: [Decision]
  package let memory: Memory

  /// - Parameter end: of the video; a quarter second after the last sample if not said otherwise.
  package init(_ gate: any Gate, _ samples: [Sample], end: Double? = nil) {
    var retainer = Retainer(gate: gate, dimension: samples.first?.embedding.dimension ?? 1)
    var decisions: [Decision] = []
    for sample in samples { decisions += retainer.push(sample) }
    retainer.finish(&decisions, end: end ?? samples.last.map { $0.seconds + 0.25 } ?? 0)
    self.decisions = decisions
    memory = retainer.memory
  }

  package var kept: [Int] { decisions.filter(\.keeps).map(\.ordinal) }
}

/// What each gate is tried at: the ends of its range, its default, and some between.
package struct PricedGate: Sendable, CustomStringConvertible {
  package let kind: GateKind
  package let price: Double

  package var gate: any Gate { kind.makeGate(price: price, lookAhead: 2) }
  package var description: String { "\(kind.rawValue) at \(price)" }

  package static let all: [PricedGate] = GateKind.allCases.flatMap { kind in
    let range = kind.priceRange
    return Set([range.lowerBound, range.upperBound, kind.defaultPrice, kind.defaultPrice / 8, kind.defaultPrice * 2])
      .filter { range.contains($0) }.sorted().map { PricedGate(kind: kind, price: $0) }
  }
}

/// Cosine similarity, written out.
package func naiveSimilarity(_ a: Embedding, _ b: Embedding) -> Double {
  var sum = 0.0
  for index in a.values.indices { sum += Double(a.values[index]) * Double(b.values[index]) }
  return sum
}
