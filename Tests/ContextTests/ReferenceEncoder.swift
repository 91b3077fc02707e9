import Foundation
import KeepframeContext
import KeepframeFeatures
import KeepframeNumerics

/// The readable twin of the encoder: the formulas as they stand, in Double, one window after the
/// other, nothing cached. With one part a window.
struct ReferenceEncoder {
  let weights: EncoderWeights
  let windowSize: Int

  private struct Item {
    var content: [Double]
    var order: [Double]
    var mass: Double
  }

  /// The context of the whole memory, of unit length.
  func encode(_ vectors: [MemoryVector]) -> [Double] {
    let rows = vectors.map { $0.values.map { Double($0) } }
    let orders = orders(rows)
    var items = vectors.indices.map { Item(content: rows[$0], order: orders[$0], mass: Double(vectors[$0].mass)) }
    var ridge = Double(weights.content.ridge)
    repeat {
      items = stride(from: 0, to: items.count, by: windowSize).map {
        pool(Array(items[$0..<min($0 + windowSize, items.count)]), ridge, isLeaf: ridge == Double(weights.content.ridge))
      }
      ridge = Double(weights.upper.ridge)
    } while items.count > 1
    let axes = weights.axes!
    let told = (0..<axes.columns).map { column in
      (0..<axes.rows).reduce(0) { $0 + items[0].content[$1] * Double(axes[$1, column]) }
    }
    let share = Double(weights.whole!.orderShare)
    return unit(unit(told).map { $0 * (1 - share).squareRoot() } + unit(white(items[0].order)).map { $0 * share.squareRoot() })
  }

  /// What each vector remembers of order: what its shot is bound to, where it is the first of its
  /// shot; zeros elsewhere. A shot is known as far as its window goes, and as the one before in
  /// full.
  private func orders(_ rows: [[Double]]) -> [[Double]] {
    let head = weights.order!
    let sizes = (head.before.outputDimension, head.itself.outputDimension)
    var shots: [Range<Int>] = []
    for row in rows.indices {
      if row > 0, product(unit(rows[row]), unit(rows[row - 1])) >= Double(head.shotSimilarity) {
        shots[shots.count - 1] = shots.last!.lowerBound..<row + 1
      } else {
        shots.append(row..<row + 1)
      }
    }
    var orders = rows.map { _ in [Double](repeating: 0, count: sizes.0 * sizes.1 + sizes.0 * sizes.0 + sizes.1 * sizes.1) }
    func mean(_ shot: Range<Int>) -> [Double] {
      unit(shot.reduce(into: rows[0].map { _ in 0 }) { sum, row in for (i, x) in unit(rows[row]).enumerated() { sum[i] += x } })
    }
    for (before, shot) in zip(shots, shots.dropFirst()) {
      let end = min(shot.upperBound, (shot.lowerBound / windowSize + 1) * windowSize)
      let (key, value) = (map(mean(before), head.before), map(mean(shot.lowerBound..<end), head.itself))
      func outer(_ a: [Double], _ b: [Double]) -> [Double] { a.flatMap { a in b.map { a * $0 } } }
      orders[shot.lowerBound] = outer(key, value) + outer(key, key) + outer(value, value)
    }
    return orders
  }

  /// (K + ridge)^-1/2 M (V + ridge)^-1/2
  private func white(_ sums: [Double]) -> [Double] {
    let head = weights.order!
    let (k, v) = (head.before.outputDimension, head.itself.outputDimension)
    func matrix(_ start: Int, _ rows: Int, _ columns: Int) -> [[Double]] {
      (0..<rows).map { row in Array(sums[(start + row * columns)..<(start + (row + 1) * columns)]) }
    }
    func inverseRoot(_ matrix: [[Double]]) -> [[Double]] {
      let mean = matrix.indices.reduce(0) { $0 + matrix[$1][$1] } / Double(matrix.count)
      guard mean > 0 else { return matrix }
      // Denman and Beavers 1976: both to the root and to its inverse.
      var root = matrix
      for index in root.indices { root[index][index] += Double(head.ridge) * mean }
      var inverse = root.indices.map { row in root.indices.map { row == $0 ? 1.0 : 0 } }
      for _ in 0..<60 {
        let (a, b) = (self.inverse(root), self.inverse(inverse))
        root = zip(root, b).map { zip($0, $1).map { ($0 + $1) / 2 } }
        inverse = zip(inverse, a).map { zip($0, $1).map { ($0 + $1) / 2 } }
      }
      return inverse
    }
    func times(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
      a.map { row in b[0].indices.map { column in row.indices.reduce(0) { $0 + row[$1] * b[$1][column] } } }
    }
    return times(times(inverseRoot(matrix(k * v, k, k)), matrix(0, k, v)), inverseRoot(matrix(k * v + k * k, v, v)))
      .flatMap { $0 }
  }

  private func inverse(_ matrix: [[Double]]) -> [[Double]] {
    matrix.indices.map { column in solve(matrix, matrix.indices.map { $0 == column ? 1 : 0 }) }
  }

  private func map(_ x: [Double], _ map: Projection) -> [Double] {
    unit(
      (0..<map.weight.columns).map { column in
        x.indices.reduce(Double(map.bias[column])) { $0 + x[$1] * Double(map.weight[$1, column]) }
      })
  }

  private func pool(_ items: [Item], _ ridge: Double, isLeaf: Bool) -> Item {
    let vectors = items.map { unit($0.content) }
    let mean = isLeaf ? 1 : items.reduce(0) { $0 + $1.mass } / Double(items.count)
    var matrix = vectors.map { a in vectors.map { product(a, $0) } }
    for index in items.indices { matrix[index][index] += ridge * mean / items[index].mass }
    let solved = solve(matrix, matrix.map { _ in 1 })
    var result = Item(
      content: vectors[0].map { _ in 0 }, order: items[0].order.map { _ in 0 }, mass: items.reduce(0) { $0 + $1.mass })
    for (index, item) in items.enumerated() {
      let own = isLeaf ? item.content : vectors[index]
      for column in own.indices { result.content[column] += (max(0, solved[index]) + 1e-4 * item.mass / mean) * own[column] }
      for column in item.order.indices { result.order[column] += item.order[column] }
    }
    return result
  }

  /// Gauss and Jordan.
  private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    for pivot in rows.indices {
      let best = (pivot..<rows.count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) }!
      rows.swapAt(pivot, best)
      rows[pivot] = rows[pivot].map { $0 / rows[pivot][pivot] }
      for row in rows.indices where row != pivot {
        let factor = rows[row][pivot]
        rows[row] = zip(rows[row], rows[pivot]).map { $0 - factor * $1 }
      }
    }
    return rows.map { $0.last! }
  }
}

private func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

func unit(_ vector: [Double]) -> [Double] {
  let length = product(vector, vector).squareRoot()
  return length > 0 ? vector.map { $0 / length } : vector
}
