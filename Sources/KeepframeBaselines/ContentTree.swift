internal import KeepframeNumerics

/// Groups vectors by content as they come, so that a reader finds the nearest ones by comparing
/// only a few.
///
/// A leaf holds up to W = 100 vectors, and a node above holds up to W nodes, each represented by
/// the mean of its vectors. A new vector goes down to the nearest mean. A node that is too full
/// splits into two, around two members that are far apart. So all leaves are at one depth: W
/// vectors are one hop away, 10,000 about two, and a million about three. It is the hierarchy of
/// the encoder, cut by content instead of time. See Zhang et al. 1996, "BIRCH", section 4.3.
///
/// ```
/// node            [ c  c  c ]          c: the mean of what is below
/// leaves   [ x x x ][ x x ][ x x x x ]
/// ```
struct ContentTree: Sendable {
  let dimension: Int
  let capacity: Int
  private(set) var count = 0
  /// The root is ``root``, not always the first.
  private var nodes: [Node]
  private var root = 0

  struct Node: Sendable {
    var isLeaf: Bool
    /// Rows of the memory in a leaf, else indices of nodes.
    var members: [Int] = []
    /// `[members, D]`: the vectors of a leaf, else the means of the nodes below, of unit length.
    var vectors: [Float] = []
    /// `[D]`: the sum of all vectors below.
    var sum: [Float]
  }

  /// - Parameter capacity: W, 4 or more.
  init(dimension: Int, capacity: Int = 100) {
    precondition(dimension > 0 && capacity >= 4, "expected a dimension above 0 and leaves of 4 or more")
    self.dimension = dimension
    self.capacity = capacity
    nodes = [Node(isLeaf: true, sum: [Float](repeating: 0, count: dimension))]
  }

  /// Adds the next row of the memory, `[D]`, of unit length.
  ///
  /// - Complexity: O(levels · W · D); a split, once in W/2 vectors or less, costs a few times that.
  mutating func insert(_ vector: [Float]) {
    precondition(vector.count == dimension, "expected [\(dimension)], got [\(vector.count)]")
    var path: [(node: Int, place: Int)] = []  // each node on the way, and where in it the next one is
    var node = root
    while !nodes[node].isLeaf {
      let place = nearest(to: vector, in: nodes[node].vectors)
      path.append((node, place))
      node = nodes[node].members[place]
    }
    nodes[node].members.append(count)
    nodes[node].vectors += vector
    count += 1
    add(vector, to: node)
    for (above, place) in path.reversed() {
      add(vector, to: above)
      let below = nodes[above].members[place]
      setMean(of: below, in: above, at: place)
      if nodes[below].members.count > capacity { split(below, under: above, at: place) }
    }
    if nodes[root].members.count > capacity { splitRoot() }
  }

  /// Reads groups level by level, on each level the most promising first, until `budget` vectors
  /// (means and rows) were read.
  ///
  /// Means on the way down get three tenths of the budget at most. The search goes level by level
  /// because the mean of a larger group is always less similar to a cue than that of a smaller one:
  /// a best-first search over all levels would follow the first branch to its end.
  ///
  /// - Parameter visit: called with a row and its similarity to the cue, for each row that was
  ///   read.
  /// - Returns: how many vectors were read: means and rows. On each level the first group is read
  ///   whatever the budget.
  func read(_ cue: [Float], budget: Int, _ visit: (_ row: Int, _ similarity: Float) -> Void) -> Int {
    precondition(cue.count == dimension, "expected a cue of [\(dimension)], got [\(cue.count)]")
    var level = [root]
    var read = 0
    for remaining in stride(from: depth - 1, through: 0, by: -1) {
      let limit = remaining == 0 ? budget : Int(0.3 * Double(budget) / Double(remaining))
      var below: [(similarity: Float, node: Int)] = []
      for (place, index) in level.enumerated() {
        let node = nodes[index]
        guard place == 0 || read + node.members.count <= limit else { break }
        read += node.members.count
        for (place, similarity) in products(cue, node.vectors).enumerated() {
          if node.isLeaf {
            visit(node.members[place], similarity)
          } else {
            below.append((similarity, node.members[place]))
          }
        }
      }
      level = below.sorted { ($0.similarity, $1.node) > ($1.similarity, $0.node) }.map(\.node)
    }
    return read
  }

