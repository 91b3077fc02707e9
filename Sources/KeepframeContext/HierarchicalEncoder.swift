internal import KeepframeNumerics

/// Makes context vectors of a memory of any length, by attention over windows, windows of windows,
/// and so on.
///
/// A window holds up to W = 100 vectors. One level reaches 100 retained frames, two reach 10,000,
/// three a million: any of N frames is `ceil(log100 N)` hops from the video's context, where a
/// recurrent network needs N steps. See Culurciello, "The fall of RNN / LSTM"; Andrychowicz &
/// Kurach 2016, arXiv:1602.03218.
///
/// A window is summed up by K parts; their sum is the window in one vector. The K parts together
/// are one child of a window of the level above. A full window is encoded once, and the vectors
/// that it was made from are dropped. Open windows are encoded when contexts are asked for. So a
/// vector costs its share of one window per level, whatever came before. Encoding piece by piece
/// equals encoding at once, bit for bit.
///
/// ```
/// level 2                 [ •      •      •  ]            one window, of windows
/// level 1    [••••••••] [••••••••] [•••      ]  W = 8, 19 vectors; the last window is open
/// ```
package struct HierarchicalEncoder: Sendable {
  package let windowSize: Int
  /// Vectors appended so far.
  package private(set) var count = 0
  /// The number of multiply-adds done by ``append(_:)`` so far.
  package private(set) var multiplyAdds = 0

  private let pooling: WindowPooling
  private var weights: EncoderWeights { pooling.weights }
  private var shots: ShotReader?
  /// Leaves first. The last level may hold nothing but the only window of the level below.
  private var levels: [Level] = []

  private struct Level {
    var closed: [Node] = []
    /// The window that is being filled; never full.
    var open = OpenWindow()
  }

  /// - Parameters:
  ///   - windowSize: 2 or more.
  ///   - parts: K, the number of parts of a window, 1 or more.
  package init(weights: EncoderWeights, windowSize: Int = 100, parts: Int = 1) {
    precondition(windowSize >= 2, "expected windows of 2 vectors or more, got \(windowSize)")
    precondition(parts >= 1, "expected 1 part or more, got \(parts)")
    self.windowSize = windowSize
    pooling = WindowPooling(weights: weights, partCount: parts)
    shots = weights.order.map { ShotReader($0) }
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
  /// - Complexity: O(D) while the window fills; a full one costs O(W² · (D + W)) per level.
  package mutating func append(_ vector: MemoryVector) {
    precondition(vector.values.count == weights.dimension, "expected [\(weights.dimension)], got [\(vector.values.count)]")
    if levels.isEmpty { levels.append(Level()) }
    // A masked vector counts neither for what is shown nor for the order.
    if vector.mass > 0, let shot = shots?.next(vector.values, at: levels[0].open.childCount) { bind(shot) }
    levels[0].open.append(vector, row: count)
    count += 1
    var level = 0
    while levels[level].open.childCount == windowSize {
      if level == 0, let shot = shots?.closeWindow(windowSize) { bind(shot) }
      let node = close(level)
      level += 1
      if level == levels.count { levels.append(Level()) }
      levels[level].open.append(node)
    }
  }

  /// The context of the video, then of the windows from the top level down, each level in time
  /// order. With K above 1, the parts of the video and of each window below the top follow. Empty
  /// for an empty memory.
  ///
  /// - Complexity: O(number of windows · D + vectors · levels · K)
  package func contexts() -> [ContextVector] {
    let levels = nodes()
    guard let top = levels.last?.first else { return [] }
    var contexts = [context(top, levels, kind: .video, parent: nil)]
    var parts = partContexts(top, levels, parent: 0)
    var above = 0  // where the level above begins in `contexts`
    for level in levels.indices.reversed() {
      let start = contexts.count
      for (index, node) in levels[level].enumerated() {
        if level < levels.count - 1 { parts += partContexts(node, levels, parent: contexts.count) }
        contexts.append(context(node, levels, kind: .window, parent: above + index / windowSize))
      }
      above = start
    }
    return contexts + parts
  }

  /// Only the first of ``contexts()``: all that was appended, in one vector.
  package func whole() -> ContextVector? {
    let levels = nodes()
    return levels.last?.first.map { context($0, levels, kind: .video, parent: nil) }
  }

  /// The parts of all that was appended; none with K = 1.
  package func parts() -> [ContextVector] {
    let levels = nodes()
    return levels.last?.first.map { partContexts($0, levels, parent: 0) } ?? []
  }

  /// Encodes a shot or clip of any length on its own, by the same hierarchy, in one vector. What
  /// was appended plays no part.
  ///
  /// - Parameters:
  ///   - vectors: `[D]` each, in time order.
  ///   - kind: the kind of the result.
  ///   - rows: the row of each vector in the memory, ascending; there may be gaps.
  ///   - seconds: the span of the result.
  /// - Returns: `nil` if there are no vectors.
  package func encode(
    _ vectors: [MemoryVector], kind: ContextVector.Kind, rows: [Int], seconds: Range<Double>
  ) -> ContextVector? {
    precondition(vectors.count == rows.count, "expected a row for each of \(vectors.count) vectors, got \(rows.count)")
    var encoder = HierarchicalEncoder(weights: weights, windowSize: windowSize, parts: pooling.partCount)
    for vector in vectors { encoder.append(vector) }
    guard let own = encoder.whole(), let first = rows.first, let last = rows.last else { return nil }
    return ContextVector(
      kind: kind, level: own.level, memory: first..<last + 1, seconds: seconds, parent: nil, values: own.values,
      attention: own.attention.map { AttendedRow(row: rows[$0.row], shown: $0.shown, followed: $0.followed) })
  }
}

// MARK: - The hierarchy

extension HierarchicalEncoder {
  private mutating func bind(_ shot: BoundShot) {
    levels[0].open.members.boundShots.append(shot)
    multiplyAdds += weights.order?.multiplyAdds ?? 0
  }

  /// Encodes a full window and appends it to the closed ones. All windows below it are closed.
  private mutating func close(_ level: Int) -> Node {
    let node = node(level, levels[level].open)
    multiplyAdds += pooling.multiplyAdds(for: levels[level].open.members.count)
    levels[level].open = OpenWindow()
    levels[level].closed.append(node)
    return node
  }

  /// All windows of each level, leaves first, open ones included. The last level has one window.
  private func nodes() -> [[Node]] {
    var nodes: [[Node]] = []
    var below: Node?  // the open window of the level below
    for level in 0..<levelCount {
      var open = levels[level].open
      if level == 0, var shots, let shot = shots.closeWindow(open.childCount) { open.members.boundShots.append(shot) }
      if let below { open.append(below) }
      nodes.append(levels[level].closed)
      below = nil
      guard open.childCount > 0 else { continue }
      let node = node(level, open)
      nodes[level].append(node)
      below = node
    }
    return nodes
  }

  private func node(_ level: Int, _ window: OpenWindow) -> Node {
    Node(
      pooled: pooling.pool(window.members, isLeaf: level == 0), level: level, index: levels[level].closed.count)
  }

  private func context(_ node: Node, _ levels: [[Node]], kind: ContextVector.Kind, parent: Int?) -> ContextVector {
    let ones = [Float](repeating: 1, count: node.pooled.partCount)
    return context(node, levels, ones, node.span, kind: kind, parent: parent)
  }

  /// The parts of a window, if there is more than one.
  private func partContexts(_ node: Node, _ levels: [[Node]], parent: Int) -> [ContextVector] {
    let count = node.pooled.partCount
    guard count > 1 else { return [] }
    return (0..<count).map { part in
      var choice = [Float](repeating: 0, count: count)
      choice[part] = 1
      return context(node, levels, choice, node.pooled.spans[part], kind: .part, parent: parent)
    }
  }

  /// - Parameters:
  ///   - parts: `[K]`, the factor of each part of the node.
  ///   - span: the span of those parts.
  private func context(
    _ node: Node, _ levels: [[Node]], _ parts: [Float], _ span: MemorySpan, kind: ContextVector.Kind, parent: Int?
  ) -> ContextVector {
    let choice = Matrix(rows: 1, columns: parts.count, values: parts)
    let isPart = kind == .part
    let values = weights.context(
      content: matmul(choice, node.pooled.contents).values, order: matmul(choice, node.pooled.orders).values, isPart: isPart)
    let share = (isPart ? weights.part : weights.whole)?.orderShare ?? 0
    return ContextVector(
      kind: kind, level: node.level + 1, memory: span.rows, seconds: span.seconds, parent: parent, values: values,
      attention: AttendedRow.heaviest(attention(node, levels, parts, share)))
  }

  /// How much each row contributed to some parts of a window, as something shown and as something
  /// that followed. Both are scaled to their shares of the context.
  private func attention(_ node: Node, _ levels: [[Node]], _ parts: [Float], _ orderShare: Float) -> [AttendedRow] {
    let rows = node.span.rows
    var (content, order) = ([Float](repeating: 0, count: rows.count), [Float](repeating: 0, count: rows.count))
    spread(parts, of: node, levels, \.contentWeights, offset: rows.lowerBound, to: &content)
    if weights.order != nil { spread(parts, of: node, levels, \.orderWeights, offset: rows.lowerBound, to: &order) }
    let (allShown, allFollowed) = (content.reduce(0, +), order.reduce(0, +))
    let share = allFollowed > 0 ? orderShare : 0
    return zip(rows, zip(content, order)).compactMap { row, entered in
      let shown = allShown > 0 ? (1 - share) * entered.0 / allShown : 0
      let followed = allFollowed > 0 ? share * entered.1 / allFollowed : 0
      return shown + followed > 0 ? AttendedRow(row: row, shown: shown, followed: followed) : nil
    }
  }

  /// Distributes the weights of parts down the levels, to the frames.
  private func spread(
    _ parts: [Float], of node: Node, _ levels: [[Node]], _ path: KeyPath<PooledWindow, [Float]>, offset: Int,
    to frames: inout [Float]
  ) {
    let (pooled, weights) = (node.pooled, node.pooled[keyPath: path])
    let entered = zip(pooled.parts, parts).flatMap { run, share in weights[run].map { share * $0 } }
    guard node.level > 0 else {
      for (row, weight) in zip(node.span.rows, entered) { frames[row - offset] += weight }
      return
    }
    var taken = 0
    for child in levels[node.level - 1][(node.index * windowSize)...].prefix(windowSize) {
      let own = Array(entered[taken..<taken + child.pooled.partCount])
      taken += own.count
      // Only the direction of a part's content counts: see `OpenWindow`.
      let scaled = path == \.contentWeights ? zip(own, child.pooled.contentNorms).map { $1 > 0 ? $0 / $1 : 0 } : own
      spread(scaled, of: child, levels, path, offset: offset, to: &frames)
    }
  }
}

/// A window after encoding.
private struct Node: Sendable {
  let pooled: PooledWindow
  /// 0 for a window of frames.
  let level: Int
  /// Its index within its level.
  let index: Int

  var span: MemorySpan { MemorySpan(of: pooled.spans) }
}

/// The window that is being filled: what came since the last full one.
private struct OpenWindow: Sendable {
  var members = WindowMembers()
  /// The number of frames, or of windows, which have one or more parts each.
  private(set) var childCount = 0

  mutating func append(_ vector: MemoryVector, row: Int) {
    members.vectors += vector.values
    members.masses.append(vector.mass)
    members.spans.append(MemorySpan(rows: row..<row + 1, seconds: vector.seconds..<vector.seconds + vector.coversSeconds))
    childCount += 1
  }

  /// Adds the parts of a window. Only the direction of a part's content counts, so that each part
  /// counts as one thing that was shown.
  mutating func append(_ node: Node) {
    for part in 0..<node.pooled.partCount {
      let content = node.pooled.contents[row: part]
      members.vectors += normalized(content) ?? content
      members.orders += node.pooled.orders[row: part]
    }
    members.masses += node.pooled.masses
    members.spans += node.pooled.spans
    childCount += 1
  }
}
