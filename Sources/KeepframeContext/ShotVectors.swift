package import KeepframeBoundaries
internal import KeepframeNumerics

/// Sums up what is seen in each shot, one vector a shot.
package struct ShotVectors {
  private let shots: [Scene]
  private var sums: [[Float]]

  package init(_ shots: [Scene], dimension: Int) {
    self.shots = shots
    sums = Array(repeating: Array(repeating: 0, count: dimension), count: shots.count)
  }

  /// Adds to the shot that a frame lies in; what lies in none is left out.
  package mutating func add(_ vector: [Float], atFrame frame: Int) {
    guard let shot = shots.index(ofFrame: frame) else { return }
    for index in vector.indices { sums[shot][index] += vector[index] }
  }

  /// The first shot of each scene.
  package func sceneStarts(_ grouping: any SceneGrouping) -> [Int] {
    let vectors = Matrix(stacking: sums.map { normalized($0) ?? $0 })
    return grouping.sceneStarts(ShotSimilarity(vectors, reach: grouping.reach))
  }
}
