/// A curve over time, thinned to what a drawing can show.
struct Curve {
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  let points: [Point]

  /// Averages the points of each `width` units of x.
  init(averaging points: [Point], over width: Double) {
    var means: [Point] = []
    var sum = Point(x: 0, y: 0)
    var count = 0.0
    func flush() {
      if count > 0 { means.append(Point(x: sum.x / count, y: sum.y / count)) }
      (sum, count) = (Point(x: 0, y: 0), 0)
    }
    var column = 0.0
    for point in points where point.x.isFinite && point.y.isFinite {
      if (point.x / width).rounded(.down) != column {
        flush()
        column = (point.x / width).rounded(.down)
      }
      sum = Point(x: sum.x + point.x, y: sum.y + point.y)
      count += 1
    }
    flush()
    self.points = means
  }

  /// Keeps the lowest and the highest point of each unit of x, in order, so that no peak is lost.
  ///
  /// - Parameter points: x ascending; those that are not finite are left out.
  /// - Complexity: O(`points.count`); at most two points a unit remain.
  init(thinning points: [Point]) {
    var kept: [Point] = []
    var column: [Point] = []
    func flush() {
      guard let low = column.indices.min(by: { column[$0].y < column[$1].y }),
        let high = column.indices.max(by: { column[$0].y < column[$1].y })
      else { return }
      kept.append(column[min(low, high)])
      if low != high { kept.append(column[max(low, high)]) }
      column.removeAll(keepingCapacity: true)
    }
    for point in points where point.x.isFinite && point.y.isFinite {
      if let first = column.first, point.x.rounded(.down) != first.x.rounded(.down) { flush() }
      column.append(point)
    }
    flush()
    self.points = kept
  }

  /// SVG path data for the line.
  var line: String {
    points.enumerated().map { "\($0 == 0 ? "M" : "L")\(Self.number($1.x)) \(Self.number($1.y))" }.joined()
  }

  /// SVG path data for the surface between the line and `y`; empty if the line is.
  func area(downTo y: Double) -> String {
    guard let first = points.first, let last = points.last else { return "" }
    return "\(line)L\(Self.number(last.x)) \(Self.number(y))L\(Self.number(first.x)) \(Self.number(y))Z"
  }

  /// A coordinate with at most one decimal.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int(max(-1e6, min(1e6, (value * 10).rounded())))
    let (whole, tenth) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + String(whole) + (tenth == 0 ? "" : ".\(tenth)")
  }
}
