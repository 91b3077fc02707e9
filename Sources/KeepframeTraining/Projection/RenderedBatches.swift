package import KeepframeFootage
internal import KeepframeNumerics

/// Two looks at each of many pictures: what single pictures teach a projection.
package struct RenderedBatches: Sendable {
  package struct Settings: Hashable, Sendable {
    /// Pictures at once.
    package var size = 192
    package var temperature: Float = 0.07
    /// Times the mean negative logarithm of the distance to the nearest other picture.
    package var spreading: Float = 0.1
    /// How often an altered picture is held beside another altered one, and not beside the picture as it is.
    package var otherViewShare: Float = 0.5
    /// Pictures whose raw embeddings are more alike than this are the same picture.
    package var likeness: Float = 0.9
    /// Kinds of change that are never shown.
    package var excluded: Set<Alteration> = []

    package init() {}
  }

  /// Row for row two looks at one picture, and the picture as it is.
  struct Batch {
    var altered: Matrix
    var partners: Matrix
    var originals: Matrix
  }

  private let set: RenderedSet
  private let settings: Settings
  /// The items that have a view to show, and of each its views.
  private let items: [(item: Int, views: [Int])]

  init(_ set: RenderedSet, _ settings: Settings) {
    self.set = set
    self.settings = settings
    items = set.items.indices.compactMap { item in
      let views = set.views.indices.filter { settings.excluded.isDisjoint(with: set.items[item].alterations[$0]) }
      return views.isEmpty ? nil : (item, views)
    }
  }

  /// Pictures that can be shown.
  var count: Int { items.count }

  func draw(_ random: inout SeededGenerator) -> Batch {
    var (altered, partners, originals) = ([[Float]](), [[Float]](), [[Float]]())
    for (item, views) in random.distinct(min(settings.size, items.count), of: items.count).map({ items[$0] }) {
      let view = random.element(of: views)!
      let original = set.originals[row: item]
      var partner = original
      if random.uniform(in: Float(0)...1) < settings.otherViewShare, let other = random.element(of: views), other != view {
        partner = set.views[other][row: item]
      }
      altered.append(set.views[view][row: item])
      partners.append(partner)
      originals.append(original)
    }
    return Batch(altered: Matrix(stacking: altered), partners: Matrix(stacking: partners), originals: Matrix(stacking: originals))
  }
}

extension SeededGenerator {
  /// Different numbers of 0..<`limit`, each set of `count` as likely as another; not in random order.
  fileprivate mutating func distinct(_ count: Int, of limit: Int) -> [Int] {
    // Floyd's algorithm: Bentley and Floyd 1987.
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
