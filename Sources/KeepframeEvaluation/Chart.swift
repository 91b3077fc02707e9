internal import Glibc  // `log10`

/// Small charts as SVG, without a dependency. Values are shares, 0...1.
enum Chart {
  private static let colours = [
    "#1b6ca8", "#d1495b", "#2e8b57", "#8a5a9e", "#c77f1a", "#5b6770", "#0f8b8d", "#a23b72", "#333333",
    "#b5a642", "#4169b1", "#7a9a3a", "#e58fb1",
  ]
  private static let (width, height, left, top, bottom) = (720.0, 380.0, 88.0, 36.0, 108.0)

  /// Groups of bars, one group for each name.
  static func bars(_ title: String, series: [String], _ groups: [(name: String, values: [Double])]) -> String {
    let step = (width - left - 16) / Double(max(groups.count, 1))
    let bar = step * 0.8 / Double(max(series.count, 1))
    var body = axis(from: 0)
    for (index, group) in groups.enumerated() {
      let x = left + step * (Double(index) + 0.1)
      for (place, value) in group.values.enumerated() {
        let y = self.y(value)
        body += """
            <rect x="\(fixed(x + bar * Double(place)))" y="\(fixed(y))" width="\(fixed(bar * 0.92))" \
            height="\(fixed(self.y(0) - y))" fill="\(colours[place])"><title>\(group.name): \(fixed(value))</title></rect>

          """
      }
      let middle = fixed(x + step * 0.4)
      body += """
          <text x="\(middle)" y="\(fixed(y(0) + 14))" text-anchor="end" transform="rotate(-30 \(middle) \(fixed(y(0) + 14)))">\
          \(group.name)</text>

        """
    }
    return page(title, body, series)
  }

  /// Lines over a logarithmic axis.
  ///
  /// - Parameters:
  ///   - ticks: values that the axis labels; every `x` if nil.
  ///   - label: makes the label of a value.
  static func lines(
    _ title: String, _ series: [(name: String, points: [(x: Double, y: Double)])], ticks: [Double]? = nil,
    label: (Double) -> String = { "\(Int($0))" }
  ) -> String {
    let all = series.flatMap { $0.points.map { log10($0.x) } }
    let (low, high) = (all.min() ?? 0, max(all.max() ?? 1, (all.min() ?? 0) + 1e-9))
    func x(_ value: Double) -> Double { left + 24 + (log10(value) - low) / (high - low) * (width - left - 72) }
    // Start at the tenth below the lowest value, so that close curves can be told apart.
    let lowest = series.flatMap { $0.points.map(\.y) }.min() ?? 0
    let floor = min(0.9, max(0, (lowest * 10).rounded(.down) / 10))
    func y(_ value: Double) -> Double { self.y((value - floor) / (1 - floor)) }
    var body = axis(from: floor)
    for value in ticks ?? Set(series.flatMap { $0.points.map(\.x) }).sorted() where (low...high).contains(log10(value)) {
      body += "  <text x=\"\(fixed(x(value)))\" y=\"\(fixed(self.y(0) + 16))\" text-anchor=\"middle\">\(label(value))</text>\n"
    }
    for (index, line) in series.enumerated() {
      let points = line.points.map { "\(fixed(x($0.x))),\(fixed(y($0.y)))" }.joined(separator: " ")
      let colour = colours[index % colours.count]
      body += "  <polyline points=\"\(points)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
    }
    return page(title, body, series.map(\.name))
  }

  private static func y(_ value: Double) -> Double { top + (1 - value) * (height - top - bottom) }

  private static func axis(from low: Double) -> String {
    [0, 0.25, 0.5, 0.75, 1].map { share in
      let at = fixed(y(share))
      return """
          <line x1="\(fixed(left))" x2="\(fixed(width - 16))" y1="\(at)" y2="\(at)" stroke="#ddd"/>
          <text x="\(fixed(left - 8))" y="\(fixed(y(share) + 4))" text-anchor="end">\(fixed(low + share * (1 - low)))</text>

        """
    }.joined()
  }

  /// - Returns: the legend, in as many lines as needed, and where it ends.
  private static func legend(_ names: [String]) -> (markup: String, end: Double) {
    var (x, y) = (left, height - 34)
    let markup = names.enumerated().map { index, name in
      let length = 26 + 6.2 * Double(name.count)
      if x + length > width, x > left { (x, y) = (left, y + 16) }
      defer { x += length }
      return """
          <rect x="\(fixed(x))" y="\(fixed(y))" width="10" height="10" fill="\(colours[index % colours.count])"/>
          <text x="\(fixed(x + 14))" y="\(fixed(y + 9))">\(name)</text>

        """
    }.joined()
    return (markup, y + 18)
  }

  private static func page(_ title: String, _ body: String, _ names: [String]) -> String {
    let (legend, end) = legend(names)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(end))" font-family="sans-serif" font-size="11">
        <rect width="100%" height="100%" fill="#fff"/>
        <text x="\(fixed(left))" y="20" font-size="14">\(title)</text>
      \(body)\(legend)</svg>

      """
  }
}
