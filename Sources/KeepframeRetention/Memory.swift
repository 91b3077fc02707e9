package import KeepframeFeatures
package import KeepframeNumerics

/// The retained vectors of one video, in time order.
public struct Memory: Sendable {
  /// Which retained vector is closest, and how close.
  public struct Neighbour: Hashable, Sendable {
    /// Row of the memory.
    public let row: Int
    /// Cosine similarity, -1...1.
    public let similarity: Float

    package init(row: Int, similarity: Float) {
      self.row = row
      self.similarity = similarity
    }
  }

  /// Ordinals of the samples that the rows came from, ascending.
  package private(set) var ordinals: [Int] = []
  private var values: [Float] = []
  package let dimension: Int

  package init(dimension: Int) { self.dimension = dimension }

  package var count: Int { ordinals.count }
  package var isEmpty: Bool { ordinals.isEmpty }

  /// `[count, dimension]`, unit-length rows.
  package var vectors: Matrix { Matrix(rows: count, columns: dimension, values: values) }

  package func row(_ index: Int) -> [Float] { Array(values[index * dimension..<(index + 1) * dimension]) }

  package mutating func store(_ sample: Sample) {
    precondition(sample.embedding.dimension == dimension, "memory holds [\(dimension)], got [\(sample.embedding.dimension)]")
    precondition(
      ordinals.last.map { $0 < sample.ordinal } ?? true, "memory is in time order, got \(sample.ordinal) after \(ordinals.last!)")
    ordinals.append(sample.ordinal)
    values.append(contentsOf: sample.embedding.values)
  }

  /// The most similar row; the earliest of equals. Nil while the memory is empty.
  ///
  /// - Complexity: O(`count` x `dimension`)
  package func nearest(to embedding: Embedding) -> Neighbour? {
    nearest(to: Matrix(rows: 1, columns: dimension, values: embedding.values)).first
  }

  /// The most similar row to each row of `block`; empty while the memory is empty.
  ///
  /// - Parameter block: `[N, dimension]`, unit-length rows.
  /// - Complexity: O(N x `count` x `dimension`), as one matrix product.
  package func nearest(to block: Matrix) -> [Neighbour] {
    guard !isEmpty else { return [] }
    let similarities = matmul(block, vectors, transposeB: true).values
    return (0..<block.rows).map { query in
      var best = Neighbour(row: 0, similarity: similarities[query * count])
      for row in 1..<count where similarities[query * count + row] > best.similarity {
        best = Neighbour(row: row, similarity: similarities[query * count + row])
      }
      return best
    }
  }
}
