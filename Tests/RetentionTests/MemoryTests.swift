import KeepframeFeatures
import KeepframeMemorySupport
import KeepframeNumerics
import KeepframeRetention
import Testing

@Suite struct `A memory` {
  private func filled(_ samples: [Sample]) -> Memory {
    var memory = Memory(dimension: samples[0].embedding.dimension)
    for sample in samples { memory.store(sample) }
    return memory
  }

  @Test(arguments: [UInt64(1), 2, 3, 4], [1, 2, 37]) func `finds the nearest row like a plain loop`(seed: UInt64, count: Int)
    throws
  {
    let stored = Walk.wandering(seed: seed, count: count, dimension: 48)
    let memory = filled(stored)
    let queries = Walk.wandering(seed: seed + 100, count: 20, dimension: 48).map(\.embedding)
    let block = memory.nearest(to: Matrix(rows: 20, columns: 48, values: queries.flatMap(\.values)))
    for (query, found) in zip(queries, block) {
      let similarities = stored.map { naiveSimilarity($0.embedding, query) }
      #expect(abs(Double(found.similarity) - similarities.max()!) < 1e-5)
      #expect(similarities[found.row] > similarities.max()! - 1e-5)
      let single = try #require(memory.nearest(to: query))
      #expect(single.row == found.row && abs(single.similarity - found.similarity) < 1e-5)
    }
  }

  @Test func `prefers the earliest of equals`() {
    let picture = Walk.wandering(seed: 1, count: 1)[0].embedding.values
    let memory = filled(Walk.samples([picture, picture, picture]))
    #expect(memory.nearest(to: Walk.samples([picture])[0].embedding)?.row == 0)
  }

  @Test func `that is empty has no nearest row`() {
    let memory = Memory(dimension: 2)
    #expect(memory.nearest(to: Walk.samples([[1, 0]])[0].embedding) == nil)
    #expect(memory.nearest(to: Matrix(rows: 3, columns: 2)).isEmpty)
    #expect(memory.isEmpty && memory.vectors.rows == 0)
  }

  @Test func `keeps its rows in time order`() {
    let samples = Walk.wandering(seed: 2, count: 5)
    let memory = filled([samples[0], samples[3], samples[4]])
    #expect(memory.ordinals == [0, 3, 4] && memory.count == 3)
    #expect(memory.row(1) == samples[3].embedding.values)
    #expect(memory.vectors.values == [0, 3, 4].flatMap { samples[$0].embedding.values })
  }
}

@Suite struct Fidelities {
  @Test(arguments: [UInt64(1), 2, 3]) func `are those of a plain loop, in blocks or at once`(seed: UInt64) {
    let samples = Walk.shots(seed: seed, count: 8)
    let replay = Replay(CoverageGate(price: 0.5, lookAhead: 2), samples)
    let best = samples.map { sample in
      replay.kept.map { naiveSimilarity(samples[$0].embedding, sample.embedding) }.max()!
    }
    let dimension = samples[0].embedding.dimension
    for size in [samples.count, 7] {
      var fidelity = Fidelity()
      for start in stride(from: 0, to: samples.count, by: size) {
        let block = samples[start..<min(samples.count, start + size)]
        fidelity.add(
          Matrix(rows: block.count, columns: dimension, values: block.flatMap(\.embedding.values)), against: replay.memory)
      }
      #expect(fidelity.assignments.count == samples.count)
      #expect(abs(fidelity.coverage - best.reduce(0, +) / Double(best.count)) < 1e-5)
      for (found, expected) in zip(fidelity.assignments, best) { #expect(abs(Double(found.similarity) - expected) < 1e-5) }
      #expect(abs(best[fidelity.worst!] - best.min()!) < 1e-5)
    }
  }

  @Test func `are perfect where everything was kept`() {
    let samples = Walk.wandering(seed: 4, count: 30)
    #expect(abs(Replay(AllGate(), samples).coverage(of: samples) - 1) < 1e-6)
  }

  @Test func `of nothing are nothing`() {
    #expect(Fidelity().coverage == 0 && Fidelity().worst == nil)
  }
}
