import KeepframeBaselines
import KeepframeNumerics
import Testing

@testable import KeepframeContext

@Suite struct `Grouping shots into scenes` {
  /// Groupings that a film of shots that are wholly alike or wholly unlike leaves no choice.
  static let all: [any SceneGrouping] = [AttentionGrouping(), LinkGrouping()]

  /// One shot a letter: equal letters are equal vectors, others are at right angles.
  private func starts(_ film: String, _ grouping: any SceneGrouping = AttentionGrouping()) -> [Int] {
    let letters = Set(film).sorted()
    let vectors = film.map { shot in letters.map { $0 == shot ? Float(1) : 0 } }
    return grouping.sceneStarts(ShotSimilarity(Matrix(stacking: vectors), reach: grouping.reach))
  }

  @Test(arguments: all.indices)
  func `gives no scene without shots, and one of one shot`(index: Int) {
    #expect(starts("", Self.all[index]) == [])
    #expect(starts("a", Self.all[index]) == [0])
  }

  @Test(arguments: all.indices, [2, 3, 9, 40])
  func `gives one scene if all shots are alike`(index: Int, count: Int) {
    #expect(starts(String(repeating: "a", count: count), Self.all[index]) == [0])
  }

  @Test(arguments: all.indices, [(2, 2), (2, 7), (5, 3), (30, 12)])
  func `starts a scene at the seam of two blocks`(index: Int, blocks: (Int, Int)) {
    let film = String(repeating: "a", count: blocks.0) + String(repeating: "b", count: blocks.1)
    #expect(starts(film, Self.all[index]) == [0, blocks.0])
  }

  @Test(arguments: all.indices, ["abab", "abababababab", "abcabcabc", "aabbaabb"])
  func `takes shots that alternate for one scene`(index: Int, film: String) {
    #expect(starts(film, Self.all[index]) == [0])
  }

  @Test(arguments: all.indices)
  func `tells one dialogue from the next`(index: Int) {
    #expect(starts("ababab" + "cdcdcdc" + "eeee", Self.all[index]) == [0, 6, 13])
  }

  @Test func `by neighbours alone makes a scene of every shot of a dialogue`() {
    #expect(starts("abab", NeighbourGrouping()) == [0, 1, 2, 3])
    #expect(starts("aabb", NeighbourGrouping()) == [0, 2])
  }

  @Test func `finds a shot that is like none to be no part of what is before or behind`() {
    let vectors = Matrix(stacking: [[1, 0], [1, 0], [0, 0], [0, 0], [1, 0], [1, 0]])
    let similarity = ShotSimilarity(vectors)
    #expect(similarity[2, 3] == 0 && similarity[1, 4] == 1, "zeros stand for a shot without pictures")
  }

  @Test func `does not look further than its reach`() {
    var near = AttentionGrouping()
    near.reach = 2
    #expect(starts("aabbbbbbaa", near) == [0, 2, 8])
    let cosines = ShotSimilarity(Matrix(stacking: [[1, 0], [0, 1], [1, 0], [1, 0]]), reach: 2)
    #expect(cosines[2, 0] == 1 && cosines[0, 1] == 0 && cosines[2, 3] == 1)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func `finds coherence between 0 and 1, whichever way the film runs`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let vectors = (0..<30).map { _ in normalized((0..<8).map { _ in random.gaussian() + 0.7 })! }
    let grouping = AttentionGrouping()
    let forward = grouping.coherence(ShotSimilarity(Matrix(stacking: vectors)))
    let backward = grouping.coherence(ShotSimilarity(Matrix(stacking: vectors.reversed())))
    #expect(forward[0] == 1 && forward.allSatisfy { (0...1).contains($0) })
    for shot in 1..<30 { #expect(abs(forward[shot] - backward[30 - shot]) < 1e-4, "before shot \(shot)") }
    #expect(forward == grouping.coherence(ShotSimilarity(Matrix(stacking: vectors))), "twice the same")
  }
}
