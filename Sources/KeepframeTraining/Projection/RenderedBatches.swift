package import KeepframeFootage
internal import KeepframeNumerics

/// Many pictures, each as it is and in one rendering: what single pictures teach a projection.
package struct RenderedBatches: Sendable {
  package struct Settings: Hashable, Sendable {
    /// Pictures at once.
    package var size = 192
    package var temperature: Float = 0.05
    /// Pictures whose raw embeddings are more alike than this are the same picture.
    package var likeness: Float = 0.9
    /// Kinds of change that are never shown.
    package var excluded: Set<Alteration> = []

    package init() {}
  }

  private let set: RenderedSet
  private let size: Int
  /// The items that have a view to show, and of each its views.
  private let items: [(item: Int, views: [Int])]

  init(_ set: RenderedSet, _ settings: Settings) {
    self.set = set
    items = set.items.indices.compactMap { item in
      let views = set.views.indices.filter { settings.excluded.isDisjoint(with: set.items[item].alterations[$0]) }
      return views.isEmpty ? nil : (item, views)
    }
    size = min(settings.size, items.count)
  }

  /// Pictures that can be shown.
  var count: Int { items.count }

  /// Different pictures.
  func draw(_ random: inout SeededGenerator) -> FrameContrast {
    var (altered, originals) = ([[Float]](), [[Float]]())
    for (item, views) in random.distinct(size, of: items.count).map({ items[$0] }) {
      altered.append(set.views[random.element(of: views)!][row: item])
      originals.append(set.originals[row: item])
    }
    return FrameContrast(altered: Matrix(stacking: altered), originals: Matrix(stacking: originals))
  }
}

extension SeededGenerator {
  /// Different numbers of 0..<`limit`, each set of `count` as likely as another; not in random
  /// order. Floyd's algorithm: Bentley and Floyd 1987.
  fileprivate mutating func distinct(_ count: Int, of limit: Int) -> [Int] {
    var (taken, drawn) = (Set<Int>(), [Int]())
    for last in limit - count..<limit {
      let number = uniform(in: 0..<last + 1)
      let next = taken.contains(number) ? last : number
      taken.insert(next)
      drawn.append(next)
    }
    return drawn
  }
}
