internal import Tensors

/// Makes context vectors of a memory of any length, by attention over windows, windows of windows, and so on.
///
/// A window holds up to W = 100 vectors. One level reaches 100 retained frames, two reach 10,000, three a million: any of N
/// frames is `ceil(log100 N)` hops from the video's context, where a recurrent network needs N steps. See Culurciello, "The fall
/// of RNN / LSTM"; Andrychowicz & Kurach 2016, arXiv:1602.03218.
///
/// Full windows are encoded once and kept, without the vectors they were made from. Appending a vector encodes the open window
/// of each level again, nothing else; so encoding piece by piece equals encoding at once, bit for bit. With
/// ``EncoderWeights/identity(dimension:)`` every context is the mean of its vectors, weighted by mass.
///
/// ```
/// level 2                 [ •      •      •  ]            one window, of windows
/// level 1    [••••••••] [••••••••] [•••      ]            W = 8, 19 vectors; the last window is open
/// ```
public struct HierarchicalEncoder: Sendable {
  public let windowSize: Int
  /// Vectors appended so far.
  public private(set) var count = 0
  /// Multiplications with an addition done by ``append(_:)`` so far.
  public private(set) var multiplyAdds = 0

  private let leaf: AttentionPooling
  private let upper: AttentionPooling
  /// Leaves first. Every level but the top has more than one window.
  private var levels: [Level] = []

  private struct Level {
    var closed: [Node] = []
    var open = Window()
  }

  /// - Parameter windowSize: 2 or more.
  public init(weights: EncoderWeights, windowSize: Int = 100) {
    precondition(windowSize >= 2, "expected windows of 2 vectors or more, got \(windowSize)")
    self.windowSize = windowSize
    leaf = AttentionPooling(weights.leaf)
    upper = AttentionPooling(weights.upper)
  }

  /// Hops from the video's context to any frame: `ceil(log_W count)`, at least 1; 0 while empty.
  public var levelCount: Int { levels.count }

  /// Adds the next vector, `[D]`, in time order, and brings the context of the video up to date.
  ///
  /// - Complexity: O(levels · W · D), whatever the length.
  public mutating func append(_ vector: MemoryVector) {
    insert(vector)
    refresh()
  }

  /// The video first, then the windows from the top level down, each level in time order. Empty memory: none.
  ///
  /// - Complexity: O(number of windows)
  public func contexts() -> [ContextVector] {
    let nodes = nodes()
    guard let top = nodes.last?.first else { return [] }
    var contexts = [top.context(kind: .video, level: levels.count, parent: nil)]
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

  /// Encodes a shot or clip of any length on its own, by the same hierarchy. What was appended plays no part.
  ///
  /// - Parameters:
  ///   - vectors: `[D]` each, in time order.
  ///   - kind: what to call the result.
  ///   - rows: the rows of `vectors` in the memory, one each, ascending; they need not follow each other.
  ///   - seconds: the span to state.
  /// - Returns: `nil` if there are no vectors.
  public func encode(
    _ vectors: [MemoryVector], kind: ContextVector.Kind, rows: [Int], seconds: Range<Double>
  ) -> ContextVector? {
    precondition(vectors.count == rows.count, "expected a row for each of \(vectors.count) vectors, got \(rows.count)")
    var encoder = HierarchicalEncoder(empty: self)
    for vector in vectors { encoder.insert(vector) }
    encoder.refresh()
    guard var node = encoder.nodes().last?.first, let first = rows.first, let last = rows.last else { return nil }
    node.rows = first..<last + 1
    node.item.seconds = seconds
    node.attention = node.attention.map { AttendedRow(row: rows[$0.row], weight: $0.weight) }
    return node.context(kind: kind, level: encoder.levelCount, parent: nil)
  }

  /// The same weights and windows, without vectors.
  private init(empty other: HierarchicalEncoder) {
    windowSize = other.windowSize
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

  func context(kind: ContextVector.Kind, level: Int, parent: Int?) -> ContextVector {
    let values = normalized(item.values) ?? [Float](repeating: 0, count: item.values.count)
    return ContextVector(
      kind: kind, level: level, memory: rows, seconds: item.seconds, parent: parent, values: values, attention: attention)
  }
}

extension HierarchicalEncoder {
  /// Adds a vector without encoding open windows: until ``refresh()`` they stand in the level above as they were.
  private mutating func insert(_ vector: MemoryVector) {
    precondition(vector.values.count == leaf.dimension, "expected [\(leaf.dimension)], got [\(vector.values.count)]")
    if levels.isEmpty { levels.append(Level()) }
    count += 1
    var item = Item(vector)
    var level = 0
    while levels[level].open.count == windowSize {
      let full = close(level)
      levels[level].open.append(item, pooling(level))
      if level + 1 == levels.count {
        levels.append(Level())
        levels[level + 1].open.append(full, upper)
      } else {
        levels[level + 1].open.replaceLast(full, upper)
      }
      // The window just opened joins the level above, which may open one in turn.
      item = levels[level].open.encode(pooling(level)).item
      level += 1
    }
    levels[level].open.append(item, pooling(level))
  }

  /// Encodes the open window of each level, from the leaf up.
  private mutating func refresh() {
    for level in levels.indices {
      let item = levels[level].open.encode(pooling(level)).item
      if level + 1 < levels.count { levels[level + 1].open.replaceLast(item, upper) }
      multiplyAdds += levels[level].open.takeMultiplyAdds()
    }
  }

  /// Moves a full window, whose members are all closed, to the closed ones.
  private mutating func close(_ level: Int) -> Item {
    let window = levels[level].open.encode(pooling(level))
    multiplyAdds += levels[level].open.takeMultiplyAdds()
    let index = levels[level].closed.count
    let members = level == 0 ? [] : levels[level - 1].closed[(index * windowSize)...]
    levels[level].closed.append(node(level, index, window, members: members))
    levels[level].open = Window()
    return window.item
  }

  /// All windows of each level, leaves first, the open ones included.
  private func nodes() -> [[Node]] {
    var nodes: [[Node]] = []
    for level in levels.indices {
      var open = levels[level].open
      let window = open.encode(pooling(level))  // encoded already: see `refresh`
      let index = levels[level].closed.count
      let members = level == 0 ? [] : nodes[level - 1][(index * windowSize)...]
      nodes.append(levels[level].closed + [node(level, index, window, members: members)])
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
