internal import KeepframeDecoding

/// The characters of a time, 5 by 7 pixels each: enough to label a picture without a font library.
enum BitmapFont {
  static let width = 5
  static let height = 7

  /// Rows from the top, `#` for ink.
  private static let glyphs: [Character: [String]] = [
    "0": [".###.", "#...#", "#..##", "#.#.#", "##..#", "#...#", ".###."],
    "1": ["..#..", ".##..", "..#..", "..#..", "..#..", "..#..", ".###."],
    "2": [".###.", "#...#", "....#", "...#.", "..#..", ".#...", "#####"],
    "3": ["#####", "...#.", "..#..", "...#.", "....#", "#...#", ".###."],
    "4": ["...#.", "..##.", ".#.#.", "#..#.", "#####", "...#.", "...#."],
    "5": ["#####", "#....", "####.", "....#", "....#", "#...#", ".###."],
    "6": ["..##.", ".#...", "#....", "####.", "#...#", "#...#", ".###."],
    "7": ["#####", "....#", "...#.", "..#..", ".#...", ".#...", ".#..."],
    "8": [".###.", "#...#", "#...#", ".###.", "#...#", "#...#", ".###."],
    "9": [".###.", "#...#", "#...#", ".####", "....#", "...#.", ".##.."],
    ":": [".....", "..#..", "..#..", ".....", "..#..", "..#..", "....."],
    ".": [".....", ".....", ".....", ".....", ".....", ".##..", ".##.."],
  ]

  /// Draws white text on a black box whose bottom left corner is at (`x`, `y`); what does not fit
  /// on the picture is left out.
  ///
  /// - Parameter scale: pixels of the picture for each pixel of the font.
  static func draw(_ text: String, on picture: inout Picture, x: Int, bottom y: Int, scale: Int) {
    let boxWidth = (text.count * (width + 1) + 1) * scale
    let boxHeight = (height + 2) * scale
    let top = y - boxHeight
    fill(&picture, x..<x + boxWidth, top..<y, level: 0)
    for (position, character) in text.enumerated() {
      let left = x + (1 + position * (width + 1)) * scale
      for (row, line) in (glyphs[character] ?? []).enumerated() {
        for (column, pixel) in line.utf8.enumerated() where pixel == UInt8(ascii: "#") {
          let (x, y) = (left + column * scale, top + (1 + row) * scale)
          fill(&picture, x..<x + scale, y..<y + scale, level: 255)
        }
      }
    }
  }

  private static func fill(_ picture: inout Picture, _ columns: Range<Int>, _ rows: Range<Int>, level: UInt8) {
    let (width, height) = (picture.width, picture.height)
    for y in rows.clamped(to: 0..<height) {
      for x in columns.clamped(to: 0..<width) {
        for channel in 0..<3 { picture.rgb[(y * width + x) * 3 + channel] = level }
      }
    }
  }
}
