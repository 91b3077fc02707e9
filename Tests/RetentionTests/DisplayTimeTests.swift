import KeepframeDecoding
import KeepframeMemorySupport
import KeepframeRetention
import Testing

/// Pictures, each on display for some seconds: the same video at any rate of frames.
private struct Slides {
  /// Unlike each other by about 1 - 0.3 in cosine; now and then one comes back.
  let pictures: [(vector: [Float], seconds: Double)]

  /// - Parameter slowest: seconds of a frame at the slowest rate: each picture is shown for two to
  ///   four of them.
  init(seed: UInt64, count: Int, slowest: Double) {
    var dice = Dice(seed: seed)
    let common = dice.vector(24)
    var vectors: [[Float]] = []
    pictures = (0..<count).map { index in
      let isRepeat = index > 2 && dice.below(5) == 0
      let vector = isRepeat ? vectors[dice.below(index - 1)] : zip(common, dice.vector(24)).map { 0.6 * $0 + $1 }
      vectors.append(vector)
      return (vector, Double(2 + dice.below(3)) * slowest)
    }
  }

  var end: Double { pictures.reduce(0) { $0 + $1.seconds } }

  /// - Parameter rate: samples a second; nil takes the first of each picture alone, as a video does
  ///   that leaves repeated frames out.
  func samples(rate: Double?) -> (samples: [Sample], pictures: [Int]) {
    var (times, shown): ([Double], [Int]) = ([], [])
    var start = 0.0
    for (index, picture) in pictures.enumerated() {
      let first = rate.map { (start * $0).rounded(.up) / $0 } ?? start
      for time in stride(from: first, to: start + picture.seconds - 1e-9, by: rate.map { 1 / $0 } ?? .infinity) {
        times.append(time)
        shown.append(index)
      }
      start += picture.seconds
    }
    let vectors = Walk.samples(shown.map { pictures[$0].vector })
    return (zip(times, vectors).map { Sample(ordinal: $1.ordinal, seconds: $0, embedding: $1.embedding) }, shown)
  }

  /// Which pictures a gate keeps, and when the kept samples are shown.
  func kept(by gate: any Gate, rate: Double?) -> (pictures: [Int], seconds: [Double]) {
    let (samples, shown) = samples(rate: rate)
    let kept = Replay(gate, samples, end: end).kept
    return (kept.map { shown[$0] }, kept.map { samples[$0].seconds })
  }
}

@Suite struct `Time on display` {
  @Test(arguments: [GateKind.learned, .coverage, .live, .threshold, .thresholdMemory], [0, 2.0])
  func `decides, not the number of frames: the same pictures are kept at any rate`(kind: GateKind, lookAhead: Double) {
    for seed in UInt64(1)...3 {
      // At one frame a second each picture is shown for two at least.
      let slides = Slides(seed: seed, count: 12, slowest: 1)
      for price in [0, kind.defaultPrice, kind.defaultPrice * 3] {
        let gate = kind.makeGate(price: price, lookAhead: lookAhead)
        let sparse = slides.kept(by: gate, rate: nil)
        let rates: [Double] = seed == 1 && price == kind.defaultPrice ? [1, 2, 4, 10, 25, 120] : [1, 4, 10]
        for rate in rates {
          let dense = slides.kept(by: gate, rate: rate)
          #expect(dense.pictures == sparse.pictures, "\(rate) a second, seed \(seed), price \(price)")
        }
      }
    }
  }

  @Test(arguments: [0, 2.0])
  func `keeps the same moments but for a frame at the slowest rate`(lookAhead: Double) {
    for seed in UInt64(1)...3 {
      let slides = Slides(seed: seed, count: 8, slowest: 5)
      for price in [0.1, 0.4, 1.5] {
        let gate = LearnedGate(price: price, lookAhead: lookAhead, weights: .shipped)
        let slow = slides.kept(by: gate, rate: 0.2)
        for rate in [1.0, 4] {
          let fast = slides.kept(by: gate, rate: rate)
          #expect(fast.pictures == slow.pictures, "\(rate) a second, seed \(seed), price \(price)")
          let isNear = zip(fast.seconds, slow.seconds).allSatisfy { abs($0 - $1) <= 5 }
          #expect(isNear, "\(rate) a second, seed \(seed), price \(price)")
        }
      }
    }
  }

  @Test(arguments: [0.2, 1, 4, 30, nil])
  func `keeps each of twelve unlike slides, whatever the rate`(rate: Double?) {
    var dice = Dice(seed: 8)
    let slides = Slides(vectors: (0..<12).map { _ in dice.vector(64) }, seconds: 10)
    for lookAhead in [0, 2.0] {
      for kind in [GateKind.learned, .coverage, .live] {
        let kept = slides.kept(by: kind.makeGate(price: kind.defaultPrice, lookAhead: lookAhead), rate: rate).pictures
        #expect(kept == Array(0..<12), "\(kind), look-ahead \(lookAhead)")
      }
    }
  }

  @Test func `counts until the next sample, the last until the end of the video`() {
    // Two pictures unlike each other, each sampled once: the gain of each is the time that it is
    // shown.
    let samples = Walk.samples([[1, 0], [0, 1]]).map {
      Sample(ordinal: $0.ordinal, seconds: Double($0.ordinal) * 3, embedding: $0.embedding)
    }
    let decisions = Replay(CoverageGate(price: 100, lookAhead: 0, lookBack: 60), samples, end: 3.75).decisions
    #expect(decisions.map { ($0.score * 1000).rounded() } == [3000, 750])
    let later = Replay(CoverageGate(price: 0.9, lookAhead: 0, lookBack: 60), samples, end: 4).decisions
    #expect(later.map(\.keeps) == [true, true])
  }

  @Test func `of what is seen ahead counts up to the look-ahead alone`() {
    // The picture in hand is shown for half a second and comes back at once for three.
    let samples = zip([0, 0.5, 0.75], Walk.samples([[1, 0], [0, 1], [1, 0]])).map {
      Sample(ordinal: $1.ordinal, seconds: $0, embedding: $1.embedding)
    }
    let gate = CoverageGate(price: 100, lookAhead: 1, lookBack: 60)
    let first = Replay(gate, samples, end: 4).decisions[0]
    // The first is taken at any price, and so at the first moment, a quarter second: seen are 1.25
    // s, a quarter of which shows the other.
    #expect(first.keeps && abs(first.score - 1) < 1e-5)
  }
}

extension Slides {
  fileprivate init(vectors: [[Float]], seconds: Double) { pictures = vectors.map { ($0, seconds) } }
}
