internal import KeepframeNumerics

/// One vector with what the level above needs to know of it: a retained frame, or the pooled vector of a window.
struct Item: Sendable {
  /// `[D]`, not scaled: the mean of means is the mean.
  var values: [Float]
  /// How many frames it stands for.
  var mass: Float
  /// From its first frame to the end of what its last one covers.
  var seconds: Range<Double>
  /// From the frame before its first.
  var gapSeconds: Double

  init(_ vector: MemoryVector) {
    values = vector.values
    mass = vector.mass
    seconds = vector.seconds..<vector.seconds + vector.coversSeconds
    gapSeconds = vector.gapSeconds
  }

  init(values: [Float], mass: Float, seconds: Range<Double>, gapSeconds: Double) {
    self.values = values
    self.mass = mass
    self.seconds = seconds
    self.gapSeconds = gapSeconds
  }
}

/// Up to W items, and what attention pools them to.
///
/// Items are projected once, when they come; only the pooling is done again as the window fills.
struct Window: Sendable {
  private(set) var count = 0
  /// Work done since the last ``takeMultiplyAdds()``.
  private var multiplyAdds = 0

  // `[count, D]`, `[count, H]`, `[count, R]`, `[count]` ...
  private var vectors: [Float] = []
  private var logits: [Float] = []
  private var narrow: [Float] = []
  private var masses: [Float] = []
  private var seconds: [Range<Double>] = []
  private var firstGapSeconds = 0.0
  /// Of the items as they are; nil where they changed since.
  private var encoded: (item: Item, weights: [Float])?

  mutating func append(_ item: Item, _ pooling: AttentionPooling) {
    if count == 0 { firstGapSeconds = item.gapSeconds }
    count += 1
    seconds.append(item.seconds)
    masses.append(item.mass)
    vectors += item.values
    let projection = project(item, pooling)
    logits += projection.logits
    narrow += projection.narrow
    encoded = nil
  }

  /// What the items pool to, and the attention weight of each, `[count]`: the mean over the heads.
  ///
  /// - Complexity: O(count · D) the first time, O(1) until an item changes.
  mutating func encode(_ pooling: AttentionPooling) -> (item: Item, weights: [Float]) {
    if let encoded { return encoded }
    let heads = pooling.headCount
    let weights = (0..<heads).map { head in
      softmax((0..<count).map { logits[$0 * heads + head] }, masses: masses)
    }
    let mass = masses.reduce(0, +)
    let values =
      mass > 0
      ? pooling.pool(vectors, narrow: narrow, weights: weights, counting: &multiplyAdds)
      : [Float](repeating: 0, count: pooling.dimension)
    let start = seconds.lazy.map(\.lowerBound).min()!
    let end = seconds.lazy.map(\.upperBound).max()!
    let result = (
      item: Item(values: values, mass: mass, seconds: start..<end, gapSeconds: firstGapSeconds),
      weights: (0..<count).map { index in weights.reduce(0) { $0 + $1[index] } / Float(heads) }
    )
    encoded = result
    return result
  }

  /// The slots of a leaf that holds `rows` of the memory.
  func slots(_ pooling: SlotPooling, rows: Range<Int>) -> [SlotContext] {
    let vectors = Matrix(rows: count, columns: vectors.count / count, values: vectors)
    let slots = pooling.pool(vectors, masses: masses)
    let start = seconds.lazy.map(\.lowerBound).min()!
    let end = seconds.lazy.map(\.upperBound).max()!
    return (0..<slots.count).map { slot in
      let shares = slots.shares[row: slot]
      let mass = shares.reduce(0, +)
      let attended = zip(rows, shares).lazy.map { AttendedRow(row: $0, weight: mass > 0 ? $1 / mass : 0) }
      return SlotContext(
        window: rows, seconds: start..<end, values: slots.vectors[row: slot], mass: mass,
        attention: AttendedRow.heaviest(attended))
    }
  }

  mutating func takeMultiplyAdds() -> Int {
    defer { multiplyAdds = 0 }
    return multiplyAdds
  }

  private mutating func project(_ item: Item, _ pooling: AttentionPooling) -> (logits: [Float], narrow: [Float]) {
    let start = seconds[0].lowerBound
    return pooling.project(
      item.values,
      time: {
        TimeFeatures.make(
          secondsIntoWindow: item.seconds.lowerBound - start, gapSeconds: item.gapSeconds,
          coversSeconds: item.seconds.upperBound - item.seconds.lowerBound)
      }, counting: &multiplyAdds)
  }
}
