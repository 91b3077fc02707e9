internal import KeepframeSystem

/// Formats rows of cells as text. Columns are as wide as their widest entry; the first is aligned
/// left, the others right.
package func textTable(_ rows: [[String]]) -> String {
  let columns = rows.first?.count ?? 0
  let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    "  "
      + zip(row, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ") + "\n"
  }.joined()
}

/// Formats a number with three places if it is below 10, else with one.
func fixed(_ value: Double) -> String { fixed(value, digits: abs(value) < 10 ? 3 : 1) }
