package import KeepframeFootage
internal import KeepframeNumerics

/// Batches of many pictures, each unaltered and in one rendering: what single pictures teach a
/// projection.
package struct RenderedBatches: Sendable {
  package struct Settings: Hashable, Sendable {
    /// Pictures in a batch.
    package var size = 192
    package var temperature: Float = 0.05
    /// Pictures whose raw embeddings have a cosine above this count as the same picture.
    package var sameCosine: Float = 0.9
    /// Kinds of change that are never shown.
    package var excluded: Set<Alteration> = []

    package init() {}
  }

  private let set: RenderedSet
  private let size: Int
  /// The items that have a view to show, each with the indices of these views.
  private let items: [(item: Int, views: [Int])]

  init(_ set: RenderedSet, _ settings: Settings) {
    self.set = set
    items = set.items.indices.compactMap { item in
      let views = set.views.indices.filter { settings.excluded.isDisjoint(with: set.items[item].alterations[$0]) }
      return views.isEmpty ? nil : (item, views)
    }
    size = min(settings.size, items.count)
  }

  /// Number of pictures that can be shown.
  var count: Int { items.count }

  /// Draws a batch of different pictures.
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
  /// `count` different numbers of 0..<`limit`. Each set of numbers is equally likely, but their
  /// order is not random. Floyd's algorithm: Bentley and Floyd 1987.
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
