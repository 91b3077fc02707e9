internal import KeepframeNumerics

/// Makes context vectors of a memory of any length, by attention over windows, windows of windows, and so on.
///
/// A window holds up to W = 100 vectors. One level reaches 100 retained frames, two reach 10,000, three a million: any of N
/// frames is `ceil(log100 N)` hops from the video's context, where a recurrent network needs N steps. See Culurciello, "The fall
/// of RNN / LSTM"; Andrychowicz & Kurach 2016, arXiv:1602.03218.
///
/// A window is encoded once, when it is full, and kept without the vectors it was made from; what is still open is encoded when
/// contexts are asked for. So a vector costs its share of one window a level, whatever came before, and encoding piece by piece
/// equals encoding at once, bit for bit. With ``EncoderWeights/identity(dimension:)`` every context is the mean of its vectors,
/// weighted by mass.
///
/// ```
/// level 2                 [ •      •      •  ]            one window, of windows
/// level 1    [••••••••] [••••••••] [•••      ]            W = 8, 19 vectors; the last window is open
/// ```
package struct HierarchicalEncoder: Sendable {
  package let windowSize: Int
  /// What windows of retained frames are summed up by besides their context; nil for the context alone.
  package let slotPooling: SlotPooling?
  /// Vectors appended so far.
  package private(set) var count = 0
  /// Multiplications with an addition done by ``append(_:)`` so far.
  package private(set) var multiplyAdds = 0

  private let leaf: AttentionPooling
  private let upper: AttentionPooling
  /// Leaves first. The last may have no window yet but for one that holds the only window below.
  private var levels: [Level] = []

  private struct Level {
    var closed: [Node] = []
    /// What came since the last full window; never full.
    var open = Window()
  }

  /// - Parameters:
  ///   - windowSize: 2 or more.
  ///   - slots: how to sum up windows for ``slotContexts()``.
  package init(weights: EncoderWeights, windowSize: Int = 100, slots: SlotPooling? = nil) {
    precondition(windowSize >= 2, "expected windows of 2 vectors or more, got \(windowSize)")
    self.windowSize = windowSize
    slotPooling = slots
    leaf = AttentionPooling(weights.leaf)
    upper = AttentionPooling(weights.upper)
  }

  /// Hops from the video's context to any frame: `ceil(log_W count)`, at least 1; 0 while empty.
  package var levelCount: Int {
    guard count > 0 else { return 0 }
    var (levels, reach) = (1, windowSize)
    while reach < count { (levels, reach) = (levels + 1, reach * windowSize) }
    return levels
  }

  /// Adds the next vector, `[D]`, in time order.
  ///
  /// - Complexity: O(D) while the window fills; a full one costs O(W · D), or O(W² · D) with slots, a level.
  package mutating func append(_ vector: MemoryVector) {
    precondition(vector.values.count == leaf.dimension, "expected [\(leaf.dimension)], got [\(vector.values.count)]")
    if levels.isEmpty { levels.append(Level()) }
    count += 1
    levels[0].open.append(Item(vector), leaf)
    var level = 0
    while levels[level].open.count == windowSize {
      let item = close(level)
      level += 1
      if level == levels.count { levels.append(Level()) }
      levels[level].open.append(item, upper)
    }
  }

  /// The video first, then the windows from the top level down, each level in time order. Empty memory: none.
  ///
  /// - Complexity: O(number of windows)
  package func contexts() -> [ContextVector] {
    let nodes = nodes()
    guard let top = nodes.last?.first else { return [] }
    var contexts = [top.context(kind: .video, level: nodes.count, parent: nil)]
    var above = 0  // where the level above begins in `contexts`
    for level in nodes.indices.reversed() {
      let start = contexts.count
      for (index, node) in nodes[level].enumerated() {
        contexts.append(node.context(kind: .window, level: level + 1, parent: above + index / windowSize))
      }
      above = start
    }
    return contexts
  }

  /// The slots of each window of retained frames, in time order: what clips are compared by.
  ///
  /// Empty without ``slotPooling``.
  ///
  /// - Complexity: O(number of slots), and the open window's O(W² · D).
  package func slotContexts() -> [SlotContext] {
    guard let slotPooling, let leaves = levels.first else { return [] }
    var slots = leaves.closed.flatMap(\.slots)
    if leaves.open.count > 0 {
      slots += leaves.open.slots(slotPooling, rows: count - leaves.open.count..<count)
    }
    return slots
  }

  /// Encodes a shot or clip of any length on its own, by the same hierarchy. What was appended plays no part.
  ///
  /// - Parameters:
  ///   - vectors: `[D]` each, in time order.
  ///   - kind: what to call the result.
  ///   - rows: the rows of `vectors` in the memory, one each, ascending; they need not follow each other.
  ///   - seconds: the span to state.
  /// - Returns: `nil` if there are no vectors.
  package func encode(
    _ vectors: [MemoryVector], kind: ContextVector.Kind, rows: [Int], seconds: Range<Double>
  ) -> ContextVector? {
    precondition(vectors.count == rows.count, "expected a row for each of \(vectors.count) vectors, got \(rows.count)")
    var encoder = HierarchicalEncoder(empty: self)
    for vector in vectors { encoder.append(vector) }
    guard var node = encoder.nodes().last?.first, let first = rows.first, let last = rows.last else { return nil }
    node.rows = first..<last + 1
    node.item.seconds = seconds
    node.attention = node.attention.map { AttendedRow(row: rows[$0.row], weight: $0.weight) }
    return node.context(kind: kind, level: encoder.levelCount, parent: nil)
  }

  /// The same weights and windows, without vectors.
  private init(empty other: HierarchicalEncoder) {
    windowSize = other.windowSize
    slotPooling = nil
    leaf = other.leaf
    upper = other.upper
  }
}

