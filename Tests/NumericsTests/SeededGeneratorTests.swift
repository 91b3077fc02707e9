import KeepframeNumerics
import Testing

@Suite struct `Seeded generator` {
  @Test func `gives the published sequence of SplitMix64`() {
    var random = SeededGenerator(seed: 1_234_567)
    // From Vigna's splitmix64.c, as tabulated on Rosetta Code.
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
      16_408_922_859_458_223_821,
    ]
    #expect(published.map { _ in random.next() } == published)
  }

  @Test func `hashes names as FNV-1a is published`() {
    #expect(stableHash("") == 0xcbf2_9ce4_8422_2325)
    #expect(stableHash("a") == 0xaf63_dc4c_8601_ec8c)
    #expect(stableHash("foobar") == 0x8594_4171_f739_67e8)
  }

  @Test func `draws the same again, and something else for another name`() {
    func draws(_ name: String) -> [Float] {
      var random = SeededGenerator(seed: 7, name: name)
      return (0..<8).map { _ in random.gaussian() }
    }
    #expect(draws("clip") == draws("clip"))
    #expect(draws("clip") != draws("clip2"))
  }

  @Test func `stays in its ranges and fills them`() {
    var random = SeededGenerator(seed: 3)
    let floats = (0..<4000).map { _ in random.uniform(in: Float(-2)...3) }
    #expect(floats.allSatisfy { (-2...3).contains($0) })
    #expect(floats.min()! < -1.98 && floats.max()! > 2.98)
    #expect(random.uniform(in: Float(5)...5) == 5)
    let counts = (0..<7000).reduce(into: [Int](repeating: 0, count: 7)) { counts, _ in counts[random.uniform(in: -3..<4) + 3] += 1
    }
    // 1000 expected of each, deviation 29: five deviations are 146.
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 }, "\(counts)")
  }

  @Test func `gaussian has mean 0, deviation 1 and tails`() {
    var random = SeededGenerator(seed: 4)
    let draws = (0..<20_000).map { _ in Double(random.gaussian()) }
    let mean = draws.reduce(0, +) / Double(draws.count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count)
    #expect(abs(mean) < 0.035, "five deviations of the mean of 20,000")
    #expect(abs(variance - 1) < 0.05, "five deviations of their variance")
    #expect((30...85).contains(draws.count { abs($0) > 3 }), "0.27 % lie beyond three deviations: 54")
  }

  @Test func `draws the same of both normal distributions but for rounding`() {
    var (random, precise) = (SeededGenerator(seed: 6), SeededGenerator(seed: 6))
    #expect((0..<20_000).allSatisfy { _ in abs(random.gaussian() - Float(precise.preciseGaussian())) < 1e-6 })
    #expect(random == precise)
  }

  @Test func `shuffles to a permutation, and any element may be first`() {
    var random = SeededGenerator(seed: 5)
    var firsts: Set<Int> = []
    for _ in 0..<200 {
      let order = random.shuffled(0..<6)
      #expect(order.sorted() == Array(0..<6))
      firsts.insert(order[0])
    }
    #expect(firsts == Set(0..<6))
    #expect(random.shuffled([Int]()).isEmpty)
    #expect(random.element(of: [Int]()) == nil)
    #expect(random.element(of: [9]) == 9)
  }
}