  /// Hops from the root to a vector; 1 while one leaf is enough.
  var depth: Int {
    var (depth, node) = (1, root)
    while !nodes[node].isLeaf { (depth, node) = (depth + 1, nodes[node].members[0]) }
    return depth
  }

  /// The rows of each leaf, ascending.
  var leaves: [[Int]] { nodes.filter(\.isLeaf).map(\.members) }
}

extension ContentTree {
  private mutating func add(_ vector: [Float], to node: Int) {
    for index in vector.indices { nodes[node].sum[index] += vector[index] }
  }

  private mutating func setMean(of below: Int, in above: Int, at place: Int) {
    let mean = normalized(nodes[below].sum) ?? nodes[below].sum
    let start = place * dimension
    for index in mean.indices { nodes[above].vectors[start + index] = mean[index] }
  }

  /// `[rows]`: the products of a vector with each row.
  private func products(_ vector: [Float], _ rows: [Float]) -> [Float] {
    (0..<rows.count / dimension).map { row in
      dot(rows.span.extracting(row * dimension..<(row + 1) * dimension), vector.span)
    }
  }

  private func nearest(to vector: [Float], in rows: [Float]) -> Int {
    let similarity = products(vector, rows)
    return similarity.indices.max { similarity[$0] < similarity[$1] }!
  }

  private mutating func splitRoot() {
    let old = root
    nodes.append(Node(isLeaf: false, members: [old], vectors: nodes[old].sum, sum: nodes[old].sum))
    root = nodes.count - 1
    setMean(of: old, in: root, at: 0)
    split(old, under: root, at: 0)
  }

  /// Moves one side of a node's members to a new node, which becomes the last member of the node
  /// above.
  private mutating func split(_ below: Int, under above: Int, at place: Int) {
    let old = nodes[below]
    let isMoved = sides(old.vectors)
    func part(_ moved: Bool) -> Node {
      var node = Node(isLeaf: old.isLeaf, sum: [Float](repeating: 0, count: dimension))
      for (index, member) in old.members.enumerated() where isMoved[index] == moved {
        let row = old.vectors[index * dimension..<(index + 1) * dimension]
        node.members.append(member)
        node.vectors += row
        if old.isLeaf {
          for (column, value) in row.enumerated() { node.sum[column] += value }
        } else {
          for (column, value) in nodes[member].sum.enumerated() { node.sum[column] += value }
        }
      }
      return node
    }
    let (stays, moves) = (part(false), part(true))
    nodes[below] = stays
    nodes.append(moves)
    setMean(of: below, in: above, at: place)
    nodes[above].members.append(nodes.count - 1)
    nodes[above].vectors += moves.sum
    setMean(of: nodes.count - 1, in: above, at: nodes[above].members.count - 1)
  }

  /// Divides members between two means, which start at two members far apart. No side gets less
  /// than a fifth, so that splits stay rare.
  ///
  /// - Returns: for each member, whether it moves to the new node.
  private func sides(_ rows: [Float]) -> [Bool] {
    let count = rows.count / dimension
    func row(_ index: Int) -> [Float] { Array(rows[index * dimension..<(index + 1) * dimension]) }
    func least(like vector: [Float]) -> Int {
      let similarity = products(vector, rows)
      return similarity.indices.min { similarity[$0] < similarity[$1] }!
    }
    func mean(_ indices: [Int]) -> [Float] {
      var sum = [Float](repeating: 0, count: dimension)
      for index in indices {
        for column in 0..<dimension { sum[column] += rows[index * dimension + column] }
      }
      return normalized(sum) ?? sum
    }
    let first = least(like: mean(Array(0..<count)))
    let second = least(like: row(first))
    var centres = (row(first), row(second))
    let smallest = max(1, count / 5)
    var isMoved = [Bool](repeating: false, count: count)
    for _ in 0..<4 {
      let margin = zip(products(centres.1, rows), products(centres.0, rows)).map { $0 - $1 }
      let order = margin.indices.sorted { (margin[$0], $1) > (margin[$1], $0) }
      let moved = min(max(margin.count { $0 > 0 }, smallest), count - smallest)
      isMoved = [Bool](repeating: false, count: count)
      for index in order.prefix(moved) { isMoved[index] = true }
      centres = (mean((0..<count).filter { !isMoved[$0] }), mean((0..<count).filter { isMoved[$0] }))
    }
    return isMoved
  }
}
