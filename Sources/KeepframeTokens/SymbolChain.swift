/// The symbols of a word, of which neighbours are joined.
struct SymbolChain {
  private struct Symbol {
    var id: Int32
    var previous: Int
    /// -1 at the end.
    var next: Int
    var isGone = false
  }

  private struct Candidate: Comparable {
    let rank: Int32
    let left: Int
    let id: Int32

    static func < (a: Candidate, b: Candidate) -> Bool { (a.rank, a.left) < (b.rank, b.left) }
  }

  private var symbols: [Symbol]

  init(_ ids: [Int32]) {
    symbols = ids.indices.map { Symbol(id: ids[$0], previous: $0 - 1, next: $0 + 1 < ids.count ? $0 + 1 : -1) }
  }

  var ids: [Int32] { symbols.compactMap { $0.isGone ? nil : $0.id } }

  /// Joins the pair of the lowest rank, the leftmost of several, until no pair can be joined.
  ///
  /// - Complexity: O(n log n) for n symbols.
  mutating func join(_ merge: (Int32, Int32) -> BytePairs.Merge?) {
    var queue = Heap<Candidate>()
    func consider(_ left: Int) {
      guard left >= 0, case let right = symbols[left].next, right >= 0, let merge = merge(symbols[left].id, symbols[right].id)
      else { return }
      queue.insert(Candidate(rank: merge.rank, left: left, id: merge.id))
    }
    for left in symbols.indices { consider(left) }
    while let candidate = queue.popMin() {
      let left = candidate.left
      // The pair may have changed since.
      guard !symbols[left].isGone, case let right = symbols[left].next, right >= 0,
        merge(symbols[left].id, symbols[right].id)?.id == candidate.id
      else { continue }
      symbols[left].id = candidate.id
      symbols[left].next = symbols[right].next
      symbols[right].isGone = true
      if symbols[left].next >= 0 { symbols[symbols[left].next].previous = left }
      consider(symbols[left].previous)
      consider(left)
    }
  }
}

/// A binary heap, the least element first.
private struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, elements[child] < elements[(child - 1) / 2] {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popMin() -> Element? {
    guard let least = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return least }
    elements[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard child < elements.count, elements[child] < elements[parent] else { return least }
      elements.swapAt(child, parent)
      parent = child
    }
  }
}
