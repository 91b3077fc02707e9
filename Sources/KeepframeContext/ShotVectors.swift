package import KeepframeBoundaries
package import KeepframeFeatures
package import KeepframeNumerics

/// Sums up the embeddings of each shot in one vector.
package struct ShotVectors {
  private let shots: [Segment]
  private var sums: [[Float]]
  /// What shots are compared by; nil for the embeddings themselves.
  private let projection: Projection?

  /// - Parameter backbone: name of what embeds. Shots of the shipped encoder's backbone are
  ///   compared by that encoder's projection.
  package init(_ shots: [Segment], dimension: Int, backbone: String) {
    self.shots = shots
    projection = backbone == EncoderModel.shipped.backbone ? EncoderModel.shipped.projection : nil
    sums = Array(repeating: Array(repeating: 0, count: dimension), count: shots.count)
  }

  /// Adds an embedding to the shot that the frame lies in. A frame that lies in none is left out.
  package mutating func add(_ vector: [Float], atFrame frame: Int) {
    guard let shot = shots.index(ofFrame: frame) else { return }
    for index in vector.indices { sums[shot][index] += vector[index] }
  }

  /// The first shot of each scene.
  ///
  /// - Parameter grouping: nil for attention, with the shipped settings for the vectors that are
  ///   compared.
  package func sceneStarts(_ grouping: (any SceneGrouping)? = nil) -> [Int] {
    let grouping = grouping ?? (projection == nil ? AttentionGrouping.ofEmbeddings : AttentionGrouping())
    let vectors = Self.compared(Matrix(stacking: sums.map { normalized($0) ?? $0 }), by: projection)
    return grouping.sceneStarts(ShotSimilarity(vectors, reach: grouping.reach))
  }

  /// Projects unit vectors of shots. A shot of which nothing is known stays zero.
  package static func compared(_ shots: Matrix, by projection: Projection?) -> Matrix {
    guard let projection else { return shots }
    return Matrix(
      stacking: (0..<shots.rows).map { row in
        let shot = shots[row: row]
        return shot.contains { $0 != 0 } ? projection.apply(to: shot) : Array(repeating: 0, count: projection.outputDimension)
      })
  }
}
