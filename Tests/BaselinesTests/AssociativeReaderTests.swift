import KeepframeContext
import KeepframeMemorySupport
import KeepframeNumerics
import Testing

@testable import KeepframeBaselines

@Suite struct `Reading by content` {
  @Test func `is exact when everything is read`() {
    let memory = clustered(3_000)
    let reader = reader(memory)
    for row in stride(from: 0, to: 3_000, by: 97) {
      let cue = noisy(memory[row], seed: UInt64(row))
      let similarity = memory.map { dot($0, cue) }
      let reading = reader.read(cue, limit: 3)
      let expected = similarity.indices.sorted { (similarity[$0], $1) > (similarity[$1], $0) }.prefix(3)
      #expect(reading.rows.map(\.row) == Array(expected))
      #expect(reading.vectorsRead >= 3_000, "rows, and the means on the way")
      #expect(reader.recall(cue) == (expected[0] + 1 < 3_000 ? expected[0] + 1 : nil))
    }
  }

  @Test func `finds 95 % of what all of it would, in a tenth of it`() {
    let memory = clustered(10_000)
    let reader = reader(memory)
    #expect(reader.depth <= 3)
    var (right, exact, asked) = (0, 0, 0)
    for row in stride(from: 0, to: 10_000, by: 41) {
      let cue = noisy(memory[row], seed: UInt64(row))
      let reading = reader.read(cue, reading: 1_000)
      #expect(reading.vectorsRead <= 1_000)
      right += reading.rows[0].row == row ? 1 : 0
      exact += memory.indices.max { dot(memory[$0], cue) < dot(memory[$1], cue) } == row ? 1 : 0
      asked += 1
    }
    #expect(exact > asked / 2, "or the task would say little")
    #expect(Double(right) >= 0.95 * Double(exact), "\(right) of \(exact)")
  }

  @Test(arguments: [1, 5, 100, 101, 1_234]) func `keeps every row in one group of at most the size asked for`(count: Int) {
    var tree = ContentTree(dimension: 8, capacity: 10)
    for vector in clustered(count, dimension: 8) { tree.insert(vector) }
    #expect(tree.leaves.allSatisfy { $0.count <= 10 && !$0.isEmpty })
    #expect(tree.leaves.flatMap(\.self).sorted() == Array(0..<count))
  }

  @Test func `weighs what it read by a softmax`() {
    let reader = reader([[1, 0], [0.6, 0.8], [0, 1]], sharpness: 2)
    let rows = reader.read([1, 0]).rows
    #expect(rows.map(\.row) == [0, 1, 2])
    #expect(abs(rows.reduce(0) { $0 + $1.weight } - 1) < 1e-6)
    #expect(abs(rows[0].weight / rows[1].weight - 2.225_541) < 1e-4, "e to the power of 2 (1 - 0.6)")
  }

  @Test func `of an empty memory gives nothing`() {
    let reader = AssociativeReader(dimension: 2)
    #expect(reader.read([1, 0]).rows.isEmpty && reader.recall([1, 0]) == nil)
  }

  @Test func `does not depend on equal vectors being many`() {
    let reader = reader(Array(repeating: [Float(0.6), 0.8], count: 2_000))
    #expect(reader.read([0.6, 0.8], reading: 300).rows[0].weight > 0)
  }

  private func reader(_ memory: [[Float]], sharpness: Float = 80) -> AssociativeReader {
    var reader = AssociativeReader(dimension: memory[0].count, sharpness: sharpness)
    for vector in memory { reader.append(vector) }
    return reader
  }

  /// Scenes of about 20 like vectors each, in an order without sense.
  private func clustered(_ count: Int, dimension: Int = 32) -> [[Float]] {
    var random = TestGenerator(seed: 8)
    func gaussian() -> Float { (0..<6).reduce(0) { sum, _ in sum + Float.random(in: -1...1, using: &random) } }
    let scenes = (0..<max(1, count / 20)).map { _ in (0..<dimension).map { _ in gaussian() } }
    return (0..<count).map { _ in
      let scene = scenes[Int(random.next() % UInt64(scenes.count))]
      return normalized(scene.map { $0 + 0.5 * gaussian() })!
    }
  }

  private func noisy(_ vector: [Float], seed: UInt64) -> [Float] {
    var random = TestGenerator(seed: seed + 3)
    return normalized(vector.map { $0 + Float.random(in: -0.15...0.15, using: &random) })!
  }
}