// MARK: - The hierarchy

/// A window after encoding.
private struct Node: Sendable {
  var item: Item
  /// Of the memory.
  var rows: Range<Int>
  var attention: [AttendedRow]
  /// Of a leaf.
  var slots: [SlotContext] = []

  func context(kind: ContextVector.Kind, level: Int, parent: Int?) -> ContextVector {
    let values = normalized(item.values) ?? [Float](repeating: 0, count: item.values.count)
    return ContextVector(
      kind: kind, level: level, memory: rows, seconds: item.seconds, parent: parent, values: values, attention: attention)
  }
}

extension HierarchicalEncoder {
  /// Encodes a full window, whose members are all closed, and moves it to the closed ones.
  private mutating func close(_ level: Int) -> Item {
    var window = Window()
    swap(&window, &levels[level].open)
    let encoded = window.encode(pooling(level))
    multiplyAdds += window.takeMultiplyAdds()
    let index = levels[level].closed.count
    let members = level == 0 ? [] : levels[level - 1].closed[(index * windowSize)...]
    var node = node(level, index, encoded, members: members)
    if level == 0, let slotPooling {
      node.slots = window.slots(slotPooling, rows: node.rows)
      multiplyAdds += slotPooling.multiplyAdds(for: window.count, dimension: leaf.dimension)
    }
    levels[level].closed.append(node)
    return encoded.item
  }

  /// All windows of each level, leaves first, the open ones included; the last level has one.
  private func nodes() -> [[Node]] {
    var nodes: [[Node]] = []
    var below: Item?  // the open window of the level below
    for level in 0..<levelCount {
      var open = levels[level].open
      if let below { open.append(below, upper) }
      nodes.append(levels[level].closed)
      below = nil
      guard open.count > 0 else { continue }
      let window = open.encode(pooling(level))
      let index = levels[level].closed.count
      let members = level == 0 ? [] : nodes[level - 1][(index * windowSize)...]
      nodes[level].append(node(level, index, window, members: members))
      below = window.item
    }
    return nodes
  }

  /// - Parameter members: the windows that it holds; empty for a leaf.
  private func node(
    _ level: Int, _ index: Int, _ window: (item: Item, weights: [Float]), members: ArraySlice<Node>
  ) -> Node {
    let span = (0...level).reduce(1) { size, _ in size * windowSize }
    let rows = index * span..<min(count, (index + 1) * span)
    guard level > 0 else {
      let attended = zip(rows, window.weights).lazy.map { AttendedRow(row: $0, weight: $1) }
      return Node(item: window.item, rows: rows, attention: AttendedRow.heaviest(attended))
    }
    // The heaviest five of a window are among the heaviest five of its members.
    let attended = zip(members, window.weights).lazy.flatMap { member, weight in
      member.attention.lazy.map { AttendedRow(row: $0.row, weight: $0.weight * weight) }
    }
    return Node(item: window.item, rows: rows, attention: AttendedRow.heaviest(attended))
  }

  private func pooling(_ level: Int) -> AttentionPooling { level == 0 ? leaf : upper }
}
