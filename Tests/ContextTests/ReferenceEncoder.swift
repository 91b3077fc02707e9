import Foundation
import KeepframeContext
import KeepframeNumerics

/// The readable twin of the encoder: the formulas as they stand, in Double, one window after the other, nothing cached.
struct ReferenceEncoder {
  let weights: EncoderWeights
  let windowSize: Int

  struct Item {
    var values: [Double]
    var mass: Double
    var start: Double
    var end: Double
    var gap: Double
  }

  /// The context of the whole memory, not scaled.
  func encode(_ vectors: [MemoryVector]) -> [Double] {
    var items = vectors.map {
      Item(
        values: $0.values.map { Double($0) }, mass: Double($0.mass), start: $0.seconds, end: $0.seconds + $0.coversSeconds,
        gap: $0.gapSeconds)
    }
    var layer = weights.leaf
    repeat {
      items = stride(from: 0, to: items.count, by: windowSize).map {
        pool(Array(items[$0..<min($0 + windowSize, items.count)]), layer)
      }
      layer = weights.upper
    } while items.count > 1
    return items[0].values
  }

  private func pool(_ items: [Item], _ layer: AttentionWeights) -> Item {
    let dimension = layer.dimension
    let width = dimension / layer.headCount
    let keyWidth = layer.query.columns
    var pooled = [Double](repeating: 0, count: dimension)
    for head in 0..<layer.headCount {
      let logits = items.map { item -> Double in
        let time = TimeFeatures.make(
          secondsIntoWindow: item.start - items[0].start, gapSeconds: item.gap, coversSeconds: item.end - item.start)
        let key = product(item.values + time.map { Double($0) }, layer.key)
        let scores = (0..<keyWidth).map { Double(layer.query[head, $0]) * key[head * keyWidth + $0] }
        return scores.reduce(0, +) / Double(keyWidth).squareRoot() + log(item.mass)
      }
      let exponentials = logits.map { exp($0) }
      let sum = exponentials.reduce(0, +)
      for (item, exponential) in zip(items, exponentials) {
        let value = add(item.values, product(product(item.values, layer.valueDown), layer.valueUp))
        for column in head * width..<(head + 1) * width { pooled[column] += exponential / sum * value[column] }
      }
    }
    let hidden = add(product(pooled, layer.hidden), layer.hiddenBias.values.map { Double($0) }).map { $0 / (1 + exp(-$0)) }
    let network = add(product(hidden, layer.output), layer.outputBias.values.map { Double($0) })
    return Item(
      values: add(pooled, network), mass: items.reduce(0) { $0 + $1.mass }, start: items[0].start,
      end: items.map(\.end).max()!, gap: items[0].gap)
  }

  private func product(_ vector: [Double], _ matrix: Matrix) -> [Double] {
    (0..<matrix.columns).map { column in vector.indices.reduce(0) { $0 + vector[$1] * Double(matrix[$1, column]) } }
  }

  private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
}

func unit(_ vector: [Double]) -> [Float] {
  let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return vector.map { Float($0 / length) }
}
