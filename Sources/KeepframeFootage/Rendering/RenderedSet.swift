package import KeepframeNumerics

/// Pictures and frames of videos, embedded as they are and as copies may show them.
///
/// N items, V views of each, D the backbone's dimension.
package struct RenderedSet: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    /// Of the video or picture.
    package let name: String
    package var source: String
    /// Time since the video's first frame; 0 for a picture.
    package let seconds: Double
    /// The alterations of each of the V views.
    package let alterations: [[Alteration]]

    package init(name: String, source: String, seconds: Double, alterations: [[Alteration]]) {
      self.name = name
      self.source = source
      self.seconds = seconds
      self.alterations = alterations
    }
  }

  /// The items of one video lie together, ascending in time.
  package private(set) var items: [Item]
  /// `[N, D]`, unit rows.
  package let originals: Matrix
  /// V matrices `[N, D]`, unit rows.
  package let views: [Matrix]

  package init(items: [Item], originals: Matrix, views: [Matrix]) {
    precondition(originals.rows == items.count, "expected \(items.count) rows, got \(originals)")
    precondition(views.allSatisfy { $0.rows == items.count }, "expected views of \(items.count) rows, got \(views)")
    self.items = items
    self.originals = originals
    self.views = views
  }

  package var count: Int { items.count }

  /// Some of the items, in their order.
  package func filter(_ isIncluded: (Item) -> Bool) -> RenderedSet {
    let kept = items.indices.filter { isIncluded(items[$0]) }
    func rows(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: kept.count, columns: matrix.columns, values: kept.flatMap { matrix.values[matrix.range(ofRow: $0)] })
    }
    return RenderedSet(items: kept.map { items[$0] }, originals: rows(originals), views: views.map(rows))
  }

  /// The items of both sets, which must have the same number of views.
  package static func + (a: RenderedSet, b: RenderedSet) -> RenderedSet {
    if a.count == 0 { return b }
    if b.count == 0 { return a }
    func joined(_ a: Matrix, _ b: Matrix) -> Matrix {
      Matrix(rows: a.rows + b.rows, columns: a.columns, values: a.values + b.values)
    }
    return RenderedSet(
      items: a.items + b.items, originals: joined(a.originals, b.originals), views: zip(a.views, b.views).map(joined))
  }

  /// The same items with the sources of these clips, in which videos that share footage count as
  /// one.
  package func withSources(of clips: [FootageClip]) -> RenderedSet {
    let sources = Dictionary(clips.map { ($0.name, $0.source) }) { first, _ in first }
    var result = self
    for index in items.indices { result.items[index].source = sources[items[index].name] ?? items[index].source }
    return result
  }
}
