internal import Glibc  // `expf`
internal import KeepframeContext
internal import KeepframeNumerics

/// A memory that is read by content: a cue attends to the means of groups, then to the members of
/// the best groups.
///
/// The attention is that over the whole memory, restricted to the few vectors that matter. With
/// groups of 100, any of 10,000 vectors is two hops away. What followed a remembered moment is the
/// next row: see ``recall(_:reading:)``.
package struct AssociativeReader: Sendable {
  /// κ, the factor of similarities in the attention's softmax.
  package var sharpness: Float
  private var tree: ContentTree

  /// - Parameter sharpness: 0 or more; 80 suits embeddings whose cosines between different frames
  ///   are 0.6 or less.
  package init(dimension: Int, sharpness: Float = 80, groupSize: Int = 100) {
    self.sharpness = sharpness
    tree = ContentTree(dimension: dimension, capacity: groupSize)
  }

  /// Vectors in memory.
  package var count: Int { tree.count }
  /// Hops from a cue to any vector.
  package var depth: Int { tree.depth }

  /// Adds the next vector, `[D]`, of unit length.
  ///
  /// - Complexity: O(depth · W · D)
  package mutating func append(_ vector: [Float]) { tree.insert(vector) }

  /// What a cue attends to.
  package struct Reading: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
      package let row: Int
      /// 0...1
      package let weight: Float
    }

    /// Heaviest first; weights are a softmax over all rows that were read.
    package let rows: [Row]
    /// Vectors that the cue was compared with, means of groups among them.
    package let vectorsRead: Int
  }

  /// Attends to the memory.
  ///
  /// - Parameters:
  ///   - cue: `[D]`, of unit length.
  ///   - budget: the most vectors to read, at least one group; nil reads all.
  ///   - limit: how many rows to return.
  package func read(_ cue: [Float], reading budget: Int? = nil, limit: Int = 5) -> Reading {
    var found: [(row: Int, similarity: Float)] = []
    let read = tree.read(cue, budget: budget ?? .max) { found.append(($0, $1)) }
    guard let largest = found.lazy.map(\.similarity).max() else { return Reading(rows: [], vectorsRead: read) }
    let weights = found.map { expf(sharpness * ($0.similarity - largest)) }
    let sum = weights.reduce(0, +)
    // By similarity, not by weight: far below the best, all weights are 0.
    let order = found.indices.sorted { (found[$0].similarity, found[$1].row) > (found[$1].similarity, found[$0].row) }
    return Reading(
      rows: order.prefix(limit).map { Reading.Row(row: found[$0].row, weight: weights[$0] / sum) }, vectorsRead: read)
  }

  /// The row that followed what the cue shows; nil if the memory is empty or that was its last row.
  package func recall(_ cue: [Float], reading budget: Int? = nil) -> Int? {
    guard let row = read(cue, reading: budget, limit: 1).rows.first?.row, row + 1 < count else { return nil }
    return row + 1
  }
}
